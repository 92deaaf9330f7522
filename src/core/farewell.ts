// The end that is announced, one look at a time: all clients are told at once, then awaited until they have ended or the
// grace is over. What was seen goes in, what to do and why comes out.
import { counted } from './counted.ts';
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

/** graceMs may shrink from one look to the next, when more is known of the time that is left. */
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
	// One that joined after the others were told is told as well. Without any grace they are told all the same, once.
	const untold = state.told ? awaited.filter((job) => !state.awaited.includes(job)) : awaited;
	const mayTry = state.triedMs === undefined || (passedMs < graceMs && seen.nowMs - state.triedMs >= TRY_AGAIN_MS);
	if (untold.length > 0 && mayTry) {
		return { state: { ...next, triedMs: seen.nowMs }, action: { do: 'tell', jobs: untold } };
	}
	if (passedMs >= graceMs) {
		return {
			state: next,
			action: { do: 'end', because: `the grace is over; still there: ${awaited.join(', ')}`, finished },
		};
	}
	const count = counted(awaited.length, 'client');
	return {
		state: next,
		action: { do: 'wait', because: `${count} left, at most ${durationInWords(graceMs - passedMs)} more`, finished },
	};
}

/** What of the time that is left the head's own end may need: Ray's leaving, the sweep, the last words. */
const OWN_END_MS = 20_000;

/** The clients' part of the time that Slurm leaves. Where nobody can tell how much that is, what was asked for. */
export function graceWithin(askedMs: number, leftMs: number | undefined): number {
	if (leftMs === undefined) return askedMs;
	return Math.max(0, Math.min(askedMs, leftMs - Math.min(OWN_END_MS, leftMs / 3)));
}

/** After SIGTERM Slurm waits this long at most sites (the shortest it can be set to is asked for, where Slurm answers). */
const LEAST_KILL_WAIT_MS = 5_000;
const QUICK_END_MS = 3_000;

/** The clients' part of the time between Slurm's SIGTERM and its SIGKILL. */
export function graceBeforeKill(killWaitMs: number | undefined): number {
	return Math.max(0, (killWaitMs ?? LEAST_KILL_WAIT_MS) - QUICK_END_MS) / 2;
}

/** The last of these marks that has been passed is worth a line: minutes, then the last half minute in tens. */
const MARKS_MS = [30_000, 20_000, 10_000];

export function countdownMark(leftMs: number): number {
	return leftMs > 60_000
		? Math.ceil(leftMs / 60_000) * 60_000
		: (MARKS_MS.findLast((mark) => leftMs <= mark) ?? 60_000);
}
