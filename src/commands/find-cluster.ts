// From TARGET to the head it means, the folder its files are in and the world of its scheduler: here first, then by my own
// register of heads.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Layout, layoutOf } from '../core/layout.ts';
import type { RegisteredHead } from '../core/register.ts';
import { parseTarget } from '../core/target.ts';
import { Trouble } from '../core/trouble.ts';
import type { KnownState, World } from '../core/world.ts';
import { type HeadName, headNotRunning } from '../flows/find-head.ts';
import { readHeadRecord } from '../flows/records.ts';
import { clientsOf, headNames } from './head-folders.ts';
import { orLikelyHead } from './likely-heads.ts';

export interface FoundCluster {
	readonly world: World;
	readonly head: HeadName;
	readonly layout: Layout;
	/** What its scheduler said of the head, where finding it took the question. */
	readonly state?: KnownState | undefined;
}

export interface Search {
	readonly cwd: string;
	readonly tokenFile?: string | undefined;
	readonly alsoEnded?: boolean;
	/** Given where no scheduler was said: then heads of others than this world's count as well. */
	readonly worldOf?: ((scheduler: string) => Promise<World>) | undefined;
}

export function findCluster(world: World, here: Layout, word: string, search: Search): Promise<FoundCluster> {
	return orLikelyHead(world, here, word, () => clusterMeant(world, here, word, search));
}

const START = 'start one with: rayslurm head submit';

async function clusterMeant(world: World, here: Layout, word: string, search: Search): Promise<FoundCluster> {
	const { tokenFile } = search;
	const target = parseTarget(word);
	if (target.kind === 'address') {
		const tokenPath = tokenFile === undefined ? undefined : resolve(search.cwd, tokenFile);
		if (tokenPath !== undefined && !existsSync(tokenPath)) {
			throw new Trouble('usage', `--token-file: not there: ${tokenFile}`, {
				hint: 'the path counts from where you type',
			});
		}
		return { world, head: { kind: 'address', address: target.address, tokenPath }, layout: here };
	}
	if (tokenFile !== undefined) {
		throw new Trouble('usage', '--token-file goes with IP:PORT', { hint: "a head's own token is found by itself" });
	}
	if (target.kind === 'task') {
		throw new Trouble('usage', `${word} is a task of an array, and no head`, {
			hint: 'rayslurm status lists the heads',
		});
	}
	if (target.kind === 'job') return found(world, await headOf(world, here, target.job, search), search);
	const named = target.kind === 'name' ? target.name : undefined;
	const candidates = await headsNewestFirst(world, here, named, search);
	if (candidates.length > 0) return liveliest(world, candidates, word, search);
	throw new Trouble(
		'no-such-job',
		named === undefined ? `No head is known here: ${here.latestInfo} is not there` : `No cluster is named ${named}`,
		{
			hint: named === undefined ? `${START} --wait` : `rayslurm status lists those there are; ${START} --name ${named}`,
		},
	);
}

/** Here, if anything here knows the job; else where the register says. */
async function headOf(world: World, here: Layout, job: string, search: Search): Promise<RegisteredHead> {
	const below = { scheduler: world.scheduler.name, job, name: undefined, outputDir: here.outputDir };
	const recorded = await schedulerHere(world, here, job);
	if (recorded !== undefined && isMeant(world, search, recorded)) return { ...below, scheduler: recorded };
	if (recorded === undefined && (existsSync(here.head(job).folder) || existsSync(here.info(job)))) return below;
	const itsHead = headNames(here).find((name) => clientsOf(here.head(name)).includes(job));
	if (itsHead !== undefined) {
		throw new Trouble('usage', `Job ${job} is a client of head ${itsHead}, and no head`, {
			hint: `name the head: ${itsHead}`,
		});
	}
	const known = (await headsMeant(world, search)).filter((head) => head.job === job);
	if (known.length < 2) return known[0] ?? below;
	throw new Trouble(
		'usage',
		`More than one head is job ${job}: ${known.map((head) => `${head.scheduler}'s in ${head.outputDir}`).join(', ')}`,
		{ hint: `say which: ${known.map((head) => `--scheduler=${head.scheduler}`).join(' or ')}` },
	);
}

async function schedulerHere(world: World, here: Layout, job: string): Promise<string | undefined> {
	return (await readHeadRecord(world, here.head(job)))?.scheduler;
}

function isMeant(world: World, { worldOf }: Search, scheduler: string): boolean {
	return worldOf !== undefined || scheduler === world.scheduler.name;
}

async function headsMeant(world: World, search: Search): Promise<readonly RegisteredHead[]> {
	return (await world.register.heads()).filter(({ scheduler }) => isMeant(world, search, scheduler));
}

/** More than these are older than any head that could still live. */
const MOST_CANDIDATES = 50;

/** Those of this output folder; only where it has none, those of my register, wherever they are. */
export async function headsNewestFirst(
	world: World,
	here: Layout,
	name: string | undefined,
	search: Search,
): Promise<readonly RegisteredHead[]> {
	const mine = (await headsMeant(world, search)).filter((head) => name === undefined || head.name === name);
	const local = mine.filter((head) => head.outputDir === here.outputDir);
	const latest = name === undefined ? await world.readInfo(here.latestInfo, undefined) : undefined;
	if (latest?.kind === 'read' && !local.some((head) => head.job === latest.info.slurmJobId)) {
		const { slurmJobId: job, clusterName } = latest.info;
		const scheduler = (await schedulerHere(world, here, job)) ?? world.scheduler.name;
		if (isMeant(world, search, scheduler)) {
			local.push({ scheduler, job, name: clusterName, outputDir: here.outputDir });
		}
	}
	return (local.length > 0 ? local : mine).toReversed().slice(0, MOST_CANDIDATES);
}

/** The newest that runs, else the newest that waits: an ended head hides none that lives. */
async function liveliest(
	world: World,
	heads: readonly RegisteredHead[],
	word: string,
	search: Search,
): Promise<FoundCluster> {
	const states = new Map<RegisteredHead, KnownState | undefined>();
	for (const name of new Set(heads.map(({ scheduler }) => scheduler))) {
		const theirs = heads.filter(({ scheduler }) => scheduler === name);
		const { scheduler } = await worldBy(world, name, search);
		const known = await scheduler.states(theirs.map(({ job }) => job)).catch((error: Error) => {
			// Of two, one may be of another machine that shares this home.
			if (theirs.length === heads.length) throw error;
			return new Map<string, KnownState>();
		});
		for (const head of theirs) states.set(head, known.get(head.job));
	}
	const chosen =
		heads.find((head) => states.get(head)?.kind === 'running') ??
		heads.find((head) => ['pending', 'unknown'].includes(states.get(head)?.kind ?? 'unknown')) ??
		(search.alsoEnded ? heads[0] : undefined);
	if (chosen !== undefined) return { ...(await found(world, chosen, search)), state: states.get(chosen) };
	const { message, hint } = headNotRunning(heads[0]?.job ?? '');
	const others = heads.length === 1 ? '' : `nor is any other${word === 'latest' ? '' : ` named ${word}`}; `;
	throw new Trouble('head-not-running', message, { hint: `${others}${hint}` });
}

async function found(world: World, { scheduler, job, outputDir }: RegisteredHead, search: Search) {
	const theirs = await worldBy(world, scheduler, search);
	return { world: theirs, head: { kind: 'job', job }, layout: layoutOf(outputDir) } as const;
}

async function worldBy(world: World, scheduler: string, { worldOf }: Search): Promise<World> {
	return worldOf === undefined || scheduler === world.scheduler.name ? world : worldOf(scheduler);
}
