// What `status` looks at: all clusters of mine, each by its own scheduler, or the one that a word means.
import type { ClientView } from '../core/client-view.ts';
import type { HeadView } from '../core/cluster-view.ts';
import { type HeadEvent, parseEvents } from '../core/events.ts';
import { type Layout, layoutOf } from '../core/layout.ts';
import { isOpen } from '../core/status-lines.ts';
import { isJobId, parseTarget } from '../core/target.ts';
import { nameOf } from '../core/task-names.ts';
import type { World } from '../core/world.ts';
import { explain } from '../flows/explain.ts';
import { clientEvidence, type HeadPlace, isBare } from '../flows/head-traces.ts';
import { schedulerOfHead } from '../flows/scheduler-of-head.ts';
import { type AskQueue, mayLive, type Survey, survey, surveyAddress } from '../flows/survey.ts';
import { findCluster, type Search } from './find-cluster.ts';
import { findJob } from './find-job.ts';
import { headNames } from './head-folders.ts';

export interface LookWish {
	readonly target: string | undefined;
	/** Ended ones too. */
	readonly all: boolean;
	/** Say of one job why it waits or died. Not where it is watched. */
	readonly explained: boolean;
	readonly here: Layout;
	readonly search: Search;
}

/** why: of the one job that was asked for, why it waits or died, and what would help. last: where there is none to be shown,
 *  the newest head of those that have ended. */
export type Seen = Survey & { readonly why?: readonly string[]; readonly last?: string };

export async function look(usual: World, wish: LookWish, queueOf: (world: World) => AskQueue): Promise<Seen> {
	const { target, search, here } = wish;
	if (target === undefined) return lookAtAll(usual, wish, queueOf);
	if (parseTarget(target).kind === 'address') {
		const { head } = await findCluster(usual, here, target, search);
		if (head.kind === 'address')
			return surveyAddress(usual, head.address, head.tokenPath, { mayBeSilent: !wish.explained });
	}
	const found = await findJob(usual, here, target, { ...search, tokenFile: undefined });
	const { world, layout, clients } = found;
	const meant = new Set(clients.map((client) => `${client.headName} ${nameOf(client)}`));
	const names = found.kind === 'head' ? [found.headName] : clients.map(({ headName }) => headName);
	const places = [...new Set(names)].map((job) => ({ job, layout }));
	const seen = await survey(world, places, queueOf(world));
	const heads =
		found.kind === 'head'
			? seen.heads
			: seen.heads.map((head, index) => ({
					...head,
					clients: head.clients.filter((client) => meant.has(`${places[index]?.job} ${nameOf(client)}`)),
				}));
	const views = found.kind === 'head' ? heads : heads.flatMap((head) => head.clients);
	return { ...seen, heads, why: wish.explained ? await whyOf(world, layout, views) : [] };
}

/** Of many tasks of an array, the first that died and the first that waits. */
async function whyOf(
	world: World,
	layout: Layout,
	views: readonly (HeadView | ClientView)[],
): Promise<readonly string[]> {
	const [only] = views;
	if (only !== undefined && views.length === 1) return explain(world, layout, only);
	const died = views.find(({ exitCode = 0 }) => exitCode !== 0);
	const waits = views.find(({ state }) => state === 'pending');
	const lines: string[] = [];
	for (const view of [died, waits]) {
		const why = view === undefined ? [] : await explain(world, layout, view);
		if (view !== undefined && why.length > 0) lines.push(`Task ${nameOf(view)}:`, ...why);
	}
	return lines;
}

async function lookAtAll(
	usual: World,
	{ here, all, search }: LookWish,
	queueOf: (world: World) => AskQueue,
): Promise<Seen> {
	const { bySchedulers, newest } = await headsOfMine(usual, here, all);
	const surveys: Survey[] = [];
	for (const [scheduler, heads] of bySchedulers) {
		const world = scheduler === usual.scheduler.name ? usual : await search.worldOf?.(scheduler);
		if (world !== undefined) surveys.push(await survey(world, heads, queueOf(world)));
	}
	const isShown = ({ state, clients }: HeadView) =>
		all || (state !== 'ended' && state !== 'gone') || clients.some(isOpen);
	const heads = surveys.flatMap((each) => each.heads).filter(isShown);
	return {
		at: surveys[0]?.at ?? usual.clock.now().toISOString(),
		sources: surveys.flatMap((each) => each.sources),
		heads,
		...(heads.length > 0 || newest === undefined ? {} : { last: newest }),
	};
}

const REMEMBERED_MS = 7 * 86_400_000;

/** Of this output folder and of all that my register knows, by scheduler, the newest first; those that said their end are
 *  left out unless they are wanted. */
async function headsOfMine(
	world: World,
	here: Layout,
	all: boolean,
): Promise<{ bySchedulers: ReadonlyMap<string, readonly HeadPlace[]>; newest: string | undefined }> {
	const places = new Map<string, HeadPlace & { readonly scheduler: string }>();
	const put = (scheduler: string, job: string, layout: Layout) =>
		places.set(`${scheduler} ${job}`, { scheduler, job, layout });
	for (const { scheduler, job, outputDir } of await world.register.heads()) put(scheduler, job, layoutOf(outputDir));
	for (const job of headNames(here).filter(isJobId)) {
		const scheduler = await schedulerOfHead(world, here, job);
		// A head that could not be recorded is in the register.
		if (places.has(`${scheduler} ${job}`) || !(await isBare(world, here, job))) put(scheduler, job, here);
	}
	const now = world.clock.now().getTime();
	const bySchedulers = new Map<string, HeadPlace[]>();
	let newest: string | undefined;
	for (const place of [...places.values()].toSorted((a, b) => Number(b.job) - Number(a.job))) {
		const events = parseEvents<HeadEvent>((await world.files.readState(place.layout.head(place.job).events)) ?? '');
		const last = events.at(-1);
		const ageMs = last === undefined ? 0 : now - Date.parse(last.at);
		const recent = ageMs < REMEMBERED_MS;
		if (recent) newest ??= place.job;
		const wanted =
			last?.step !== 'ended' || (recent && (all || mayLive({ events }) || (await hasOpenClients(world, place))));
		if (wanted) bySchedulers.set(place.scheduler, [...(bySchedulers.get(place.scheduler) ?? []), place]);
	}
	return { bySchedulers, newest };
}

/** Clients that wait for the head that follows. */
async function hasOpenClients(world: World, { job, layout }: HeadPlace): Promise<boolean> {
	return (await clientEvidence(world, layout.head(job))).some(mayLive);
}
