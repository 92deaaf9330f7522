// rayslurm status: my clusters, or one of them, or one job, as far as those who know it answer.
import kleur from 'kleur';
import type { HeadView } from '../core/cluster-view.ts';
import { parseDurationMs } from '../core/duration.ts';
import { laid, type Paint, statusLines } from '../core/status-lines.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { sharedQueue } from '../flows/shared-queue.ts';
import { type AskQueue, queueNow, type Survey } from '../flows/survey.ts';
import { type LookWish, look, type Seen } from './look.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { findProject, schedulerOf, searchOf } from './project.ts';
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
		"Shows every head of yours with its clients, or the one named: states, reasons, time left, what Ray's nodes do, and what waits for room that no node has. Tasks of an array of clients are named 123_4; those of which the same is to be said share a line.",
	options: OPTIONS,
	examples: [
		['$0 status', 'all clusters of yours'],
		['$0 status tuning --watch=5', 'one of them, drawn anew every 5 seconds'],
		['$0 status 12345 --json', 'a head or a client, for programs'],
	],
	footer:
		'Code 0; 1 where a cluster named by IP:PORT does not answer; 3 where there is no such job; 75 where the scheduler did not answer (what is known is shown all the same).',
};

const WATCH_MS = 2_000;

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, withWatchSeconds(shell.words), page, 1);
	if (typed === undefined) return 0;
	const { own, plain } = typed;
	const everyMs = own['watch'] === undefined ? undefined : everyMsOf(String(own['watch']));
	const project = await findProject(shell, own);
	if (everyMs === undefined) await shell.openAtOnce();
	const usual = await shell.world(schedulerOf(shell, project.settings));
	const tokenFile = typeof own['token-file'] === 'string' ? own['token-file'] : undefined;
	const wish: LookWish = {
		target: plain[0],
		all: own['all'] === true,
		explained: everyMs === undefined,
		here: project.layout,
		search: { ...searchOf(shell, project), tokenFile },
	};
	if (everyMs !== undefined) return watch(shell, usual, wish, everyMs, own['json'] === true);
	const seen = await look(usual, wish, queueNow);
	if (own['json']) shell.out(`${inJson(seen)}\n`);
	else shell.out(`${inLines(shell, seen, wish).join('\n')}\n`);
	return seen.sources.some(({ kind, answered }) => kind === 'scheduler' && !answered) ? 75 : 0;
};

/** `--watch 5`, as people type it. */
function withWatchSeconds(words: readonly string[]): readonly string[] {
	const at = words.indexOf('--watch');
	if (at < 0 || !/^\d{1,3}$/.test(words[at + 1] ?? '')) return words;
	return [...words.slice(0, at), `--watch=${words[at + 1]}`, ...words.slice(at + 2)];
}

function everyMsOf(text: string): number {
	const everyMs = text === '' ? WATCH_MS : parseDurationMs(text, '--watch');
	if (everyMs >= 1_000) return everyMs;
	throw new Trouble('usage', `--watch: less than a second: ${text}`, { hint: 'write --watch=1, or more' });
}

function inJson(seen: Seen): string {
	return JSON.stringify({ schemaVersion: 1, ...seen });
}

function inLines(shell: Shell, seen: Seen, wish: LookWish, keys = ''): readonly string[] {
	kleur.enabled = shell.stdoutColours;
	const width = shell.columns('stdout');
	const all = wish.all || wish.target !== undefined;
	const now = new Date(seen.at);
	// Only what is drawn in its place names keys.
	const room = { width, cut: keys !== '' };
	const heads = seen.heads.map((head) => statusLines(withoutRepetition(head, seen), { now, ...room, paint, all }));
	const none = [
		'No head of yours is in the queue or running. Start one with: rayslurm head submit --wait',
		...(seen.last === undefined
			? []
			: [`The last one was ${seen.last}: rayslurm status ${seen.last} says how it ended`]),
	];
	const body = heads.length === 0 ? none : heads.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
	const why = (seen.why ?? []).flatMap((line) => laid(`  ${line}`, room));
	return [...body, ...why, ...laid(`${asOf(seen)}${keys}`, room).map((line) => kleur.dim(line))];
}

/** Why the scheduler is silent is said once, at the end. */
export function withoutRepetition(head: HeadView, { sources }: Pick<Survey, 'sources'>): HeadView {
	const silent = sources.find(({ kind, answered }) => kind === 'scheduler' && !answered);
	if (silent === undefined) return head;
	const brief = <Each extends { readonly because?: string | undefined }>(each: Each): Each =>
		each.because === `not known: ${silent.because}` ? { ...each, because: `${silent.name} does not answer` } : each;
	return { ...brief(head), clients: head.clients.map(brief) };
}

const paint: Paint = {
	good: (text) => kleur.green(text),
	warn: (text) => kleur.yellow(text),
	bad: (text) => kleur.red(text),
	dim: (text) => kleur.dim(text),
	bold: (text) => kleur.bold(text),
};

/** Who answered, and how old that is. */
export function asOf({ at, sources }: Pick<Survey, 'at' | 'sources'>): string {
	const time = new Date(at).toTimeString().slice(0, 8);
	const words = sources.map(
		({ name, answered, because, asOf: since }) =>
			`${name} ${answered ? `answered${since === undefined ? '' : ` ${ago(since, at)}`}` : `did not answer (${because})`}`,
	);
	return `As of ${time}${words.length === 0 ? '' : `: ${words.join(', ')}`}`;
}

function ago(since: string, at: string): string {
	return `${Math.round((Date.parse(at) - Date.parse(since)) / 1_000)} s ago`;
}

async function watch(shell: Shell, usual: World, wish: LookWish, everyMs: number, json: boolean): Promise<number> {
	const queues = new Map<string, AskQueue>();
	const queueOf = (world: World) => {
		const queue = queues.get(world.scheduler.name) ?? sharedQueue(world);
		queues.set(world.scheduler.name, queue);
		return queue;
	};
	const once = () => look(usual, wish, queueOf);
	if (shell.stdoutIsTerminal && !json) {
		const { showLive } = await import('./live-screen.ts');
		return showLive(shell, async () => inLines(shell, await once(), wish, '; q leaves'), everyMs);
	}
	// A terminal that cannot be drawn on shows one picture after the other.
	const told = async () => {
		const seen = await once();
		return json || shell.columns('stdout') === undefined ? inJson(seen) : `${inLines(shell, seen, wish).join('\n')}\n`;
	};
	const interrupted = shell.interrupted().then(() => true);
	for (;;) {
		shell.out(`${await told()}\n`);
		if (await Promise.race([interrupted, usual.clock.sleep(everyMs).then(() => false)])) return 130;
	}
}
