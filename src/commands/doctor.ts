// rayslurm doctor
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { splitHeadWords } from '../core/command-words.ts';
import { type Finding, findingsOf, isHealthy } from '../core/doctor/finding.ts';
import { parseDurationMs } from '../core/duration.ts';
import type { RayEnvironment } from '../core/environment.ts';
import { readOwnership, type SbatchOption } from '../core/sbatch-options.ts';
import { withVariables } from '../core/sbatch-variables.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { examineHere } from '../flows/doctor/examine-here.ts';
import { findingsInWords, summaryOf } from './doctor-display.ts';
import { type JobLook, type JobSeen, lookByJob, showProbe } from './doctor-job.ts';
import {
	type HelpPage,
	helpOf,
	type OwnOption,
	type OwnValues,
	readOwnOptions,
	settingOptions,
	tableOf,
} from './own-options.ts';
import { goesWith } from './own-words.ts';
import { say } from './progress.ts';
import { findProject, frozenNodeOf, type Project, schedulerOf, settingsPaths } from './project.ts';
import { findEnvironment } from './ray-environment.ts';
import { isMine, isOpen, whyNotMine } from './settings-files.ts';
import type { Command, Shell } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'job', kind: 'switch', describe: 'submit one small job of two minutes, and look at its node too' },
	{ name: 'timeout', kind: 'text', describe: 'how long the job may wait in the queue (5m)' },
	{
		name: 'await-signal',
		kind: 'switch',
		describe: 'with --job: see whether the warning before the time limit comes, half a minute more',
	},
	{ name: 'dry-run', kind: 'switch', describe: 'with --job: show the script and the command, and submit nothing' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions([
		...([
			'workspace',
			'output-dir',
			'scheduler',
			'port-offset',
			'object-store',
			'interface',
			'setup',
			'module',
		] as const),
		...(['venv', 'conda', 'ray', 'python-dir', 'insecure-no-auth', 'debug'] as const),
	]),
];

export const page: HelpPage = {
	usage: 'rayslurm doctor [OPTIONS] [--job] [SBATCH OPTIONS]',
	about:
		'Checks this machine and, with --job, a compute node for what makes heads fail. ✓ is well, ! is to be known, ✗ is to be mended; the line below says how. Ends with 0 where nothing is ✗, else with 5; with 4 where the job did not start in time.',
	options: OPTIONS,
	examples: [
		['$0 doctor', 'look from here'],
		['$0 doctor --job', 'look at a compute node too'],
		['$0 doctor --job -c 2 --dry-run', 'the job that would look, with an option of sbatch'],
		['$0 doctor --json', 'findings for programs'],
	],
	footer:
		'Options of sbatch (-p PARTITION, -w NODE, --gres=gpu:1) say where the job goes. Without --job, -p says which limits are looked at.',
};

const OBJECT_STORE_GB = 20;
const QUEUE_LIMIT_MS = 300_000;

export const command: Command = async (shell) => {
	const words = splitHeadWords(shell.words, tableOf(OPTIONS));
	if (words.help) {
		shell.out(`${await helpOf(page, shell.columns('stdout'))}\n`);
		return 0;
	}
	const own = await readOwnOptions(words.own, page);
	checkWords(own, words.ray);
	const timeoutMs =
		own['timeout'] === undefined ? QUEUE_LIMIT_MS : parseDurationMs(String(own['timeout']), '--timeout');
	const project = await findProject(shell, own);
	const node = frozenNodeOf(project.settings, OBJECT_STORE_GB);
	const sbatch = withVariables(shell.environment, words.sbatch);
	const owned = readOwnership(sbatch, 'head');
	if (own['await-signal'] && (owned.timeLimit ?? owned.leadSeconds) !== undefined) {
		throw new Trouble('usage', '--await-signal chooses --time and --signal by itself', { hint: 'leave them out' });
	}
	const world = await shell.world(schedulerOf(shell, project.settings));
	const environment = await environmentFor(shell, world, project, sbatch);
	const asksNode = own['job'] === true;
	const look: JobLook = {
		project,
		owned,
		node,
		environment: 'words' in environment ? environment : { kind: 'path', words: [] },
		awaitSignal: own['await-signal'] === true,
		timeoutMs,
	};
	if (own['dry-run']) {
		shell.out(await showProbe(world, look, own['json'] === true));
		return 0;
	}
	const senses = await shell.senses();
	const here = await examineHere(world, senses, {
		layout: project.layout,
		node,
		environment,
		partition: owned.partition,
		asksNode,
		settings: settingsFiles(shell),
	});
	const { title } = world.scheduler;
	if (!own['json']) shell.out(findingsInWords(here.findings, title, shell.stdoutColours));
	const there = await nodeLook(shell, world, look, asksNode, here);
	if (there === 'interrupted') return 130;
	if (!own['json'] && there.findings.length > 0)
		shell.out(`\n${findingsInWords(there.findings, title, shell.stdoutColours)}`);
	const findings = [...here.findings, ...there.findings];
	const healthy = isHealthy(findings);
	if (own['json']) {
		const facts = { asOf: world.clock.now().toISOString(), host: world.node.hostName, scheduler: world.scheduler.name };
		shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts, healthy, job: there.job ?? null, findings })}\n`);
	} else say(shell, `\n${summaryOf(findings)}`);
	return there.late ? 4 : healthy ? 0 : 5;
};

async function nodeLook(
	shell: Shell,
	world: World,
	look: JobLook,
	asksNode: boolean,
	here: Awaited<ReturnType<typeof examineHere>>,
): Promise<JobSeen | 'interrupted'> {
	if (!asksNode) return { findings: [], late: false };
	if (here.schedulerAnswers) return lookByJob(shell, world, look, here.ray);
	const finding = findingsOf('Job').problem(
		`No job was submitted: ${world.scheduler.title} does not answer`,
		'try again when it does: rayslurm doctor --job',
	);
	return { findings: [finding], late: false };
}

function checkWords(own: OwnValues, ray: readonly string[]): void {
	if (ray.length > 0)
		throw new Trouble('usage', 'doctor starts no Ray: it takes no options behind --', {
			hint: 'leave -- and what follows it out',
		});
	for (const name of ['dry-run', 'timeout', 'await-signal']) goesWith(own, name, 'job');
}

/** What a head would take; that there is none is a finding, not an end. */
async function environmentFor(
	shell: Shell,
	world: World,
	project: Project,
	sbatch: readonly SbatchOption[],
): Promise<RayEnvironment | Trouble | Finding> {
	const silent = { ...shell, err: () => {} };
	try {
		const { environment, kept } = await findEnvironment(silent, world, project, { sbatch, dryRun: true });
		const wished = project.settings.get('ray')?.text;
		if (wished === undefined || kept !== undefined || environment.kind !== 'venv') return environment;
		if (existsSync(join(environment.words[0] ?? '', 'bin'))) return environment;
		return findingsOf('Ray').ok(
			`Ray ${wished} is made when a head first asks for it, or by: rayslurm python create ${wished}`,
		);
	} catch (error) {
		if (error instanceof Trouble) return error;
		throw error;
	}
}

function settingsFiles(shell: Shell): { notMine: readonly string[]; open: readonly string[] } {
	const there = [...settingsPaths(shell), join(shell.cwd, '.env')].filter(existsSync);
	const bad = there.filter((path) => whyNotMine(path) !== undefined);
	const mine = bad.filter(isMine);
	return {
		notMine: bad.filter((path) => !mine.includes(path)),
		// Of mine it is the file, or else its folder.
		open: mine.map((path) => (isOpen(statSync(path)) ? path : dirname(path))),
	};
}
