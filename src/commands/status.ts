// rayslurm status: my clusters, or one of them, or one job, as far as those who know it answer.
import kleur from 'kleur';
import { parseDurationMs } from '../core/duration.ts';
import { type HeadEvent, parseEvents } from '../core/events.ts';
import { layoutOf } from '../core/layout.ts';
import { fitted, type Paint, statusLines } from '../core/status-lines.ts';
import { parseTarget } from '../core/target.ts';
import type { World } from '../core/world.ts';
import { explain } from '../flows/explain.ts';
import type { HeadPlace } from '../flows/head-traces.ts';
import { sharedQueue } from '../flows/shared-queue.ts';
import { mayLive, type Queue, queueNow, type Survey, survey, surveyAddress } from '../flows/survey.ts';
import { findCluster } from './find-cluster.ts';
import { findJob, headNames } from './find-job.ts';
import { type HelpPage, helpOf, type OwnOption, readOwnOptions, settingOptions, tableOf } from './own-options.ts';
import { splitOwnWords } from './own-words.ts';
import { findProject, type Project, schedulerOf } from './project.ts';
import type { Command, Shell } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'all', kind: 'switch', describe: 'also what ended in the last 7 days' },
	{ name: 'watch', kind: 'optional', describe: 'look again every 2 seconds (--watch=S): in place, or as JSON Lines' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	{ name: 'token-file', kind: 'text', describe: 'the token of a cluster named by IP:PORT' },
	...settingOptions(['workspace', 'output-dir', 'scheduler', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm status [OPTIONS] [TARGET or JOB]',
	about:
		"Shows every head of yours with its clients, or the one named: states, reasons, time left, what Ray's nodes do, and what waits for room that no node has.",
	options: OPTIONS,
	examples: [
		['$0 status', 'all clusters of yours'],
		['$0 status tuning --watch=5', 'one of them, drawn anew every 5 seconds'],
		['$0 status 12345 --json', 'a head or a client, for programs'],
	],
	footer:
		'Code 0; 3 where there is no such job; 75 where the scheduler did not answer (what is known is shown all the same).',
};

const REMEMBERED_MS = 7 * 86_400_000;
const WATCH_MS = 2_000;

export const command: Command = async (shell) => {
	const words = splitOwnWords(withWatchSeconds(shell.words), tableOf(OPTIONS), 1);
	if (words.help) {
		shell.out(`${await helpOf(page)}\n`);
		return 0;
	}
	const own = await readOwnOptions(words.own, page);
	const project = await findProject(shell, own);
	const world = await shell.world(schedulerOf(shell, project.settings));
	const tokenFile = typeof own['token-file'] === 'string' ? own['token-file'] : undefined;
	const wish: Wish = {
		target: words.plain[0],
		tokenFile,
		all: own['all'] === true,
		watched: own['watch'] !== undefined,
	};
	if (wish.watched) return watch(shell, world, project, wish, String(own['watch']), own['json'] === true);
	const seen = await look(shell, world, project, wish, queueNow(world));
	if (own['json']) shell.out(`${inJson(seen)}\n`);
	else shell.out(`${inLines(shell, seen, wish).join('\n')}\n`);
	return seen.sources.some(({ name, answered }) => name === world.scheduler.title && !answered) ? 75 : 0;
};

interface Wish {
	readonly target: string | undefined;
	readonly tokenFile: string | undefined;
	readonly all: boolean;
	readonly watched: boolean;
}

/** why: of the one job that was asked for, why it waits or died, and what would help. */
type Seen = Survey & { readonly why?: readonly string[] };

/** `--watch 5`, as people type it. */
function withWatchSeconds(words: readonly string[]): readonly string[] {
	const at = words.indexOf('--watch');
	if (at < 0 || !/^\d{1,3}$/.test(words[at + 1] ?? '')) return words;
	return [...words.slice(0, at), `--watch=${words[at + 1]}`, ...words.slice(at + 2)];
}

async function look(shell: Shell, world: World, project: Project, wish: Wish, queue: Queue): Promise<Seen> {
	const { target, tokenFile, all, watched } = wish;
	if (target === undefined) {
		const seen = await survey(world, await headsOfMine(world, project, all), queue);
		return { ...seen, heads: seen.heads.filter(({ state }) => all || (state !== 'ended' && state !== 'gone')) };
	}
	if (parseTarget(target).kind === 'address') {
		const { head } = await findCluster(world, project.layout, target, { cwd: shell.cwd, tokenFile });
		if (head.kind === 'address') return surveyAddress(world, head.address, head.tokenPath);
	}
	const found = await findJob(world, project.layout, target, shell.cwd);
	const seen = await survey(
		world,
		[{ job: found.kind === 'head' ? found.job : found.headName, layout: found.layout }],
		queue,
	);
	const explained = seen.heads.flatMap((head) => [head, ...head.clients]).find(({ job }) => job === found.job);
	const why = explained === undefined || watched ? [] : await explain(world, found.layout, explained);
	if (found.kind === 'head') return { ...seen, why };
	const heads = seen.heads.map((head) => ({ ...head, clients: head.clients.filter(({ job }) => job === found.job) }));
	return { ...seen, heads, why };
}

/** Of this output folder and of all that my register knows; those that said their end are left out unless wanted. */
async function headsOfMine(world: World, { layout }: Project, all: boolean): Promise<readonly HeadPlace[]> {
	const places = new Map<string, HeadPlace>();
	for (const { job, outputDir } of await world.register.heads()) places.set(job, { job, layout: layoutOf(outputDir) });
	for (const job of headNames(layout)) if (/^\d+$/.test(job)) places.set(job, { job, layout });
	const now = world.clock.now().getTime();
	const wanted = await Promise.all(
		[...places.values()].map(async (place) => {
			const events = parseEvents<HeadEvent>((await world.files.readState(place.layout.head(place.job).events)) ?? '');
			const last = events.at(-1);
			const ageMs = last === undefined ? 0 : now - Date.parse(last.at);
			return last?.step !== 'ended' || (ageMs < REMEMBERED_MS && (all || mayLive({ events })));
		}),
	);
	return [...places.values()].filter((_, index) => wanted[index]).toSorted((a, b) => Number(b.job) - Number(a.job));
}

function inJson(seen: Seen): string {
	return JSON.stringify({ schemaVersion: 1, ...seen });
}

function inLines(shell: Shell, seen: Seen, wish: Wish, columns = process.stdout.columns): readonly string[] {
	kleur.enabled = shell.stdoutIsTerminal;
	const width = process.stdout.isTTY ? columns || 80 : undefined;
	const all = wish.all || wish.target !== undefined;
	const now = new Date(seen.at);
	const heads = seen.heads.map((head) => statusLines(head, { now, width, paint, all }));
	const none = ['No head of yours is in the queue or running. Start one with: rayslurm head submit --wait'];
	const body = heads.length === 0 ? none : heads.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
	const why = (seen.why ?? []).map((line) => fitted(`  ${line}`, width));
	return [...body, ...why, kleur.dim(fitted(asOf(seen), width))];
}

const paint: Paint = {
	good: (text) => kleur.green(text),
	warn: (text) => kleur.yellow(text),
	bad: (text) => kleur.red(text),
	dim: (text) => kleur.dim(text),
	bold: (text) => kleur.bold(text),
};

function asOf({ at, sources }: Survey): string {
	const time = new Date(at).toTimeString().slice(0, 8);
	const words = sources.map(
		({ name, answered, because }) => `${name} ${answered ? 'answered' : `did not answer (${because})`}`,
	);
	return `As of ${time}${words.length === 0 ? '' : `: ${words.join(', ')}`}`;
}

async function watch(
	shell: Shell,
	world: World,
	project: Project,
	wish: Wish,
	every: string,
	json: boolean,
): Promise<number> {
	const everyMs = every === '' ? WATCH_MS : Math.max(1_000, parseDurationMs(every, '--watch'));
	const queue = sharedQueue(world);
	const once = () => look(shell, world, project, wish, queue);
	try {
		if (shell.stdoutIsTerminal && !json) {
			const { showLive } = await import('./live-screen.ts');
			return await showLive(async (columns) => inLines(shell, await once(), wish, columns), everyMs);
		}
		const interrupted = shell.interrupted().then(() => true);
		for (;;) {
			shell.out(`${inJson(await once())}\n`);
			if (await Promise.race([interrupted, world.clock.sleep(everyMs).then(() => false)])) return 130;
		}
	} finally {
		queue.stop();
	}
}
