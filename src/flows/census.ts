// Looks who uses a head: the clients' files, and at most one squeue for all of them together. What is known for good is
// neither read nor asked again.
import { type Census, type ClientTrace, ownWord, takeCensus } from '../core/client-census.ts';
import { type ClientEvent, parseEvents } from '../core/events.ts';
import type { HeadLayout } from '../core/layout.ts';
import type { JobId, KnownState, World } from '../core/world.ts';

export interface ClientWatch {
	/** Their own words, and what Slurm said when it was asked last. */
	look(): Promise<Census>;
	/** The same, with a new question to Slurm. Some compute nodes have no squeue: then every client counts that has not said
	 *  its end. */
	ask(): Promise<Census>;
}

export function watchClients(world: World, head: HeadLayout): ClientWatch {
	const over = new Set<JobId>();
	let states: ReadonlyMap<JobId, KnownState> = new Map();

	const read = async (): Promise<readonly ClientTrace[]> => {
		const names = await world.files.list(head.clients);
		const jobs = new Set(names.map((name) => /^(\d+)\./.exec(name)?.[1]).filter((job) => job !== undefined));
		const traces = await Promise.all(
			[...jobs]
				.filter((job) => !over.has(job))
				.map(async (job) => {
					const text = (await world.files.readState(head.clientEvents(job))) ?? '';
					return { job, events: parseEvents<ClientEvent>(text) };
				}),
		);
		// A client that moved on may come back: a requeued head has the same folder.
		for (const { job, events } of traces)
			if (events.at(-1)?.step === 'ended' && ownWord({ job, events }) === 'over') over.add(job);
		return traces;
	};

	return {
		look: async () => takeCensus(await read(), states),
		async ask() {
			const traces = await read();
			const jobs = traces.filter((trace) => ownWord(trace) !== 'over').map(({ job }) => job);
			states =
				jobs.length === 0 ? new Map() : await world.scheduler.states(jobs).catch(() => new Map<JobId, KnownState>());
			// One that Slurm calls ended may still be put back into the queue; one it no longer knows may not.
			for (const [job, { kind }] of states) if (kind === 'gone') over.add(job);
			return takeCensus(traces, states);
		},
	};
}
