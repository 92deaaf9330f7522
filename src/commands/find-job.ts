// From the word for a job to what it is: a head, or a client of one. No scheduler is asked for a job's id: what rayslurm
// submitted left its mark in an output folder, this one or one that my register of heads knows.
import { existsSync } from 'node:fs';
import { tasksIn } from '../core/array-indices.ts';
import { parseClientRecord } from '../core/client-record.ts';
import { type ClientEvent, parseEvents, taskOf } from '../core/events.ts';
import { type HeadLayout, type Layout, layoutOf } from '../core/layout.ts';
import { isJobId, parseTask } from '../core/target.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { schedulerOfHead } from '../flows/scheduler-of-head.ts';
import { findCluster, type Search } from './find-cluster.ts';
import { clientsOf, headNames, jobsIn } from './head-folders.ts';
import { orLikelyHead } from './likely-heads.ts';

interface Found {
	/** Of a task that has not begun, its name: 123_4. */
	readonly job: JobId;
	/** Of the scheduler that runs it. */
	readonly world: World;
	readonly layout: Layout;
	readonly head: HeadLayout;
	/** The head's job id; of a cluster named by its address, that, as a folder's name. */
	readonly headName: string;
}

export type FoundJob = Found & { readonly kind: 'head' | 'client' };

/** A job's id, a task of an array of clients (123_4), or a cluster's name or `latest` for its head; of several the one that lives, else the newest. */
export async function findJob(world: World, here: Layout, word: string, search: Search): Promise<FoundJob> {
	const task = parseTask(word);
	if (task !== undefined) return taskIn(await findJob(world, here, task.array, search), word, task.index);
	if (!isJobId(word)) {
		const found = await findCluster(world, here, word, { ...search, alsoEnded: true });
		const { head, layout } = found;
		if (head.kind === 'job') return foundIn(found.world, layout, 'head', head.job, head.job);
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
		const headName = isHead ? word : headNames(layout).find((name) => isClientOf(layout.head(name), word));
		if (headName !== undefined) {
			const scheduler = await schedulerOfHead(world, layout, headName);
			const theirs = scheduler === world.scheduler.name ? world : await search.worldOf?.(scheduler);
			if (theirs !== undefined) return foundIn(theirs, layout, isHead ? 'head' : 'client', word, headName);
			another ??= scheduler;
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

/** Once it has begun it has a job id of its own, by which its files go. */
async function taskIn(found: FoundJob, word: string, index: number): Promise<FoundJob> {
	const { world, head, job: array } = found;
	const record = parseClientRecord((await world.files.readState(head.clientRecord(array))) ?? '');
	const indices = record?.array === undefined ? [] : (tasksIn(record.array) ?? [index]);
	if (!indices.includes(index)) {
		const what = found.kind === 'head' ? 'a head' : 'a client';
		const why = record?.array === undefined ? `Job ${array} is ${what}, and no array` : `It has ${record.array}`;
		throw new Trouble('no-such-job', `There is no task ${word}`, { hint: `${why}: rayslurm status ${array}` });
	}
	for (const job of clientsOf(head)) {
		const events = parseEvents<ClientEvent>((await world.files.readState(head.clientEvents(job))) ?? '');
		if (taskOf(events) === word) return { ...found, job };
	}
	return { ...found, job: word };
}

function foundIn(world: World, layout: Layout, kind: FoundJob['kind'], job: JobId, headName: string): FoundJob {
	return { kind, job, world, layout, head: layout.head(headName), headName };
}

function isClientOf(head: HeadLayout, job: JobId): boolean {
	return existsSync(head.clientRecord(job)) || existsSync(head.clientEvents(job));
}
