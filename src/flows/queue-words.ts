// What the scheduler says of a job while somebody waits for it: each word is told once, and an end only counts when the job's own
// last words have had the time to come through the shared file system.
import { whyPendingAndTodo } from '../core/slurm-reasons.ts';
import type { Clock, KnownState } from '../core/world.ts';

export interface QueueListener {
	pending(reason: string, expectedStart: string | undefined): void;
	/** It does not answer; told once for each time it stops. */
	silent(why: string): void;
}

const LATE_WORDS_MS = 5_000;

/** Takes each state as it becomes known; returns what the scheduler says of the job's end once there is no more to wait for. */
export function queueWords(
	clock: Clock,
	listener: QueueListener,
	title: string,
): (state: KnownState | undefined) => string | undefined {
	let said = '';
	let endedAt: number | undefined;
	return (state) => {
		if (state === undefined) return undefined;
		const now = inWords(state);
		if (now !== said && state.kind === 'pending') listener.pending(whyPendingAndTodo(state), state.expectedStart);
		if (now !== said && state.kind === 'unknown') listener.silent(state.why);
		said = now;
		if (state.kind === 'ended' || state.kind === 'gone') {
			endedAt ??= clock.monotonicMs();
			if (clock.monotonicMs() - endedAt <= LATE_WORDS_MS) return undefined;
			return state.kind === 'ended' ? `${title} says ${state.how}` : `${title} no longer knows it`;
		}
		if (state.kind !== 'unknown') endedAt = undefined; // It was requeued.
		return undefined;
	};
}

function inWords(state: KnownState): string {
	return state.kind === 'pending' ? `pending ${state.reason} ${state.expectedStart ?? ''}` : state.kind;
}
