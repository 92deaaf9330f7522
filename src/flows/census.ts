// Looks who uses a head: the clients' files, and at most one squeue for all that have not said that they ended.
import { type Census, type ClientTrace, takeCensus, withoutEnd } from '../core/client-census.ts';
import { type ClientEvent, parseEvents } from '../core/events.ts';
import type { HeadLayout } from '../core/layout.ts';
import type { JobId, KnownState, World } from '../core/world.ts';

export async function readTraces(world: World, head: HeadLayout): Promise<readonly ClientTrace[]> {
	const names = await world.files.list(head.clients);
	const jobs = new Set(names.map((name) => /^(\d+)\./.exec(name)?.[1]).filter((job) => job !== undefined));
	return Promise.all(
		[...jobs].map(async (job) => {
			const text = (await world.files.readText(head.clientEvents(job))) ?? '';
			return { job, events: parseEvents<ClientEvent>(text) };
		}),
	);
}

/** Some compute nodes have no squeue: then every client counts that has not said its end. */
export async function askQueue(world: World, traces: readonly ClientTrace[]): Promise<ReadonlyMap<JobId, KnownState>> {
	const jobs = withoutEnd(traces).map(({ job }) => job);
	if (jobs.length === 0) return new Map();
	return world.scheduler.states(jobs).catch(() => new Map<JobId, KnownState>());
}

export async function census(world: World, head: HeadLayout): Promise<Census> {
	const traces = await readTraces(world, head);
	return takeCensus(traces, await askQueue(world, traces));
}
