// The scheduler's word for loops: one answer for all loops of this user on this host, 15 seconds old at most.
import type { JobId, KnownState } from './world.ts';

export interface Queue {
	/** Followed in the background until it is stopped. */
	queue(jobs: readonly JobId[]): Promise<QueueWatch>;
	/** Looked at once. The answer is 5 seconds old at most where the asker knows that something ends. */
	lookAtQueue(jobs: readonly JobId[], somethingEnds: boolean): Promise<QueueLook>;
}

/** What is known now; it is asked anew in the background, at most every 15 seconds. */
export interface QueueWatch {
	known(): ReadonlyMap<JobId, KnownState>;
	/** The next look is this far away, and so is each after it; for who hears of the job in another way, or, where it is less
	 *  than usual, knows that something ends. */
	every(ms: number): void;
	stop(): void;
}

export interface QueueLook {
	/** Without those that no answer has spoken of so far: the next one will. */
	readonly states: ReadonlyMap<JobId, KnownState>;
	readonly ageMs: number;
}

/** What a question that was not answered says of each job: nothing. */
export function allUnknown(jobs: readonly JobId[], { message: why }: Error): ReadonlyMap<JobId, KnownState> {
	return new Map(jobs.map((job) => [job, { kind: 'unknown', why }]));
}
