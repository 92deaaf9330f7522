// Looks who uses a head, once for all of its supervisor that wants to know: the clients' files, and the one answer of Slurm
// that everything that loops shares. What is known for good is neither read nor asked again.
import { tasksIn } from '../core/array-indices.ts';
import { type Census, type ClientTrace, ownWord, type QueueWord, takeCensus } from '../core/client-census.ts';
import { type ClientEvent, parseEvents } from '../core/events.ts';
import { clientJobs, type HeadLayout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';
import { readClientRecord } from './records.ts';

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
	const arrays = new Map<JobId, ArrayTasks | undefined>();
	let word: QueueWord = { states: new Map(), atMs: Number.NEGATIVE_INFINITY };

	const toBegin = (job: JobId) => {
		const array = arrays.get(job);
		return array && array.all - array.begun.size;
	};

	const read = async (): Promise<readonly ClientTrace[]> => {
		const names = await world.files.list(head.clients);
		const jobs = clientJobs(names);
		const there = new Set(names);
		const recorded = jobs.filter((job) => !arrays.has(job) && there.has(`${job}.json`));
		await Promise.all(recorded.map(async (job) => arrays.set(job, await arrayOf(world, head, job))));
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
		for (const { events } of traces) {
			for (const event of events) if (event.step === 'running') noteTask(arrays, event.task);
		}
		known = new Map(traces.map((trace) => [trace.job, trace]));
		// A client that moved on may come back: a requeued head has the same folder.
		for (const { job, events } of traces)
			if (events.at(-1)?.step === 'ended' && ownWord({ events }) === 'over' && !toBegin(job)) over.add(job);
		return traces.map((trace) => ({ ...trace, toBegin: toBegin(trace.job) }));
	};

	return {
		look: async () => takeCensus(await read(), word),
		async ask(theyEnd) {
			const traces = await read();
			const jobs = traces.filter((trace) => ownWord(trace) !== 'over' || trace.toBegin).map(({ job }) => job);
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

interface ArrayTasks {
	readonly all: number;
	/** By the names people know them by. */
	readonly begun: Set<string>;
}

async function arrayOf(world: World, head: HeadLayout, job: JobId): Promise<ArrayTasks | undefined> {
	const record = await readClientRecord(world, head, job);
	const all = record?.array === undefined ? undefined : tasksIn(record.array)?.length;
	return all === undefined ? undefined : { all, begun: new Set() };
}

function noteTask(arrays: ReadonlyMap<JobId, ArrayTasks | undefined>, task: string | undefined): void {
	if (task !== undefined) arrays.get(task.slice(0, task.indexOf('_')))?.begun.add(task);
}
