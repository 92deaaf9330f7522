// The end that a time limit brings, one look at a time: all clients are told at once, then awaited until they have ended or
// the grace is over. What was seen goes in, what to do and why comes out.
import { durationInWords } from './duration.ts';
import type { JobId } from './world.ts';

export interface FarewellState {
	readonly beganMs: number;
	/** Told, and not yet known to have ended. */
	readonly awaited: readonly JobId[];
	readonly told: boolean;
	/** When the scheduler was last asked to tell them, should that have failed. */
	readonly triedMs?: number;
}

export interface FarewellSeen {
	readonly nowMs: number;
	/** Clients that have begun and are not known to have ended. */
	readonly connected: readonly JobId[];
}

export type FarewellAction =
	| { readonly do: 'tell'; readonly jobs: readonly JobId[] }
	| { readonly do: 'wait'; readonly because: string; readonly finished: readonly JobId[] }
	| { readonly do: 'end'; readonly because: string; readonly finished: readonly JobId[] };

const TRY_AGAIN_MS = 2_000;

export function stepFarewell(
	state: FarewellState,
	seen: FarewellSeen,
	graceMs: number,
): { readonly state: FarewellState; readonly action: FarewellAction } {
	const finished = state.awaited.filter((job) => !seen.connected.includes(job));
	const awaited = seen.connected;
	const passedMs = seen.nowMs - state.beganMs;
	const next = { ...state, awaited };
	if (awaited.length === 0) {
		const because = state.awaited.length === 0 && !state.told ? 'no client is connected' : 'every client has ended';
		return { state: next, action: { do: 'end', because, finished } };
	}
	if (passedMs >= graceMs) {
		return {
			state: next,
			action: { do: 'end', because: `the grace is over; still there: ${awaited.join(', ')}`, finished },
		};
	}
	// One that joined after the others were told is told as well.
	const untold = state.told ? awaited.filter((job) => !state.awaited.includes(job)) : awaited;
	if (untold.length > 0 && seen.nowMs - (state.triedMs ?? Number.NEGATIVE_INFINITY) >= TRY_AGAIN_MS) {
		return { state: { ...next, triedMs: seen.nowMs }, action: { do: 'tell', jobs: untold } };
	}
	const count = `${awaited.length} client${awaited.length === 1 ? '' : 's'}`;
	return {
		state: next,
		action: { do: 'wait', because: `${count} left, at most ${durationInWords(graceMs - passedMs)} more`, finished },
	};
}
