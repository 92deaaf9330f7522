// rayslurm connect
import { resolve } from 'node:path';
import { likelyMisplaced, splitConnectWords } from '../core/command-words.ts';
import { parseDurationMs } from '../core/duration.ts';
import { environmentInWords } from '../core/environment.ts';
import { shownWord } from '../core/option-table.ts';
import { planPorts } from '../core/ports.ts';
import type { SbatchOption } from '../core/sbatch-options.ts';
import { withVariables } from '../core/sbatch-variables.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { awaitClient } from '../flows/await-client.ts';
import {
	type ClientRequest,
	checkClientWords,
	prepareClient,
	requireScript,
	submitClient,
} from '../flows/connect-client.ts';
import { headFolderName } from '../flows/find-head.ts';
import { requireOwnGround } from '../flows/own-ground.ts';
import { refuseWordsEarly } from '../flows/submit-job.ts';
import { CLIENT_OPTIONS, HEAD_OPTIONS } from './cluster-options.ts';
import { findCluster } from './find-cluster.ts';
import { noteJobs } from './kept-python.ts';
import { orLikelyHead } from './likely-heads.ts';
import { type OutputTail, tailOf } from './output-tail.ts';
import { type HelpPage, helpOf, type OwnValues, readOwnOptions, tableOf } from './own-options.ts';
import { templateFor } from './own-templates.ts';
import { dryRun, noteOf, queueNotes, say, steps } from './progress.ts';
import { findProject, frozenNodeOf, schedulerOf, searchOf } from './project.ts';
import { findEnvironment } from './ray-environment.ts';
import type { Command, Shell } from './shell.ts';
import { TEMPLATE_PARTS } from './templates.ts';
import { checkUtf8 } from './utf8-words.ts';

export const page: HelpPage = {
	usage: 'rayslurm connect TARGET [OPTIONS] [SBATCH OPTIONS] [-- RAY START OPTIONS] [SCRIPT.py ARGS…]',
	about:
		"Submits a client: its nodes join the head, then the script runs there, once. Without a script it serves as a worker. TARGET is a head's job id, a cluster's name, latest, or IP:PORT. Unless you say otherwise: 24 h, 16 CPUs, 50 GB, each lowered to what the partition allows; without Slurm, to a third of this machine.",
	options: CLIENT_OPTIONS,
	examples: [
		['$0 connect 12345 --time=4:00:00 --gres=gpu:1 tune.py --seed 42', 'a script with its arguments'],
		['$0 connect latest -N 2 -c 16', 'two nodes more, as workers'],
		['$0 connect 12345 --follow tune.py', 'show its output, return its code'],
		['$0 connect tuning --rejoin tune.py', 'go on with the next head when this one ends'],
	],
	footer: 'Every word after the script reaches it unchanged. Words between -- and the script go to ray start.',
};

const OBJECT_STORE_GB = 10;

export const command: Command = async (shell) => {
	checkUtf8(shell.words);
	const words = splitConnectWords(
		shell.words,
		tableOf(CLIENT_OPTIONS, { command: 'head submit', options: HEAD_OPTIONS }),
	);
	if (words.help) {
		shell.out(`${await helpOf(page, shell.columns('stdout'))}\n`);
		return 0;
	}
	if (words.target === undefined) {
		throw new Trouble('usage', 'Which cluster? TARGET is missing', {
			hint: "rayslurm connect JOB SCRIPT.py, with the head's job id",
		});
	}
	const own = await readOwnOptions(words.own, page);
	// What is mistyped is refused before anybody is asked anything.
	const rejoinMs = rejoin(own);
	const signal = clientSignal(own);
	const follows = own['wait'] === true || own['follow'] === true;
	if (follows && words.sbatch.some(({ name }) => name === 'array')) {
		throw new Trouble('usage', '--wait and --follow watch one job, and --array makes many', {
			hint: 'leave them out; rayslurm wait JOB --for end then waits for all tasks',
		});
	}
	const project = await findProject(shell, own);
	const node = frozenNodeOf(project.settings, OBJECT_STORE_GB);
	if (node.portOffset !== undefined) planPorts(node.portOffset.offset); // A plan that cannot be is refused here.
	const { target } = words;
	const usual = await shell.world(schedulerOf(shell, project.settings));
	const search = { ...searchOf(shell, project), tokenFile: text(own, 'token-file') };
	const cluster = await findCluster(usual, project.layout, target, search);
	const { world } = cluster;
	noteOf(shell, await requireOwnGround(world, cluster.layout));
	const sbatch = withVariables(shell.environment, words.sbatch);
	checkClientWords({ sbatch, rayWords: words.ray }); // Before an environment is made, which takes a while.
	await refuseWordsEarly(world, sbatch);
	const script = words.script === undefined ? undefined : resolve(shell.cwd, words.script);
	await requireScript(world, script, words.script);
	const { environment, kept } = await findEnvironment(shell, world, project, {
		sbatch,
		dryRun: own['dry-run'] === true,
	});
	if (rejoinMs !== undefined && cluster.head.kind === 'address') {
		throw new Trouble(
			'usage',
			'--rejoin goes with a head of rayslurm: a cluster named by its address has no next one',
			{
				hint: "name it by its head's job id, its --name, or latest",
			},
		);
	}
	const request: ClientRequest = {
		layout: cluster.layout,
		head: cluster.head,
		headIsNew: false,
		headState: cluster.state,
		sbatch,
		rayWords: words.ray,
		node,
		script,
		scriptAsTyped: words.script,
		scriptArguments: words.scriptArgs,
		clientSignal: signal,
		rejoinMs,
		environment,
		template: templateFor(shell, project, 'client'),
		parts: TEMPLATE_PARTS,
	};
	const prepared = await orLikelyHead(usual, project.layout, target, () => prepareClient(world, request));
	for (const note of prepared.notes) say(shell, `Note: ${note}`);
	for (const name of likelyMisplaced(words.scriptArgs))
		say(shell, `Note: ${name} stands behind the script, and is the script's own; rayslurm's stand before it`);
	if (own['dry-run']) {
		shell.out(await dryRun(world.scheduler, [prepared.prepared.submission], own['json'] === true));
		return 0;
	}
	say(shell, `Ray from: ${environmentInWords(request.environment)}`);
	const head = cluster.head.kind === 'job' ? cluster.head.job : cluster.head.address;
	if (head !== words.target) say(shell, `${words.target} is head ${head}`);
	const job = await submitClient(world, request, prepared);
	await noteJobs(world, kept, [job]);
	const log = prepared.prepared.log(job);
	if (own['parsable']) shell.out(`${job}\n`);
	else if (own['json'])
		shell.out(`${JSON.stringify({ schemaVersion: 1, job, head, output: `${log}.out`, errors: `${log}.err` })}\n`);
	else if (own['follow']) say(shell, `Submitted client job ${job}`);
	else shell.out(`Submitted client job ${job}\n`);
	if (follows) return follow(shell, world, request, job, log, own);
	if (!own['parsable'] && !own['json']) say(shell, `Its output: rayslurm logs -f ${job}${firstTask(words.sbatch)}`);
	return 0;
};

async function follow(
	shell: Shell,
	world: World,
	{ layout, head }: ClientRequest,
	job: string,
	log: string,
	own: OwnValues,
): Promise<number> {
	const began = world.clock.monotonicMs();
	const step = steps(shell, () => world.clock.monotonicMs() - began);
	const shows = own['follow'] === true;
	const tails: OutputTail[] = shows
		? [tailOf(`${log}.out`, (bytes) => shell.outBytes(bytes)), tailOf(`${log}.err`, (bytes) => shell.errBytes(bytes))]
		: [];
	const waiting = awaitClient(world, job, layout, headFolderName(head), {
		...queueNotes(shell, world, 'client'),
		reached: (event) => {
			if (event.step === 'running') step.done(`running on ${event.node}`);
			else if (event.step === 'joined') step.done('joined');
			else if (event.step === 'told') step.note(`the script was sent SIG${event.signal}: ${event.because}`);
			else if (event.step === 'left') step.note(`left its head: ${event.reason}; waiting for the next`);
			else if (event.step === 'moved') step.done(`goes on with head ${event.head}`);
			else if (event.step === 'ended' && !shows) {
				if (event.code === 0) step.done('ended with code 0');
				else step.note(`${event.reason}; its output: rayslurm logs ${job}, rayslurm logs --err ${job}`);
			}
		},
		requeued: () => step.note(`${world.scheduler.title} has put it back into the queue; waiting for its next start`),
		show: async () => (await Promise.all(tails.map((tail) => tail.show()))).some(Boolean),
	});
	return Promise.race([
		waiting,
		shell.interrupted().then(() => {
			say(
				shell,
				`\nDetached; the client goes on. Its output: rayslurm logs -f ${job}; end it with: rayslurm stop ${job}`,
			);
			return 130;
		}),
	]).finally(() => Promise.all(tails.map((tail) => tail.close())));
}

/** An array's tasks have an output each. */
function firstTask(sbatch: readonly SbatchOption[]): string {
	const array = sbatch.findLast(({ name }) => name === 'array')?.value;
	return array === undefined ? '' : `_${/\d+/.exec(array)?.[0] ?? '1'}`;
}

function clientSignal(own: OwnValues): string | undefined {
	const wished = text(own, 'client-signal')?.toUpperCase().replace(/^SIG/, '');
	if (wished === undefined || ['USR1', 'INT', 'TERM'].includes(wished)) return wished;
	throw new Trouble('usage', `--client-signal: not USR1, INT or TERM: ${shownWord(wished)}`, {
		hint: 'write --client-signal INT, for one',
	});
}

const REJOIN_MS = 1_800_000;

function rejoin(own: OwnValues): number | undefined {
	const wished = text(own, 'rejoin');
	return wished === '' ? REJOIN_MS : wished === undefined ? undefined : parseDurationMs(wished, '--rejoin');
}

function text(own: OwnValues, name: string): string | undefined {
	const value = own[name];
	return typeof value === 'string' ? value : undefined;
}
