// Looks who uses a head, once for all of its supervisor that wants to know: the clients' files, and the one answer of Slurm
// that everything that loops shares. What is known for good is neither read nor asked again.
import { type Census, type ClientTrace, ownWord, type QueueWord, takeCensus } from '../core/client-census.ts';
import { type ClientEvent, parseEvents } from '../core/events.ts';
import { clientJobs, type HeadLayout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';

export interface ClientWatch {
	/** Their own words, and what Slurm said when it was asked last. */
	look(): Promise<Census>;
	/** The same, with a new look at Slurm's word: 15 s old at most, 5 s while they end. Some compute nodes have no squeue: then
	 *  every client counts that has not said its end. */
	ask(theyEnd: boolean): Promise<Census>;
	/** From the next look on also those that had ended: Slurm may have been told to start them again. */
	anew(): void;
}

export function watchClients(world: World, head: HeadLayout): ClientWatch {
	const over = new Set<JobId>();
	let known = new Map<JobId, ClientTrace>();
	let word: QueueWord = { states: new Map(), atMs: Number.NEGATIVE_INFINITY };

	const read = async (): Promise<readonly ClientTrace[]> => {
		const jobs = clientJobs(await world.files.list(head.clients));
		const readAtMs = world.clock.monotonicMs();
		const traces = await Promise.all(
			jobs
				.filter((job) => !over.has(job))
				.map(async (job): Promise<ClientTrace> => {
					const text = (await world.files.readState(head.clientEvents(job))) ?? '';
					const events = parseEvents<ClientEvent>(text);
					const before = known.get(job);
					return before?.events.length === events.length ? before : { job, events, readAtMs };
				}),
		);
		known = new Map(traces.map((trace) => [trace.job, trace]));
		// A client that moved on may come back: a requeued head has the same folder.
		for (const { job, events } of traces)
			if (events.at(-1)?.step === 'ended' && ownWord({ events }) === 'over') over.add(job);
		return traces;
	};

	return {
		look: async () => takeCensus(await read(), word),
		async ask(theyEnd) {
			const traces = await read();
			const jobs = traces.filter((trace) => ownWord(trace) !== 'over').map(({ job }) => job);
			const { states, ageMs } =
				jobs.length === 0 ? NOTHING : await world.lookAtQueue(jobs, theyEnd).catch(() => NOTHING);
			word = { states, atMs: world.clock.monotonicMs() - ageMs };
			// One that Slurm calls ended may still be put back into the queue; one it no longer knows may not.
			for (const [job, { kind }] of states) if (kind === 'gone') over.add(job);
			return takeCensus(traces, word);
		},
		anew: () => over.clear(),
	};
}

const NOTHING = { states: new Map<JobId, never>(), ageMs: 0 };
