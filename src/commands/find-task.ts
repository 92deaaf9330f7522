// From the word for a job to whose log is wanted. Tasks of an array of clients are known to people as 123_4; their files and
// events go by a job id of their own, which is known once they have begun.
import { type ClientRecord, parseClientRecord } from '../core/client-record.ts';
import { type ClientEvent, parseEvents } from '../core/events.ts';
import { clientJobs, type HeadLayout, type Layout } from '../core/layout.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import type { Search } from './find-cluster.ts';
import { type FoundJob, findJob } from './find-job.ts';

export interface WantedLog {
	readonly found: FoundJob;
	/** As people name it, and the scheduler too: 123 or 123_4. */
	readonly name: string;
	/** By which its files go; undefined: a task that has not begun, as far as is known. */
	readonly job: JobId | undefined;
	/** Its output is its script's; else what its supervisor says is all there is. */
	readonly hasScript: boolean;
	/** Looks again whether the task has begun. */
	again(): Promise<JobId | undefined>;
}

export async function findWanted(world: World, here: Layout, word: string, search: Search): Promise<WantedLog> {
	const [name, array] = /^([1-9]\d{0,9})_(?:0|[1-9]\d{0,6})$/.exec(word) ?? [];
	const found = await findJob(world, here, array ?? word, search);
	const { job } = found;
	if (found.kind === 'head') {
		if (name !== undefined)
			throw new Trouble('no-such-job', `Job ${job} is a head: it has no task ${word}`, {
				hint: `its own log: rayslurm logs ${job}`,
			});
		return { found, name: job, job, hasScript: false, again: async () => job };
	}
	const record = await recordOf(found, job);
	const hasScript = record === undefined || record.script !== undefined;
	if (name !== undefined) {
		const again = async () => (await tasksOf(found)).find((each) => each.task === name)?.job;
		return { found, name, job: await again(), hasScript, again };
	}
	if (record?.array !== undefined && record.job === job) throw isArray(job, record.array, await tasksOf(found));
	return { found, name: job, job, hasScript, again: async () => job };
}

function isArray(job: JobId, indices: string, tasks: readonly ArrayTask[]): Trouble {
	const begun = tasks.map(({ task }) => task);
	const list = begun.length > 12 ? `${begun.slice(0, 12).join(', ')} and ${begun.length - 12} more` : begun.join(', ');
	const example = begun[0] ?? `${job}_${/\d+/.exec(indices)?.[0] ?? '1'}`;
	return new Trouble('usage', `Job ${job} is an array of clients (${indices}): which of its tasks?`, {
		hint: `rayslurm logs ${example}; ${begun.length === 0 ? 'none has begun yet' : `these have begun: ${list}`}`,
	});
}

interface ArrayTask {
	readonly task: string;
	readonly job: JobId;
}

/** Those of an array that have begun, by their index. */
async function tasksOf({ world, head, job: array }: FoundJob): Promise<readonly ArrayTask[]> {
	const tasks: ArrayTask[] = [];
	for (const job of clientJobs(await world.files.list(head.clients))) {
		if (Number(job) < Number(array)) continue; // An array's tasks come after it.
		const task = await taskName(world, head, job);
		if (task?.startsWith(`${array}_`)) tasks.push({ task, job });
	}
	const index = ({ task }: ArrayTask) => Number(task.slice(task.indexOf('_') + 1));
	return tasks.toSorted((a, b) => index(a) - index(b));
}

/** What was written at its submission; of a task, at its array's. */
async function recordOf({ world, head }: FoundJob, job: JobId): Promise<ClientRecord | undefined> {
	const own = await world.files.readState(head.clientRecord(job));
	const array = own === undefined ? (await taskName(world, head, job))?.split('_')[0] : undefined;
	const text = array === undefined ? own : await world.files.readState(head.clientRecord(array));
	return parseClientRecord(text ?? '');
}

async function taskName(world: World, head: HeadLayout, job: JobId): Promise<string | undefined> {
	const events = parseEvents<ClientEvent>((await world.files.readState(head.clientEvents(job))) ?? '');
	const begun = events.findLast((event) => event.step === 'running');
	return begun?.step === 'running' ? begun.task : undefined;
}
