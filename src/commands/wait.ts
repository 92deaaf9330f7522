// rayslurm wait: blocks until a head or a client is ready, until Serve's applications run, or until the end.
import { parseDurationMs } from '../core/duration.ts';
import { codeBeside } from '../core/exit-codes.ts';
import { arrayReadiness, clientReadiness, headReadiness, type Layer } from '../core/readiness.ts';
import { healthUrlAt } from '../core/serve.ts';
import { isMeant } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { awaitEnd } from '../flows/await-end.ts';
import { awaitReady } from '../flows/await-ready.ts';
import { serveLayer } from '../flows/await-serve.ts';
import { type FoundJob, findJob } from './find-job.ts';
import { newestFirst } from './head-folders.ts';
import { type HelpPage, type OwnOption, type OwnValues, settingOptions } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { type Steps, say, steps } from './progress.ts';
import { findProject, schedulerOf, searchOf } from './project.ts';
import type { Command, Shell } from './shell.ts';

const FOR = ['ready', 'serve', 'end'] as const;

const OPTIONS: readonly OwnOption[] = [
	{
		name: 'for',
		kind: 'text',
		describe: 'ready (unless you say otherwise), serve, or end, whose exit code it returns',
		values: FOR,
	},
	{
		name: 'health-url',
		kind: 'text',
		describe:
			"for serve: an address that answers when it runs, asked from the head's node (http://HEAD:8000/health; HEAD stands for its address)",
	},
	{ name: 'nodes', kind: 'text', describe: "so many Ray nodes are to be alive, the head's included" },
	{ name: 'timeout', kind: 'text', describe: 'no longer than this: 90 (seconds), 10m, 2h; then code 4' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['workspace', 'output-dir', 'scheduler', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm wait [OPTIONS] JOB',
	about:
		"Blocks until a head or a client is ready, layer by layer: its job runs, Ray answers, the head's node is alive, every advertised port is up, and the nodes you ask for have joined. JOB is a job id (123; of an array of clients 123 for all its tasks, 123_4 for one), a cluster's name or latest.",
	options: OPTIONS,
	examples: [
		['$0 wait latest', 'until the newest head is ready'],
		['$0 wait 12345 --nodes 5 --timeout 10m', 'until four more nodes have joined'],
		['$0 wait latest --for serve --timeout 5m', "until Serve's applications run"],
		['$0 wait 12346 --for end', "a client's end, and its exit code"],
	],
	footer:
		"Code 0 when ready; 3 when it has ended before; 4 when the time was over; with --for end the job's own, of an array the highest. A head that is degraded counts as ready.",
};

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 1);
	if (typed === undefined) return 0;
	const {
		own,
		plain: [word],
	} = typed;
	if (word === undefined) throw new Trouble('usage', 'Which job? JOB is missing', { hint: 'rayslurm wait latest' });
	const wish = wishOf(own);
	const project = await findProject(shell, own);
	const usual = await shell.world(schedulerOf(shell, project.settings));
	const job = await findJob(usual, project.layout, word, searchOf(shell, project));
	const { world } = job;
	const began = world.clock.monotonicMs();
	const step = steps(shell, () => world.clock.monotonicMs() - began);
	const waiting =
		wish.for === 'end' ? end(shell, world, job, wish, step, own) : ready(shell, world, job, wish, step, own);
	return Promise.race([waiting, shell.interrupted().then(() => 130)]);
};

interface Wish {
	readonly for: (typeof FOR)[number];
	readonly nodes: number | undefined;
	readonly healthUrl: string | undefined;
	readonly timeoutMs: number | undefined;
}

function wishOf(own: OwnValues): Wish {
	const what = FOR.find((each) => each === (own['for'] ?? 'ready'));
	if (what === undefined) {
		throw new Trouble('usage', `--for: none of ${FOR.join(', ')}: ${own['for']}`, {
			hint: 'write --for serve or --for end',
		});
	}
	const nodes = own['nodes'];
	if (nodes !== undefined && !/^[1-9]\d{0,5}$/.test(String(nodes))) {
		throw new Trouble('usage', `--nodes: not a number of nodes: ${nodes}`, { hint: 'write --nodes 5' });
	}
	if (nodes !== undefined && what === 'end')
		throw new Trouble('usage', '--nodes goes with --for ready or serve', { hint: 'leave one of them out' });
	const healthUrl = own['health-url'];
	if (
		healthUrl !== undefined &&
		(what !== 'serve' ||
			!URL.canParse(healthUrlAt(String(healthUrl), 'localhost')) ||
			!/^https?:/.test(String(healthUrl)))
	) {
		throw new Trouble(
			'usage',
			`--health-url: ${what === 'serve' ? `not an address: ${healthUrl}` : 'it goes with --for serve'}`,
			{
				hint: 'write --for serve --health-url http://HEAD:8000/health',
			},
		);
	}
	return {
		for: what,
		healthUrl: healthUrl === undefined ? undefined : String(healthUrl),
		nodes: nodes === undefined ? undefined : Number(nodes),
		timeoutMs: own['timeout'] === undefined ? undefined : parseDurationMs(String(own['timeout']), '--timeout'),
	};
}

function placeOf({ headName, layout }: FoundJob) {
	return { job: headName, layout };
}

async function ready(
	shell: Shell,
	world: World,
	found: FoundJob,
	wish: Wish,
	step: Steps,
	own: OwnValues,
): Promise<number> {
	const began = world.clock.monotonicMs();
	const layers: { readonly layer: string; readonly words: string; readonly seconds: number }[] = [];
	const reached = ({ name, words }: Layer) => {
		if (words.startsWith('degraded')) step.note(words);
		else step.done(words);
		layers.push({ layer: name, words, seconds: Math.round(world.clock.monotonicMs() - began) / 1_000 });
	};
	const serve = wish.for === 'serve' ? serveLayer(world, placeOf(found), wish.healthUrl) : undefined;
	if (found.kind !== 'head' && (serve || wish.nodes !== undefined)) {
		const hint = `rayslurm wait ${found.headName} ${serve ? '--for serve' : `--nodes ${wish.nodes}`}`;
		throw new Trouble('usage', `Job ${found.name} is a client`, { hint });
	}
	const head = await awaitReady(
		world,
		placeOf(found),
		async (view) => {
			if (found.kind === 'head') {
				const readiness = headReadiness(view, wish.nodes);
				const lacks = readiness.over !== undefined || readiness.layers.some(({ why }) => why !== undefined);
				return lacks || serve === undefined ? readiness : { layers: [...readiness.layers, await serve(view)] };
			}
			const clients = view.clients.filter((each) => isMeant(each, found.name));
			const [client] = clients;
			if (client === undefined)
				throw new Trouble('no-such-job', `Client ${found.name} has left no trace`, {
					hint: 'rayslurm status --all lists what is known',
				});
			return found.kind === 'array' ? arrayReadiness(view, clients) : clientReadiness(view, client);
		},
		wish.timeoutMs,
		{ reached, waiting: ({ why, todo }) => say(shell, `… ${why}${todo ? `; ${todo}` : ''}`) },
	);
	if (own['json']) {
		const degraded = head.state === 'degraded' ? { degraded: head.because } : {};
		shell.out(`${JSON.stringify({ schemaVersion: 1, job: found.name, ready: true, ...degraded, layers })}\n`);
	}
	return 0;
}

async function end(
	shell: Shell,
	world: World,
	found: FoundJob,
	{ timeoutMs }: Wish,
	step: Steps,
	own: OwnValues,
): Promise<number> {
	const { kind, name, layout, headName, clients } = found;
	const heads = new Set(newestFirst([headName, ...clients.map((client) => client.headName)]));
	const places = [...heads].map((job) => ({ job, layout }));
	const ended = await awaitEnd(world, { kind, name, places }, timeoutMs);
	const { because, code } = ended;
	if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, job: name, ended: true, ...ended })}\n`);
	else if (code === 0) step.done(`ended: ${because}`);
	else say(shell, codeBeside(because, code) === undefined ? `✗ ${because}` : `✗ ended with code ${code}: ${because}`);
	return code;
}
