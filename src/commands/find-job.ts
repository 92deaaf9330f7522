// From the word for a job to what it is: a head, or a client of one. No scheduler is asked for a job's id: what rayslurm
// submitted left its mark in an output folder, this one or one that my register of heads knows.
import { existsSync } from 'node:fs';
import { type HeadLayout, type Layout, layoutOf } from '../core/layout.ts';
import { isJobId } from '../core/target.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { schedulerOfHead } from '../flows/scheduler-of-head.ts';
import { findCluster, type Search } from './find-cluster.ts';
import { headNames, jobsIn } from './head-folders.ts';
import { orLikelyHead } from './likely-heads.ts';

interface Found {
	readonly job: JobId;
	/** Of the scheduler that runs it. */
	readonly world: World;
	readonly layout: Layout;
	readonly head: HeadLayout;
	/** The head's job id; of a cluster named by its address, that, as a folder's name. */
	readonly headName: string;
}

export type FoundJob = Found & { readonly kind: 'head' | 'client' };

/** A job's id, or a cluster's name or `latest` for its head; of several the one that lives, else the newest. */
export async function findJob(world: World, here: Layout, word: string, search: Search): Promise<FoundJob> {
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

function foundIn(world: World, layout: Layout, kind: FoundJob['kind'], job: JobId, headName: string): FoundJob {
	return { kind, job, world, layout, head: layout.head(headName), headName };
}

function isClientOf(head: HeadLayout, job: JobId): boolean {
	return existsSync(head.clientRecord(job)) || existsSync(head.clientEvents(job));
}
