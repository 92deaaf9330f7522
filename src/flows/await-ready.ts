// `wait`: looks again and again until every layer is reached, the job has ended, or the time is over.
import type { HeadView } from '../core/cluster-view.ts';
import { type Layer, layerInWords, type Readiness } from '../core/readiness.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import type { HeadPlace } from './head-traces.ts';
import { lastLines } from './last-lines.ts';
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
	const began = world.clock.monotonicMs();
	const queue = sharedQueue(world);
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
		if (timeoutMs !== undefined && world.clock.monotonicMs() - began >= timeoutMs) throw await late(world, place, lack);
		await world.clock.sleep(LOOK_EVERY_MS);
	}
}

/** Until the job is over, also one that moves on from head to head; its exit code, as far as it is known. */
export async function awaitEnd(
	world: World,
	job: JobId,
	place: HeadPlace,
	timeoutMs: number | undefined,
): Promise<{ readonly because: string; readonly code: number }> {
	const began = world.clock.monotonicMs();
	const queue = sharedQueue(world);
	let at = place;
	for (;;) {
		const [head] = (await survey(world, [at], queue)).heads;
		const view = head?.job === job ? head : head?.clients.find((client) => client.job === job);
		const { state, because, exitCode } = view ?? { state: 'unknown' };
		const next = view !== undefined && 'goesOnWith' in view ? view.goesOnWith : undefined;
		if (next !== undefined) at = { ...at, job: next };
		else if (state === 'ended' || state === 'gone')
			return { because: because ?? 'it ended without a word', code: exitCode ?? 1 };
		if (timeoutMs !== undefined && world.clock.monotonicMs() - began >= timeoutMs) {
			throw new Trouble('deadline', `Job ${job} has not ended: it is ${state}${because ? `: ${because}` : ''}`, {
				hint: `rayslurm logs -f ${job} shows what it does; rayslurm stop ${job} ends it`,
			});
		}
		await world.clock.sleep(LOOK_EVERY_MS);
	}
}

/** One that does not run has no log. */
async function late(world: World, place: HeadPlace, { name, why, todo, job }: Layer): Promise<Trouble> {
	const look = name === 'running' ? `rayslurm status ${job} says more` : `rayslurm logs ${job} --err says more`;
	const lines = await lastLines(world, place.layout, job);
	return new Trouble('deadline', `Not ready: ${layerInWords(name)}, ${why}${lines}`, { hint: todo ?? look });
}

async function ended(world: World, place: HeadPlace, layer: Layer | undefined, over: string): Promise<Trouble> {
	const job = layer?.job ?? place.job;
	const lines = await lastLines(world, place.layout, job);
	return new Trouble('head-not-running', `Job ${job} has ended: ${over}${lines}`, {
		hint: `rayslurm logs ${job} --err says more`,
	});
}
