// rayslurm clean
import { counted } from '../core/counted.ts';
import { parseDurationMs } from '../core/duration.ts';
import { layoutOf } from '../core/layout.ts';
import { type Found, jobsOf, type Leftover, type Leftovers, leftoversOf, youngOf } from '../core/leftovers.ts';
import { allUnknown } from '../core/queue.ts';
import type { KnownState, World } from '../core/world.ts';
import { findLeftovers, findLostEntries } from '../flows/find-leftovers.ts';
import { requireOwnGround } from '../flows/own-ground.ts';
import { confirm } from './confirm.ts';
import { type HelpPage, type OwnOption, type OwnValues, settingOptions } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { say, shown } from './progress.ts';
import { findProject, type Project, saysScheduler, schedulerOf } from './project.ts';
import type { Command, Shell } from './shell.ts';
import { shortList } from './stopping.ts';

const OPTIONS: readonly OwnOption[] = [
	{
		name: 'older-than',
		kind: 'text',
		describe: 'state, scripts and logs of jobs that ended longer ago than this (7d)',
	},
	{ name: 'logs', kind: 'switch', describe: "the jobs' logs in slurm_logs, too" },
	{ name: 'all', kind: 'switch', describe: 'in every output folder where heads of yours are known, not here alone' },
	{ name: 'yes', kind: 'switch', describe: 'do not ask' },
	{ name: 'dry-run', kind: 'switch', describe: 'show what would be removed, and remove nothing' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['workspace', 'output-dir', 'scheduler', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm clean [OPTIONS]',
	about:
		'Shows, then removes, what heads that are over have left: info files, tokens and requests at once; state and rendered scripts after seven days; logs only if asked. What belongs to a job that waits or runs, or of which nobody can say whether it is over, stays, and so does everything that is not yours.',
	options: OPTIONS,
	examples: [
		['$0 clean', 'shows it, then asks'],
		['$0 clean --dry-run', 'shows it'],
		['$0 clean --older-than 30d --logs --yes', 'old logs as well, without a question'],
	],
	footer: 'Without a terminal it needs --yes or --dry-run. An ended head whose state is removed cannot be restarted.',
};

const WEEK = '7d';
const leave = () => 'look at it yourself, and remove what you know';

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 0);
	if (typed === undefined) return 0;
	const { own } = typed;
	const project = await findProject(shell, own);
	const world = await shell.world(schedulerOf(shell, project.settings));
	const left = await look(world, project, own);
	const { things, unknown, young } = left;
	if (unknown.length > 0)
		say(shell, `Not touched, since ${world.scheduler.title} did not say whether they are over: ${shortList(unknown)}`);
	if (young.length > 0)
		say(shell, `Kept for now, younger than ${ageOf(own)}: ${inTotal(young)}; --older-than 0 means them, too`);
	await sayLeftOut(shell, world, project, own);
	const json = own['json'] === true;
	const facts = (removed: readonly Leftover[], name: string) =>
		`${JSON.stringify({ schemaVersion: 1, [name]: removed.map(({ what, path, job, bytes }) => ({ what, path, job, bytes })), bytes: sum(removed), unknown })}\n`;
	if (!json && things.length > 0) shell.out(inLines(shell, things));
	if (own['dry-run']) {
		if (json) shell.out(facts(things, 'wouldRemove'));
		else shell.out(things.length === 0 ? 'Nothing to remove\n' : `Would remove ${inTotal(things)}\n`);
		return 0;
	}
	if (things.length > 0 && own['yes'] !== true && !(await confirm(`Remove ${inTotal(things)}?`))) {
		say(shell, 'Nothing was removed');
		return 1;
	}
	const removed = await remove(world, things);
	if (json) shell.out(facts(removed, 'removed'));
	else if (things.length === 0) say(shell, 'Nothing to remove');
	else shell.out(`Removed ${inTotal(removed)}\n`);
	return removed.length === things.length ? 0 : 1;
};

function ageOf({ 'older-than': wished }: OwnValues): string {
	return typeof wished === 'string' ? wished : WEEK;
}

interface Looked extends Leftovers {
	/** What would go if it were older. */
	readonly young: readonly Leftover[];
}

async function look(world: World, { layout }: Project, own: OwnValues): Promise<Looked> {
	const olderThanMs = parseDurationMs(ageOf(own), '--older-than');
	const found: Found[] = [await findLostEntries(world)];
	for (const outputDir of await foldersOf(world, layout.outputDir, own)) {
		if (await world.files.exists(outputDir)) await requireOwnGround(world, layoutOf(outputDir), leave);
		found.push(await findLeftovers(world, layoutOf(outputDir), { logs: own['logs'] === true }));
	}
	const jobs = [...new Set(found.flatMap(jobsOf))];
	const saidEnd = new Set(
		found
			.flatMap(({ corners }) =>
				corners.flatMap(({ head, clients }) => [...(head ? [head] : []), ...clients].filter((one) => one.saidEnd)),
			)
			.map(({ job }) => job),
	);
	// Silence leaves what those have left who said their end themselves.
	const ask = () => world.scheduler.states(jobs, saidEnd).catch((error: Error) => allUnknown(jobs, error));
	const states = jobs.length === 0 ? new Map<string, KnownState>() : await ask();
	const nowMs = world.clock.now().getTime();
	const lefts = found.map((each) => leftoversOf(each, states, { nowMs, olderThanMs }));
	return {
		things: lefts.flatMap(({ things }) => things),
		young: found.flatMap((each, index) => youngOf(each, states, nowMs, lefts[index]?.things ?? [])),
		unknown: [...new Set(lefts.flatMap((each) => each.unknown))],
	};
}

async function foldersOf(world: World, here: string, own: OwnValues): Promise<ReadonlySet<string>> {
	return new Set([
		here,
		...(own['all'] === true ? (await world.register.heads()).map(({ outputDir }) => outputDir) : []),
	]);
}

/** Heads of other schedulers, where nobody said whose are meant. */
async function sayLeftOut(shell: Shell, world: World, { settings, layout }: Project, own: OwnValues): Promise<void> {
	if (saysScheduler(settings)) return;
	const folders = await foldersOf(world, layout.outputDir, own);
	const heads = (await world.register.heads()).filter(({ outputDir }) => folders.has(outputDir));
	const others = new Set(heads.map(({ scheduler }) => scheduler).filter((name) => name !== world.scheduler.name));
	const all = own['all'] === true ? ' --all' : '';
	for (const other of others)
		say(shell, `Left out, being of another scheduler's heads: rayslurm clean${all} --scheduler=${other}`);
}

async function remove(world: World, things: readonly Leftover[]): Promise<readonly Leftover[]> {
	const removed: Leftover[] = [];
	for (const thing of things) {
		try {
			await (thing.registered
				? world.register.forget(thing.registered)
				: world.files.removeWeighed(thing.path, thing.identity));
			removed.push(thing);
		} catch (error) {
			world.log.warn(`${thing.path} could not be removed: ${(error as Error).message}`);
		}
	}
	return removed;
}

function inLines(shell: Shell, things: readonly Leftover[]): string {
	const width = Math.max(...things.map(({ what }) => what.length));
	return things
		.map(({ what, path, bytes, job }) => {
			const size = what === 'register entry' ? '' : sizeInWords(bytes);
			return `${what.padEnd(width)}  ${size.padStart(8)}  ${job ?? ''}  ${shown(shell, path)}\n`;
		})
		.join('');
}

function inTotal(things: readonly Leftover[]): string {
	return `${counted(things.length, 'thing')} (${sizeInWords(sum(things))})`;
}

function sum(things: readonly Leftover[]): number {
	return things.reduce((total, { bytes }) => total + bytes, 0);
}

function sizeInWords(bytes: number): string {
	if (bytes < 1_000) return `${bytes} B`;
	for (const [unit, size] of [
		['kB', 1e3],
		['MB', 1e6],
	] as const)
		if (bytes < size * 1_000) return `${(bytes / size).toFixed(1)} ${unit}`;
	return `${(bytes / 1e9).toFixed(1)} GB`;
}
