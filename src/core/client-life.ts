// The rule for a client's life while its script runs (or while it serves as a worker): what was seen goes in, what to do and
// why comes out. The flow looks, steps, acts and waits.
import type { EarWord, ProgramEnd } from './world.ts';

export interface ClientState {
	/** When the script was told to end, on a clock that never jumps. */
	readonly toldAtMs?: number | undefined;
	readonly leaving?: Leaving | undefined;
	/** The sharper signal after the grace was sent at this moment. */
	readonly pressedAtMs?: number | undefined;
}

interface Leaving {
	readonly because: string;
	readonly graceMs: number;
	/** Nothing is left to drain: Ray leaves at once. */
	readonly quickly: boolean;
	/** What the client returns if the script does not end by itself with a code of its own. */
	readonly code: number;
}

export interface ClientSeen {
	readonly heard: readonly EarWord[];
	readonly script: ProgramEnd | undefined;
	readonly worker: boolean;
	readonly rayEnded: boolean;
	readonly headGone: string | undefined;
	readonly nowMs: number;
}

export type ClientAction =
	| { readonly do: 'stay' }
	| { readonly do: 'tell'; readonly because: string }
	| { readonly do: 'terminate'; readonly because: string }
	| { readonly do: 'kill'; readonly because: string }
	| { readonly do: 'leave'; readonly code: number; readonly because: string; readonly quickly: boolean };

/** After plain scancel Slurm's KILL is near. */
const QUICK_GRACE_MS = 2_000;
const HEAD_GONE_GRACE_MS = 15_000;
const PRESS_MS = 3_000;

const NUMBERS: Readonly<Record<'TERM' | 'INT' | 'HUP' | 'USR2' | 'ORPHANED', number>> = {
	HUP: 129,
	INT: 130,
	USR2: 140,
	TERM: 143,
	ORPHANED: 129,
};

export function stepClient(
	state: ClientState,
	seen: ClientSeen,
	graceMs: number,
): { readonly state: ClientState; readonly action: ClientAction } {
	const leaving = state.leaving ?? reasonToLeave(seen, graceMs);
	const quickly = leaving?.quickly === true;
	if (seen.script) {
		const code = leaving && seen.script.signal !== undefined ? leaving.code : seen.script.code;
		const because = leaving?.because ?? `the script ended with code ${seen.script.code}`;
		return { state, action: { do: 'leave', code, because, quickly } };
	}
	if (leaving === undefined) return { state, action: { do: 'stay' } };
	const { because, code } = leaving;
	if (seen.worker) return { state: { ...state, leaving }, action: { do: 'leave', code, because, quickly } };
	if (state.toldAtMs === undefined) {
		return {
			state: { leaving, toldAtMs: seen.nowMs },
			action: { do: leaving.graceMs === QUICK_GRACE_MS ? 'terminate' : 'tell', because },
		};
	}
	// A second, sharper reason shortens what is left of a long grace.
	const sharper = reasonToLeave(seen, graceMs);
	if (sharper && sharper.graceMs < leaving.graceMs) {
		const sooner = { ...state, leaving: sharper, toldAtMs: seen.nowMs };
		return { state: sooner, action: { do: 'terminate', because: sharper.because } };
	}
	if (state.pressedAtMs === undefined) {
		if (seen.nowMs - state.toldAtMs < leaving.graceMs) return { state, action: { do: 'stay' } };
		return { state: { ...state, pressedAtMs: seen.nowMs }, action: { do: 'terminate', because: 'its grace is over' } };
	}
	if (seen.nowMs - state.pressedAtMs < PRESS_MS) return { state, action: { do: 'stay' } };
	return { state, action: { do: 'kill', because: 'it did not end' } };
}

function reasonToLeave(seen: ClientSeen, graceMs: number): Leaving | undefined {
	for (const word of seen.heard) {
		if (word === 'USR1') continue;
		return {
			because: word === 'ORPHANED' ? 'the batch shell is gone' : `SIG${word} received`,
			graceMs: QUICK_GRACE_MS,
			quickly: true,
			code: NUMBERS[word],
		};
	}
	if (seen.rayEnded)
		return { because: "this client's Ray node has ended", graceMs: QUICK_GRACE_MS, quickly: true, code: 1 };
	if (seen.headGone !== undefined)
		return { because: seen.headGone, graceMs: HEAD_GONE_GRACE_MS, quickly: true, code: 3 };
	if (seen.heard.includes('USR1'))
		return { because: 'told that the time is nearly over', graceMs, quickly: false, code: seen.worker ? 0 : 138 };
	return undefined;
}
