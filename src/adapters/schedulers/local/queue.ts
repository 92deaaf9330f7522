// For loops that follow jobs of this machine: a look costs a millisecond and disturbs nobody, so it is not shared.
import { allUnknown, type QueueWatch } from '../../../core/queue.ts';
import type { JobId, KnownState, Scheduler } from '../../../core/world.ts';

const LOOK_EVERY_MS = 500;

export function watchHere(scheduler: Scheduler, jobs: readonly JobId[]): QueueWatch {
	let known: ReadonlyMap<JobId, KnownState> = new Map();
	const look = () => {
		void scheduler
			.states(jobs)
			.catch((error: Error) => allUnknown(jobs, error))
			.then((states) => {
				known = states;
			});
	};
	const timer = setInterval(look, LOOK_EVERY_MS);
	look();
	return { known: () => known, every: () => {}, stop: () => clearInterval(timer) };
}
