// The rule for a client's life while its script runs (or while it serves as a worker): what was seen goes in, what to do and
// why comes out. The flow looks, steps, acts and waits.
//
//	script runs ── reason to leave ──> told (USR1 or INT) ── patience over ──> terminated ──> killed ──> left
//	     └── a reason that cannot wait ───────────────────────────────────────────^
import type { EndReason } from './end-reasons.ts';
import { BY_SIGUSR1, orderToEnd } from './order-to-end.ts';
import { type StopRequest, stopBecause } from './stop-request.ts';
import type { EarWord, ProgramEnd } from './world.ts';

/** All times are of a clock that never jumps. */
export interface ClientState {
	readonly leaving?: Leaving | undefined;
	readonly toldAtMs?: number | undefined;
	readonly terminatedAtMs?: number | undefined;
	readonly killedAtMs?: number | undefined;
}

interface Leaving {
	readonly because: string;
	/** What the client returns if the script does not end by itself with a code of its own. */
	readonly code: number;
	/** So long the script may take to end in its own way. */
	readonly patientUntilMs: number;
	/** There is no time to tell the script first. */
	readonly urgent: boolean;
	/** Nothing is left to drain: Ray leaves at once. */
	readonly quickly: boolean;
	/** It is the head that ends, and this job has time left: there is sense in looking for the next head. */
	readonly headEnds: boolean;
}

export interface ClientSeen {
	readonly heard: readonly EarWord[];
	readonly script: ProgramEnd | undefined;
	readonly worker: boolean;
	readonly rayEnded: boolean;
	readonly headGone: string | undefined;
	/** Where USR1 was heard: the head's own word that it ends. Without one this job's own time is nearly over. */
	readonly headEnding?: HeadEnding | undefined;
	/** Where USR1 was heard: a person asked this client to stop. */
	readonly stop?: StopRequest | undefined;
	readonly nowMs: number;
}

export interface HeadEnding {
	readonly reason: EndReason;
	readonly because: string;
	/** It waits for nobody. */
	readonly atOnce?: true;
}

export type ClientAction =
	| { readonly do: 'stay' }
	| { readonly do: 'tell'; readonly because: string }
	| { readonly do: 'terminate'; readonly because: string }
	| { readonly do: 'kill'; readonly because: string }
	| Leave;

export interface Leave {
	readonly do: 'leave';
	readonly code: number;
	readonly because: string;
	readonly quickly: boolean;
	readonly headEnds: boolean;
}

const HEAD_GONE_PATIENCE_MS = 5_000;
/** From SIGTERM to SIGKILL, and from there to leaving without the script. After plain scancel Slurm's own KILL is near. */
const PRESS_MS = 3_000;

interface ClientStep {
	readonly state: ClientState;
	readonly action: ClientAction;
}

/** graceMs: what a script may take after it was told that the time is nearly over. */
export function stepClient(before: ClientState, seen: ClientSeen, graceMs: number): ClientStep {
	const { nowMs } = seen;
	const leaving = sooner(before.leaving, reasonToLeave(seen, graceMs));
	const state: ClientState = { ...before, leaving };
	const stay: ClientStep = { state, action: { do: 'stay' } };
	if (seen.script) {
		// Told that the time is nearly over, its end is its own, also when that is the signal it was told by.
		// Ray's own handler makes of a signal a plain exit with its number.
		const bySignal = seen.script.signal !== undefined || seen.script.code + 128 === leaving?.code;
		const code = leaving?.quickly && bySignal ? leaving.code : seen.script.code;
		const because = leaving?.because ?? `the script ended with code ${seen.script.code}`;
		const { quickly = false } = leaving ?? {};
		// One that has ended well, and was not told to, is done: it needs no other head.
		const done = state.toldAtMs === undefined && seen.script.code === 0;
		const headEnds = !done && (leaving?.headEnds ?? false);
		return { state, action: { do: 'leave', code, because, quickly, headEnds } };
	}
	if (leaving === undefined) return stay;
	const { because, code, urgent, quickly, headEnds } = leaving;
	const leave: ClientStep = { state, action: { do: 'leave', code, because, quickly, headEnds } };
	if (seen.worker) return leave;
	if (state.killedAtMs !== undefined) return nowMs - state.killedAtMs < PRESS_MS ? stay : leave;
	if (state.terminatedAtMs !== undefined) {
		if (nowMs - state.terminatedAtMs < PRESS_MS) return stay;
		return { state: { ...state, killedAtMs: nowMs }, action: { do: 'kill', because: 'it did not end' } };
	}
	if (!urgent && state.toldAtMs === undefined) {
		return { state: { ...state, toldAtMs: nowMs }, action: { do: 'tell', because } };
	}
	if (nowMs < leaving.patientUntilMs) return stay;
	const why = urgent ? because : 'its grace is over';
	return { state: { ...state, terminatedAtMs: nowMs }, action: { do: 'terminate', because: why } };
}

/** A second reason counts only if it leaves less time: hearing the same twice changes nothing. */
function sooner(first: Leaving | undefined, second: Leaving | undefined): Leaving | undefined {
	if (first === undefined || second === undefined) return first ?? second;
	const chosen = second.patientUntilMs < first.patientUntilMs ? second : first;
	// With its own end near as well, a client has no time for another head.
	return { ...chosen, headEnds: first.headEnds && second.headEnds };
}

function reasonToLeave(seen: ClientSeen, graceMs: number): Leaving | undefined {
	const { nowMs } = seen;
	const order = orderToEnd(seen.heard);
	const now = { patientUntilMs: nowMs, urgent: true, quickly: true, headEnds: false };
	if (order) return { ...order, ...now };
	// Without its head a Ray node ends as well; then that is the reason.
	if (seen.rayEnded && seen.headGone === undefined)
		return { because: "this client's Ray node has ended", code: 1, ...now };
	const gone: Leaving | undefined =
		seen.headGone === undefined
			? undefined
			: {
					because: seen.headGone,
					code: 3,
					patientUntilMs: nowMs + HEAD_GONE_PATIENCE_MS,
					urgent: false,
					quickly: true,
					headEnds: true,
				};
	return sooner(gone, seen.heard.includes('USR1') ? noticeOf(seen, graceMs) : undefined);
}

/** The head tells its clients by the same signal as Slurm tells a job that its own time is nearly over. */
function noticeOf({ headEnding, stop, worker, nowMs }: ClientSeen, graceMs: number): Leaving {
	const nearly = { code: worker ? 0 : BY_SIGUSR1, patientUntilMs: nowMs + graceMs, urgent: false, quickly: false };
	if (stop) {
		const now = stop.atOnce ? { patientUntilMs: nowMs, urgent: true, quickly: true } : {};
		return { because: stopBecause(stop), ...nearly, ...now, headEnds: false };
	}
	if (headEnding === undefined) return { because: 'told that the time is nearly over', ...nearly, headEnds: false };
	const announced = headEnding.reason === 'time limit' || headEnding.reason === 'stop';
	if (announced && !headEnding.atOnce) return { because: headEnding.because, ...nearly, headEnds: true };
	const patientUntilMs = nowMs + HEAD_GONE_PATIENCE_MS;
	return { because: headEnding.because, code: 3, patientUntilMs, urgent: false, quickly: true, headEnds: true };
}
