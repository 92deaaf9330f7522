// Whether an unused head may end itself, one look at a time: what was seen goes in, what to do and why comes out. Idle means
// that nobody uses the cluster and nobody is about to; an unanswered question is never a sign of that.
import { counted } from './counted.ts';
import { durationInWords } from './duration.ts';
import type { WindowNow } from './idle-window.ts';

export interface ClusterUse {
	/** Clients that have joined, or whose state nobody could tell. */
	readonly connected: number;
	/** Clients that wait in the queue or are starting. */
	readonly coming: number;
	readonly nodes: number;
	/** How long the least idle node has been idle. */
	readonly idleMs: number;
	readonly drivers: number;
	readonly detachedActors: number;
	readonly pending: number;
}

export interface IdleState {
	/** Since when nobody was seen to use the cluster, on a clock that never jumps. */
	readonly unusedSinceMs?: number;
}

export interface IdleSeen {
	readonly window: WindowNow;
	/** undefined outside the window, where nobody is asked, and where somebody did not answer. */
	readonly use: ClusterUse | undefined;
	readonly silent?: string;
	readonly nowMs: number;
	/** The clock on the wall at this moment, for the time of the last task. */
	readonly wallClock?: WallClock;
}

export interface WallClock {
	readonly now: Date;
	readonly zone: string;
}

export interface IdleStep {
	readonly state: IdleState;
	readonly end: boolean;
	readonly because: string;
	/** Until the end, should nothing change and the window stay open; absent where it does not count down. */
	readonly leftMs?: number;
}

export function stepIdle(state: IdleState, seen: IdleSeen, idleAfterMs: number): IdleStep {
	if (!seen.window.open) return { state: {}, end: false, because: 'outside the idle window' };
	const { use } = seen;
	if (use === undefined)
		return { state: {}, end: false, because: `in use as far as is known: ${seen.silent ?? 'no answer'}` };
	const busy = inUse(use);
	if (busy.length > 0) return { state: {}, end: false, because: `in use: ${busy.join(', ')}` };
	const unusedSinceMs = state.unusedSinceMs ?? seen.nowMs;
	// Both count: nobody there for so long, and no node at work for so long.
	const idleMs = Math.min(seen.nowMs - unusedSinceMs, use.idleMs);
	const nodes = `${counted(use.nodes, 'node')}, 0 clients`;
	const last = seen.wallClock === undefined ? '' : `, last task ended ${timeOfDay(seen.wallClock, use.idleMs)}`;
	const because = `idle ${partOf(idleMs, idleAfterMs)}: ${nodes}${last}`;
	return { state: { unusedSinceMs }, end: idleMs >= idleAfterMs, because, leftMs: Math.max(0, idleAfterMs - idleMs) };
}

/** 7 of 10 min; below two minutes in seconds. */
function partOf(idleMs: number, idleAfterMs: number): string {
	if (idleAfterMs < 120_000) return `${Math.floor(idleMs / 1_000)} of ${Math.round(idleAfterMs / 1_000)} s`;
	if (idleAfterMs % 60_000 !== 0) return `${durationInWords(idleMs)} of ${durationInWords(idleAfterMs)}`;
	return `${Math.floor(idleMs / 60_000)} of ${idleAfterMs / 60_000} min`;
}

function timeOfDay({ now, zone }: WallClock, agoMs: number): string {
	return new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium' }).format(
		new Date(now.getTime() - agoMs),
	);
}

function inUse(use: ClusterUse): string[] {
	const count = (number: number, what: string) => (number === 0 ? [] : [counted(number, what)]);
	return [
		...count(use.connected, 'client'),
		...count(use.coming, 'client on the way').map((words) => words.replace('client on the ways', 'clients on the way')),
		...count(use.drivers, 'driver'),
		...count(use.detachedActors, 'detached actor'),
		...(use.pending === 0 ? [] : [`${use.pending} waiting for room`]),
		...(use.nodes === 0 ? ['no node has told its state yet'] : []),
		...(use.nodes > 0 && use.idleMs === 0 ? ['a node at work'] : []),
	];
}
