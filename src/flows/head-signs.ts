// Watches the head from a client, beside everything else the client does: one cheap question every few seconds, and the
// info file only when the question was not answered.
import type { HeadEnding } from '../core/client-life.ts';
import type { HeadInfo } from '../core/connection.ts';
import type { EndReason } from '../core/end-reasons.ts';
import { type HeadEvent, newestLife, parseEvents } from '../core/events.ts';
import { type HeadSign, type HeadWatch, watchForHead } from '../core/head-watch.ts';
import type { Layout } from '../core/layout.ts';
import type { World } from '../core/world.ts';
import type { FoundHead } from './find-head.ts';

export interface HeadSigns {
	/** Why the head is known to be gone. */
	gone(): string | undefined;
	/** Until the head has answered, or is known to be gone. */
	settled(): Promise<void>;
	/** What the head says of its end, where it has said so. */
	ending(): Promise<HeadEnding | undefined>;
	stop(): void;
}

const ASK_EVERY_MS = 2_000;

/** Ends that leave the clients time. */
const ANNOUNCED: Readonly<Partial<Record<EndReason, string>>> = {
	'time limit': "the head's time limit is near",
	stop: 'the head is being stopped',
};

export function headSigns(world: World, layout: Layout, head: FoundHead): HeadSigns {
	let stopped = false;
	let gone: string | undefined;
	const look = async () => {
		let watch: HeadWatch = { silentSinceMs: undefined };
		while (!stopped && gone === undefined) {
			const answer = await head.store.serving(ASK_EVERY_MS);
			const sign: HeadSign =
				answer.kind === 'answered'
					? { answered: true, file: 'unwatched' }
					: { answered: false, file: await infoSays(world, layout, head) };
			({ watch, gone } = watchForHead(watch, sign, world.clock.monotonicMs()));
			if (gone !== undefined) world.ear.poke();
			await world.clock.sleep(ASK_EVERY_MS);
		}
	};
	void look();
	return {
		gone: () => gone,
		async settled() {
			while (gone === undefined && (await head.store.serving(ASK_EVERY_MS)).kind !== 'answered') {
				await world.clock.sleep(ASK_EVERY_MS / 4);
			}
		},
		ending: async () => (head.info === undefined ? undefined : headWords(world, layout, head.info)),
		stop: () => {
			stopped = true;
		},
	};
}

async function infoSays(world: World, layout: Layout, { info }: FoundHead): Promise<HeadSign['file']> {
	if (info === undefined) return 'unwatched';
	await world.files.list(layout.outputDir);
	const reading = await world.readInfo(layout.info(info.slurmJobId), info.slurmJobId);
	if (reading.kind === 'missing') return 'missing';
	return reading.kind === 'read' && reading.info.incarnation !== info.incarnation ? 'replaced' : 'same';
}

/** What a head says of its own end. */
export async function headWords(world: World, layout: Layout, info: HeadInfo): Promise<HeadEnding | undefined> {
	const head = layout.head(info.slurmJobId);
	await world.files.list(head.folder);
	const life = newestLife(parseEvents<HeadEvent>((await world.files.readState(head.events)) ?? ''));
	const first = life[0];
	if (first?.step === 'running' && first.incarnation !== info.incarnation) {
		return { reason: 'replaced', because: 'the head was started anew' };
	}
	const last = life.findLast((event) => event.step === 'ending' || event.step === 'ended');
	if (last === undefined || (last.step !== 'ending' && last.step !== 'ended')) return undefined;
	const { reason } = last;
	return {
		reason,
		because: ANNOUNCED[reason] ?? `the head has ended: ${last.because ?? reason}`,
		...(last.step === 'ending' && last.atOnce ? { atOnce: true } : {}),
	};
}
