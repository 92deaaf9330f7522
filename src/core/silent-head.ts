// What a head's state says when neither its info file nor its control store does. No answer is never "gone".
import { whyPending } from './slurm-reasons.ts';
import type { KnownState } from './world.ts';

export type Settlement =
	/** forgotten: the scheduler knows no such job, any more or at all. */
	| { readonly kind: 'over'; readonly forgotten: boolean }
	| { readonly kind: 'pending'; readonly reason: string }
	| { readonly kind: 'runs' }
	| { readonly kind: 'unknown'; readonly why: string };

export function settleSilence(state: KnownState | undefined, scheduler: string): Settlement {
	switch (state?.kind) {
		case 'ending':
		case 'ended':
			return { kind: 'over', forgotten: false };
		case 'gone':
			return { kind: 'over', forgotten: true };
		case 'pending':
			return { kind: 'pending', reason: whyPending(state) };
		case 'unknown':
		case undefined:
			return { kind: 'unknown', why: `${scheduler} did not say whether it runs (${state?.why ?? 'no answer'})` };
		default:
			return { kind: 'runs' };
	}
}
