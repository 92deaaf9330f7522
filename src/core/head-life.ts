// The supervisor's rule for a head's life, one step at a time: what was seen goes in, what to do and why comes out.
// More causes to end join here; the flow that looks and acts stays as it is.
import type { EndReason } from './end-reasons.ts';
import { orderToEnd } from './order-to-end.ts';
import type { EarWord } from './world.ts';

export interface HeadSeen {
	readonly heard: readonly EarWord[];
	/** Names of Ray's own processes that are gone. */
	readonly dead: readonly string[];
	/** What a head cannot do without, and has not come up in all the time it was given. */
	readonly neverUp: readonly string[];
	/** How long Ray's control store has not answered. */
	readonly silentMs: number;
	/** Why nobody uses the cluster, when that has been so for long enough. */
	readonly idle: string | undefined;
	/** Which head has taken this one's place. */
	readonly replaced: string | undefined;
}

export type HeadDecision =
	| { readonly do: 'stay'; readonly because: string }
	| { readonly do: 'end'; readonly reason: EndReason; readonly code: number; readonly because: string };

/** Also of one that a person asked to stop. */
export interface HeadEnd extends Extract<HeadDecision, { do: 'end' }> {
	/** It waits for no client. */
	readonly atOnce?: true;
	/** The head that a person has submitted to follow it. */
	readonly successor?: string | undefined;
}

/** Of a head. The first of them the others with it when it goes, perhaps before anybody looks. */
export const RAY_PROCESSES = ['gcs_server', 'raylet'];

/** A control store under load may be slow; one that is silent this long is lost to everybody. */
const SILENCE_LIMIT_MS = 60_000;

export function stepHead(seen: HeadSeen): HeadDecision {
	const order = orderToEnd(seen.heard);
	if (order) return { do: 'end', reason: 'stopped', ...order };
	if (seen.heard.includes('USR1')) {
		return { do: 'end', reason: 'time limit', code: 0, because: 'the time limit is near' };
	}
	const dead = RAY_PROCESSES.find((name) => seen.dead.includes(name)) ?? seen.dead[0];
	if (dead !== undefined) return { do: 'end', reason: 'Ray died', code: 1, because: `${dead} has ended` };
	const [neverUp] = seen.neverUp;
	if (neverUp !== undefined) {
		return { do: 'end', reason: 'Ray died', code: 1, because: `${neverUp} did not come up within a minute` };
	}
	if (seen.silentMs >= SILENCE_LIMIT_MS) {
		return { do: 'end', reason: 'Ray died', code: 1, because: 'the control store has not answered for a minute' };
	}
	if (seen.replaced !== undefined) return { do: 'end', reason: 'replaced', code: 0, because: seen.replaced };
	if (seen.idle !== undefined) return { do: 'end', reason: 'idle', code: 0, because: seen.idle };
	return { do: 'stay', because: 'Ray answers' };
}
