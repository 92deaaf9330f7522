// rayslurm head restart
import { resolve } from 'node:path';
import type { HeadRecord } from '../core/head-record.ts';
import { recordedValues } from '../core/recorded-options.ts';
import { planStop, type StopPlan, type StopTarget } from '../core/stop-plan.ts';
import { besides, Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { headNotRunning } from '../flows/find-head.ts';
import type { StopWish } from '../flows/stop-jobs.ts';
import { prepareSuccessor, submitSuccessor } from '../flows/submit-successor.ts';
import { dashboardTeller } from './dashboard-line.ts';
import { type FoundStops, findStops } from './find-stops.ts';
import { followHead } from './follow-head.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { dryRun, say } from './progress.ts';
import { findProject } from './project.ts';
import type { Command, Shell } from './shell.ts';
import {
	leftTrouble,
	mayStop,
	patienceOf,
	refuseIfUnknown,
	STOP_OPTIONS,
	stopAndShow,
	stopSearch,
} from './stopping.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'wait', kind: 'switch', describe: 'follow the new head until clients can join' },
	...STOP_OPTIONS,
	{ name: 'dry-run', kind: 'switch', describe: 'show the script and the command, and do nothing' },
	{ name: 'parsable', kind: 'switch', describe: 'print the job id alone' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['workspace', 'output-dir', 'scheduler', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm head restart TARGET [OPTIONS]',
	about:
		'Submits a head again with the options it had; its name and latest lead to the new one. One that still runs is stopped, and the new one begins when it is over; clients with --rejoin go on with it. A submission that is refused stops nothing.',
	options: OPTIONS,
	examples: [
		['$0 head restart tuning --wait', 'stopped, submitted again, followed until clients can join'],
		['$0 head restart 12345 --yes', 'without a question'],
		['$0 head restart latest --dry-run', 'the script and the command'],
	],
	footer: 'TARGET is a job id, a cluster name, or latest; one that has ended, too.',
};

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 1);
	if (typed === undefined) return 0;
	const {
		own,
		plain: [word],
	} = typed;
	if (word === undefined)
		throw new Trouble('usage', 'Which head? TARGET is missing', { hint: 'rayslurm status --all lists them' });
	const patienceMs = patienceOf(own);
	const project = await findProject(shell, own);
	const found = await findStops(await stopSearch(shell, project), [word]);
	const { world } = found;
	const plan = planStop(found.targets, found.states);
	const old = theHead(world, found, plan);
	const lives = plan.targets.length > 0;
	const how = lives ? 'after' : 'before';
	const next = await prepareSuccessor(world, old.layout, old.job, how, folderWords);
	const { record, submission } = next;
	if (own['dry-run']) {
		shell.out(await dryRun(world.scheduler, [submission], own['json'] === true));
		if (lives) say(shell, `Head ${old.job} would be stopped first`);
		if (record.workers) say(shell, 'Its workers would be submitted again with it');
		return 0;
	}
	if (lives && !(await mayStop(own, `Stop head ${old.job}`, plan))) {
		say(shell, 'Nothing was stopped');
		return 1;
	}
	const began = world.clock.monotonicMs();
	const job = await submitSuccessor(world, old.layout, old.job, next, () => {});
	const facts = { job, predecessor: old.job, stopped: lives };
	if (own['parsable']) shell.out(`${job}\n`);
	else if (!own['json']) shell.out(`Submitted head job ${job}\n`);
	if (old.job !== word) say(shell, `${word} was head ${old.job}`);
	if (lives) {
		const wish = { atOnce: own['force'] === true, because: 'rayslurm head restart', successor: job, patienceMs };
		if (!(await stopFirst(shell, world, plan, wish).catch(besides({ ...facts, stopped: false })))) return 130;
	}
	if (own['wait']) {
		const line = await dashboardTeller(shell, project.settings).lineFor(world);
		const following = followHead(shell, world, job, old.layout, began, line);
		if ((await following.catch(besides(facts))) === undefined) return 130;
	}
	if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts })}\n`);
	else if (!own['parsable'])
		say(
			shell,
			own['wait'] ? `Connect with:\n  rayslurm connect ${job} SCRIPT.py` : `Follow it with: rayslurm status ${job}`,
		);
	return 0;
};

function theHead(world: World, { targets, states }: FoundStops, plan: StopPlan): StopTarget {
	const [target] = targets;
	if (target === undefined) throw new Error('a word without a target');
	const { job, role, head, successor } = target;
	if (role === 'client') {
		throw new Trouble('usage', `Job ${job} is a client`, { hint: `its head: rayslurm head restart ${head}` });
	}
	refuseIfUnknown(world, plan);
	if (states.get(job)?.kind === 'pending') {
		throw new Trouble('failed', `Head ${job} has not begun yet: there is nothing to restart`, {
			hint: `take it out of the queue with: rayslurm stop ${job}`,
		});
	}
	const next = successor === undefined ? undefined : states.get(successor);
	const over = plan.over.length > 0;
	// One that waits for a running head is taken back by that one when it is stopped.
	if (next?.kind === 'running' || (over && next?.kind === 'pending')) {
		const { message } = headNotRunning(job);
		throw new Trouble(
			'head-not-running',
			over ? `${message}, and ${successor} follows it` : `Head ${successor} follows ${job} already`,
			{
				hint: `rayslurm head restart ${successor}`,
			},
		);
	}
	return target;
}

/** False: the person has detached. What was submitted for nothing is taken back. */
async function stopFirst(shell: Shell, world: World, plan: StopPlan, wish: StopWish): Promise<boolean> {
	const outcome = await stopAndShow(shell, world, plan, wish, (line) => say(shell, line)).catch(
		async (error: unknown) => {
			const { successor = '' } = wish;
			await world.scheduler.cancel([successor], 'pending').then(
				() => say(shell, `${successor} is taken back`),
				() => say(shell, `${successor} waits for the old head's end; take it back with: rayslurm stop ${successor}`),
			);
			throw error;
		},
	);
	const trouble = outcome && leftTrouble(world, plan, outcome, wish);
	if (trouble) throw trouble;
	return outcome !== undefined;
}

/** The job works where the first one did, wherever this is typed. */
function folderWords({ folder, options }: HeadRecord): readonly string[] {
	const last = recordedValues(options, 'chdir').at(-1);
	const path = folder === undefined ? last : resolve(folder, last ?? '');
	return path === undefined ? [] : [`--chdir=${path}`];
}
