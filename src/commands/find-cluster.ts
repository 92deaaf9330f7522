// From TARGET to the head it means and the folder its files are in: here first, then by my own register of heads.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Layout, layoutOf } from '../core/layout.ts';
import { parseTarget } from '../core/target.ts';
import { Trouble } from '../core/trouble.ts';
import type { KnownState, RegisteredHead, World } from '../core/world.ts';
import { type HeadName, headNotRunning } from '../flows/find-head.ts';

export interface FoundCluster {
	readonly head: HeadName;
	readonly layout: Layout;
	/** What Slurm said of the head, where finding it took the question. */
	readonly state?: KnownState | undefined;
}

export async function findCluster(
	world: World,
	here: Layout,
	word: string,
	options: { readonly cwd: string; readonly tokenFile?: string | undefined; readonly alsoEnded?: boolean },
): Promise<FoundCluster> {
	const target = parseTarget(word);
	if (target.kind === 'address') {
		const tokenPath = options.tokenFile === undefined ? undefined : resolve(options.cwd, options.tokenFile);
		if (tokenPath !== undefined && !existsSync(tokenPath)) {
			throw new Trouble('usage', `--token-file: not there: ${options.tokenFile}`);
		}
		return { head: { kind: 'address', address: target.address, tokenPath }, layout: here };
	}
	if (options.tokenFile !== undefined) {
		throw new Trouble('usage', '--token-file goes with IP:PORT', { hint: "a head's own token is found by itself" });
	}
	if (target.kind === 'job') return found(await placeOf(world, here, target.job), target.job);
	const named = target.kind === 'name' ? target.name : undefined;
	const candidates = await headsNewestFirst(world, here, named);
	if (candidates.length > 0) return liveliest(world, candidates, word, options.alsoEnded === true);
	throw new Trouble(
		'no-such-job',
		named === undefined ? `No head is known here: ${here.latestInfo} is not there` : `No cluster is named ${named}`,
		{ hint: 'start one with: rayslurm head submit --wait' },
	);
}

/** More than these are older than any head that could still live. */
const MOST_CANDIDATES = 50;

/** Those of this output folder; only where it has none, those of my register, wherever they are. */
async function headsNewestFirst(
	world: World,
	here: Layout,
	name: string | undefined,
): Promise<readonly RegisteredHead[]> {
	const all = await world.register.heads();
	const mine = all.filter((head) => name === undefined || head.name === name);
	const local = mine.filter((head) => head.outputDir === here.outputDir);
	const latest = name === undefined ? await world.readInfo(here.latestInfo, undefined) : undefined;
	if (latest?.kind === 'read' && !local.some((head) => head.job === latest.info.slurmJobId)) {
		local.push({ job: latest.info.slurmJobId, name: latest.info.clusterName, outputDir: here.outputDir });
	}
	const found = local.length > 0 ? local : mine;
	return found.toSorted((a, b) => Number(b.job) - Number(a.job)).slice(0, MOST_CANDIDATES);
}

/** The newest that runs, else the newest that waits: an ended head hides none that lives. */
async function liveliest(
	world: World,
	heads: readonly RegisteredHead[],
	word: string,
	alsoEnded: boolean,
): Promise<FoundCluster> {
	const states = await world.scheduler.states(heads.map(({ job }) => job));
	const chosen =
		heads.find(({ job }) => states.get(job)?.kind === 'running') ??
		heads.find(({ job }) => ['pending', 'unknown'].includes(states.get(job)?.kind ?? 'unknown')) ??
		(alsoEnded ? heads[0] : undefined);
	if (chosen !== undefined) return { ...found(layoutOf(chosen.outputDir), chosen.job), state: states.get(chosen.job) };
	const { message, hint } = headNotRunning(heads[0]?.job ?? '');
	throw new Trouble('head-not-running', `${message}, and no other head named ${word} is`, { hint: hint ?? '' });
}

function found(layout: Layout, job: string): FoundCluster {
	return { head: { kind: 'job', job }, layout };
}

/** Here, if anything here knows the job; else where the register says. */
async function placeOf(world: World, here: Layout, job: string): Promise<Layout> {
	if (existsSync(here.head(job).folder) || existsSync(here.info(job))) return here;
	const head: RegisteredHead | undefined = (await world.register.heads()).find((each) => each.job === job);
	return head === undefined ? here : layoutOf(head.outputDir);
}
