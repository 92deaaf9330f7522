// From the words of `stop` to the jobs they mean. The scheduler is asked once, for all of them together: also for a name or
// `latest`, whose candidates are told apart by its answer.
import { type Layout, layoutOf } from '../core/layout.ts';
import { chooseAll, chooseNamed, orderNames, type States, type StopTarget } from '../core/stop-plan.ts';
import { isJobId, parseTarget } from '../core/target.ts';
import { arrayOf, nameOf, namesIn } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { requireOwnGround } from '../flows/own-ground.ts';
import { schedulerOfHead } from '../flows/scheduler-of-head.ts';
import { clientTarget, clientTargets, headTarget } from '../flows/stop-targets.ts';
import { headsNewestFirst, type Search } from './find-cluster.ts';
import { findJob } from './find-job.ts';
import { headNames } from './head-folders.ts';

export interface StopSearch extends Search {
	/** Of the scheduler that was said, or is usual here. */
	readonly world: World;
	readonly here: Layout;
}

export interface FoundStops {
	/** Of the scheduler whose jobs they are. */
	readonly world: World;
	readonly targets: readonly StopTarget[];
	readonly states: States;
	/** Other schedulers that have jobs of mine which may not be over. */
	readonly leftOut?: readonly string[];
}

export async function findStops(search: StopSearch, words: readonly string[]): Promise<FoundStops> {
	const choices: (readonly Owned[])[] = [];
	for (const word of words) choices.push(await owned(search.world, await candidates(search, word)));
	const world = await worldOfAll(search, choices);
	const ours = choices.map((each) =>
		each.filter(({ scheduler }) => scheduler === world.scheduler.name).map(({ target }) => target),
	);
	const states = await ask(world, ours.flat());
	// A name may be that of several heads; several clients are an array's tasks.
	const chosen = ours.flatMap((each) => (each[0]?.role === 'head' ? (chooseNamed(each, states) ?? []) : each));
	return { world, targets: chosen, states };
}

interface Owned {
	readonly target: StopTarget;
	readonly scheduler: string;
}

function owned(world: World, targets: readonly StopTarget[]): Promise<readonly Owned[]> {
	return Promise.all(
		targets.map(async (target) => ({ target, scheduler: await schedulerOfHead(world, target.layout, target.head) })),
	);
}

/** One scheduler has something of each word. Another's job of the same id is another job. */
async function worldOfAll({ world, worldOf }: StopSearch, choices: readonly (readonly Owned[])[]): Promise<World> {
	const names = [...new Set(choices.flat().map(({ scheduler }) => scheduler))];
	const mine = world.scheduler.name;
	const fits = (name: string) => choices.every((each) => each.some(({ scheduler }) => scheduler === name));
	const found = [mine, ...(worldOf ? names : [])].find(fits);
	if (found !== undefined) return found === mine || worldOf === undefined ? world : worldOf(found);
	const odd = choices.flat().find(({ scheduler }) => scheduler !== mine);
	throw new Trouble('usage', `Job ${odd && nameOf(odd.target)} is not ${world.scheduler.title}'s`, {
		hint: `say whose it is: --scheduler=${odd?.scheduler}`,
	});
}

/** Every head of mine, and clients whose head is gone: one scheduler's. */
export async function findAllStops({ world, here, worldOf }: StopSearch): Promise<FoundStops> {
	const folders = new Set([here.outputDir, ...(await world.register.heads()).map(({ outputDir }) => outputDir)]);
	const found = new Map<string, StopTarget[]>();
	for (const layout of [...folders].map(layoutOf)) {
		if (!(await world.files.isPrivate(layout.state))) continue; // What stands there may be anybody's word.
		for (const name of headNames(layout)) {
			const { record, events } = layout.head(name);
			const isHead = isJobId(name) && ((await isMine(world, record)) || (await isMine(world, events)));
			const head = isHead ? [await headTarget(world, layout, name)] : [];
			const open = [...head, ...(await clientTargets(world, layout, name))].filter(({ word }) => word !== 'over');
			if (open.length === 0) continue;
			const scheduler = await schedulerOfHead(world, layout, name);
			found.set(scheduler, [...(found.get(scheduler) ?? []), ...open]);
		}
	}
	const ours = found.get(world.scheduler.name) ?? [];
	found.delete(world.scheduler.name);
	const states = await ask(world, ours);
	const of = (role: StopTarget['role']) => ours.filter((target) => target.role === role);
	const leftOut: string[] = [];
	for (const [scheduler, theirs] of worldOf ? found : [])
		if (await mayLive(worldOf, scheduler, theirs)) leftOut.push(scheduler);
	return { world, targets: chooseAll(of('head'), of('client'), states), states, leftOut };
}

/** A name alone is no trace of a job. */
async function isMine(world: World, path: string): Promise<boolean> {
	return (await world.files.readState(path)) !== undefined;
}

/** Silence is no end. */
async function mayLive(
	worldOf: Search['worldOf'],
	scheduler: string,
	targets: readonly StopTarget[],
): Promise<boolean> {
	const theirs = await worldOf?.(scheduler);
	const states = theirs && (await ask(theirs, targets).catch(() => undefined));
	return states === undefined || targets.some((target) => !OVER.has(states.get(nameOf(target))?.kind));
}

const OVER = new Set<string | undefined>(['ended', 'gone']);

async function candidates(search: StopSearch, word: string): Promise<readonly StopTarget[]> {
	const { world, here } = search;
	const [name = word, ...more] = namesIn(word);
	if (more.length > 0) return severalTasks(search, [name, ...more]);
	const target = parseTarget(name);
	if (target.kind === 'address') {
		throw new Trouble('usage', `Not a job of rayslurm: ${word}`, {
			hint: "name it by its job id, its head's name, or latest",
		});
	}
	if (target.kind === 'job' || target.kind === 'task') {
		const { kind, layout, job, clients } = await findJob(world, here, name, search);
		if (kind === 'head') return [await headTarget(world, layout, job)];
		const alone = kind === 'client' ? 'alone' : undefined;
		return clients.map((client) => clientTarget(layout, client.headName, client, alone));
	}
	const named = await headsNewestFirst(world, here, target.kind === 'name' ? target.name : undefined, search);
	const heads = await Promise.all(named.map(({ job, outputDir }) => headTarget(world, layoutOf(outputDir), job)));
	const open = heads.filter((head) => head.word !== 'over');
	if (heads[0] !== undefined) return open.length > 0 ? open : heads.slice(0, 1);
	const message = target.kind === 'name' ? `No cluster is named ${target.name}` : 'No head is known here';
	throw new Trouble('no-such-job', message, { hint: 'rayslurm status --all lists them' });
}

/** Of one array. */
async function severalTasks(search: StopSearch, names: readonly string[]): Promise<readonly StopTarget[]> {
	const [first = ''] = names;
	const { layout, clients } = await findJob(search.world, search.here, arrayOf(first) ?? first, search);
	const byName = new Map(clients.map((client) => [nameOf(client), client]));
	const odd = names.find((name) => !byName.has(name));
	if (odd !== undefined) await findJob(search.world, search.here, odd, search); // Says which there are.
	const chosen = names.flatMap((name) => byName.get(name) ?? []);
	return chosen.map((client) => clientTarget(layout, client.headName, client, 'alone'));
}

/** One question for everybody who may be concerned. */
async function ask(world: World, targets: readonly StopTarget[]): Promise<States> {
	for (const layout of new Map(targets.map(({ layout: each }) => [each.outputDir, each])).values()) {
		const jobs = orderNames(targets.filter((each) => each.layout.outputDir === layout.outputDir));
		await requireOwnGround(world, layout, () => `end them yourself: ${world.scheduler.cancelHint(jobs.join(' '))}`);
	}
	const jobs = new Set(
		targets.flatMap((target) => [nameOf(target), target.successor ?? nameOf(target), ...target.clients.map(nameOf)]),
	);
	const over = new Set(targets.filter(({ word }) => word === 'over').map(nameOf));
	return jobs.size === 0 ? new Map() : world.scheduler.states([...jobs], over);
}
