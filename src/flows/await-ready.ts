// `wait`: looks again and again until every layer is reached, the job has ended, or the time is over.
import type { HeadView } from '../core/cluster-view.ts';
import { type Layer, layerInWords, type Readiness } from '../core/readiness.ts';
import { nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import type { HeadPlace } from './head-traces.ts';
import { lastLines } from './last-lines.ts';
import { deadlineIn } from './last-look.ts';
import { sharedQueue } from './shared-queue.ts';
import { survey } from './survey.ts';

export interface Awaited {
	reached(layer: Layer): void;
	/** What is awaited now; told when it changes. */
	waiting(layer: Layer): void;
}

const LOOK_EVERY_MS = 250;

/** judge: how far what was seen is. Resolves to what was seen last. */
export async function awaitReady(
	world: World,
	place: HeadPlace,
	judge: (head: HeadView) => Readiness | Promise<Readiness>,
	timeoutMs: number | undefined,
	told: Awaited,
): Promise<HeadView> {
	const deadline = deadlineIn(world, timeoutMs);
	const queue = deadline.bounded(sharedQueue(world));
	let reached = 0;
	let said = '';
	for (;;) {
		const { heads } = await survey(world, [place], queue);
		const head = heads[0];
		if (head === undefined) throw new Error('a survey of one head has one head');
		const { layers, over } = await judge(head);
		if (over !== undefined) throw await ended(world, place, layers.at(-1), over);
		const lack = layers.find(({ why }) => why !== undefined);
		const good = layers.filter(({ why }) => why === undefined);
		for (const layer of good.slice(reached)) told.reached(layer);
		reached = Math.max(reached, good.length);
		if (lack === undefined) return head;
		if (lack.why !== said) told.waiting(lack);
		said = lack.why ?? '';
		if (deadline.isOver()) throw await late(world, place, lack);
		await world.clock.sleep(LOOK_EVERY_MS);
	}
}

/** One that does not run has no log. */
async function late(world: World, place: HeadPlace, { name, why, todo, of }: Layer): Promise<Trouble> {
	const whose = nameOf(of);
	const look = name === 'running' ? `rayslurm status ${whose} says more` : `rayslurm logs ${whose} --err says more`;
	const lines = todo === undefined ? await lastLines(world, place.layout, of.job) : '';
	return new Trouble('deadline', `Not ready: ${layerInWords(name)}, ${why}${lines}`, {
		hint: todo ?? look,
		facts: { layer: name },
	});
}

async function ended(world: World, place: HeadPlace, layer: Layer | undefined, over: string): Promise<Trouble> {
	const of = layer?.of ?? place;
	const job = nameOf(of);
	const lines = await lastLines(world, place.layout, of.job);
	return new Trouble(of.job === place.job ? 'head-not-running' : 'job-ended', `Job ${job} has ended: ${over}${lines}`, {
		hint: `rayslurm logs ${job} --err says more`,
		...(layer === undefined ? {} : { facts: { layer: layer.name } }),
	});
}
