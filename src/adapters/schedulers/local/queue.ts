// For loops that follow jobs of this machine: a look costs a millisecond and disturbs nobody, so it is not shared.
import type { QueueWatch } from '../../../core/queue.ts';
import type { JobId, KnownState, Scheduler } from '../../../core/world.ts';

const LOOK_EVERY_MS = 500;

export function watchHere(scheduler: Scheduler, jobs: readonly JobId[]): QueueWatch {
	let known: ReadonlyMap<JobId, KnownState> = new Map();
	const look = () => {
		void scheduler.states(jobs).then(
			(states) => {
				known = states;
			},
			(error: Error) => {
				known = new Map(jobs.map((job) => [job, { kind: 'unknown', why: error.message }]));
			},
		);
	};
	const timer = setInterval(look, LOOK_EVERY_MS);
	look();
	return { known: () => known, every: () => {}, stop: () => clearInterval(timer) };
}
