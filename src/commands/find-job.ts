// From the word for a job to what it is: a head, or a client of one. No scheduler is asked for a job's id: what rayslurm
// submitted left its mark in an output folder, this one or one that my register of heads knows.
import { existsSync } from 'node:fs';
import { listOf } from '../core/array-indices.ts';
import { type HeadLayout, type Layout, layoutOf } from '../core/layout.ts';
import { isJobId, parseTask } from '../core/target.ts';
import { arrayOf, nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { type PlacedClient, readMeant } from '../flows/read-clients.ts';
import { schedulerOfHead } from '../flows/scheduler-of-head.ts';
import { findCluster, type Search } from './find-cluster.ts';
import { headNames, jobsIn, newestFirst } from './head-folders.ts';
import { orLikelyHead } from './likely-heads.ts';

export interface FoundJob {
	readonly kind: 'head' | 'client' | 'array';
	/** As people and the scheduler name it: 123, and a task of an array 123_4. */
	readonly name: string;
	/** By which its files go; of a task that has not begun, its name. */
	readonly job: JobId;
	/** Of the scheduler that runs it. */
	readonly world: World;
	readonly layout: Layout;
	readonly head: HeadLayout;
	/** The head's job id; of a cluster named by its address, that, as a folder's name. Of an array, the newest. */
	readonly headName: string;
	/** It, or all tasks of an array; of a head none. */
	readonly clients: readonly PlacedClient[];
}

/** A job's id, a task of an array of clients (123_4), or a cluster's name or `latest` for its head; of several the one that lives, else the newest. */
export async function findJob(world: World, here: Layout, word: string, search: Search): Promise<FoundJob> {
	const task = parseTask(word);
	if (task !== undefined) return taskIn(await findJob(world, here, task.array, search), word);
	if (!isJobId(word)) {
		const found = await findCluster(world, here, word, { ...search, alsoEnded: true });
		const { head, layout } = found;
		if (head.kind === 'job') return foundHead(found.world, layout, head.job);
		throw new Trouble('usage', `Not a job of rayslurm: ${word}`, {
			hint: "name it by its job id, its head's name, or latest",
		});
	}
	const others = (await world.register.heads()).map(({ outputDir }) => outputDir);
	const known = new Set<string>();
	let another: string | undefined;
	for (const outputDir of new Set([here.outputDir, ...others])) {
		const layout = layoutOf(outputDir);
		const isHead = existsSync(layout.head(word).folder) || existsSync(layout.info(word));
		const names = isHead ? [word] : headNames(layout).filter((name) => isClientOf(layout.head(name), word));
		if (names[0] !== undefined) {
			const scheduler = await schedulerOfHead(world, layout, names[0]);
			const theirs = scheduler === world.scheduler.name ? world : await search.worldOf?.(scheduler);
			const found =
				theirs && (isHead ? foundHead(theirs, layout, word) : await foundClient(theirs, layout, names, word));
			if (found !== undefined) return found;
			if (theirs === undefined) another ??= scheduler;
		}
		for (const id of jobsIn(layout)) known.add(id);
	}
	if (another !== undefined)
		throw new Trouble('usage', `Job ${word} is not ${world.scheduler.title}'s`, {
			hint: `say whose it is: --scheduler=${another}`,
		});
	const nobody = new Trouble('no-such-job', `No job ${word} of rayslurm is known`, {
		hint: 'rayslurm status --all lists them',
	});
	return orLikelyHead(world, here, word, () => Promise.reject(nobody), known);
}

function taskIn(found: FoundJob, word: string): FoundJob {
	const { kind, name, clients } = found;
	const client = clients.find(({ task }) => task === word);
	if (client !== undefined) return { ...found, ...oneOf(found.layout, client) };
	const indices = clients.flatMap(({ task }) => parseTask(task ?? '')?.index ?? []);
	const why = kind === 'array' ? `It has ${listOf(indices)}` : `Job ${name} is a ${kind}, and no array`;
	throw new Trouble('no-such-job', `There is no task ${word}`, { hint: `${why}: rayslurm status ${name}` });
}

function foundHead(world: World, layout: Layout, job: JobId): FoundJob {
	return { kind: 'head', name: job, job, world, layout, head: layout.head(job), headName: job, clients: [] };
}

/** heads: whose corners have files of that name, the newest first. undefined: none of them is mine. */
async function foundClient(
	world: World,
	layout: Layout,
	heads: readonly string[],
	job: JobId,
): Promise<FoundJob | undefined> {
	const clients = await readMeant(world, layout, heads, job);
	const [first] = clients;
	if (first === undefined) return undefined;
	const headName = newestFirst([...heads, ...clients.map((client) => client.headName)])[0] ?? '';
	const found = { name: job, job, world, layout, head: layout.head(headName), headName, clients };
	if (clients.some(({ task }) => arrayOf(task) === job)) return { ...found, kind: 'array' };
	return { ...found, ...oneOf(layout, first) };
}

function oneOf(layout: Layout, client: PlacedClient) {
	const { job, headName } = client;
	return {
		kind: 'client',
		name: nameOf(client),
		job,
		head: layout.head(headName),
		headName,
		clients: [client],
	} as const;
}

function isClientOf(head: HeadLayout, job: JobId): boolean {
	return existsSync(head.clientRecord(job)) || existsSync(head.clientEvents(job));
}
