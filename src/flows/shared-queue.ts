// The scheduler's word for a command that looks again and again at a changing set of jobs: the first look asks for itself,
// those after it share their answers with everything else of mine that loops on this host.
import type { QueueWatch } from '../core/queue.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import type { Queue } from './survey.ts';

export interface SharedQueue extends Queue {
	stop(): void;
}

/** What is shared is 15 seconds old at most, and a moment goes by until it is looked at again. */
const STALE_MS = 18_000;

export function sharedQueue(world: World): SharedQueue {
	let known: ReadonlyMap<JobId, KnownState> | undefined;
	let watched = '';
	let watching: QueueWatch | undefined;
	return {
		staleMs: STALE_MS,
		async ask(jobs, ended) {
			if (watched !== jobs.join()) {
				watching?.stop();
				watching = await world.queue(jobs);
				watched = jobs.join();
			}
			known =
				known === undefined
					? await world.scheduler.states(jobs, ended)
					: new Map([...known, ...(watching?.known() ?? [])]);
			return new Map([...known].filter(([job]) => jobs.includes(job)));
		},
		stop: () => watching?.stop(),
	};
}
