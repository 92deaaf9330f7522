// From the word for a job to what it is: a head, or a client of one. No scheduler is asked for a job's id: what rayslurm
// submitted left its mark in an output folder, this one or one that my register of heads knows.
import { existsSync } from 'node:fs';
import { likelyNames } from '../core/did-you-mean.ts';
import { type HeadLayout, type Layout, layoutOf } from '../core/layout.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { findCluster } from './find-cluster.ts';
import { clientsOf, headNames } from './head-folders.ts';
import { orLikelyHead } from './likely-heads.ts';

export { clientsOf, headNames } from './head-folders.ts';

export type FoundJob =
	| { readonly kind: 'head'; readonly job: JobId; readonly layout: Layout; readonly head: HeadLayout }
	| {
			readonly kind: 'client';
			readonly job: JobId;
			readonly layout: Layout;
			readonly head: HeadLayout;
			/** The head's job id; of a cluster named by its address, that, as a folder's name. */
			readonly headName: string;
	  };

/** A job's id, or a cluster's name or `latest` for its head; of several the one that lives, else the newest. */
export async function findJob(world: World, here: Layout, word: string, cwd: string): Promise<FoundJob> {
	if (!/^[1-9]\d{0,9}$/.test(word)) {
		const { head, layout } = await orLikelyHead(world, here, word, () =>
			findCluster(world, here, word, { cwd, alsoEnded: true }),
		);
		if (head.kind === 'job') return { kind: 'head', job: head.job, layout, head: layout.head(head.job) };
		throw new Trouble('usage', `Not a job of rayslurm: ${word}`, {
			hint: "name it by its job id, its head's name, or latest",
		});
	}
	const others = (await world.register.heads()).map(({ outputDir }) => outputDir);
	const known = new Set<string>();
	for (const outputDir of new Set([here.outputDir, ...others])) {
		const layout = layoutOf(outputDir);
		if (existsSync(layout.head(word).folder) || existsSync(layout.info(word)))
			return { kind: 'head', job: word, layout, head: layout.head(word) };
		const headName = headNames(layout).find((name) => isClientOf(layout.head(name), word));
		if (headName !== undefined) return { kind: 'client', job: word, layout, head: layout.head(headName), headName };
		for (const id of jobsIn(layout)) known.add(id);
	}
	const likely = likelyNames(word, [...known])[0];
	throw new Trouble('no-such-job', `No job ${word} of rayslurm is known`, {
		hint:
			likely === undefined
				? 'rayslurm status --all lists them'
				: `did you mean ${likely}? rayslurm status --all lists them`,
	});
}

function isClientOf(head: HeadLayout, job: JobId): boolean {
	return existsSync(head.clientRecord(job)) || existsSync(head.clientEvents(job));
}

function jobsIn(layout: Layout): readonly JobId[] {
	return headNames(layout).flatMap((name) => [name, ...clientsOf(layout.head(name))]);
}
