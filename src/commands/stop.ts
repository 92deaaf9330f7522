// rayslurm stop
import { planStop, type StopPlan, type StopTarget } from '../core/stop-plan.ts';
import { Trouble } from '../core/trouble.ts';
import type { StopWish } from '../flows/stop-jobs.ts';
import { type FoundStops, findAllStops, findStops } from './find-stops.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { say } from './progress.ts';
import { findProject } from './project.ts';
import type { Command, Shell } from './shell.ts';
import {
	endInWords,
	factsOf,
	inWords,
	leftTrouble,
	mayStop,
	patienceOf,
	refuseIfUnknown,
	STOP_OPTIONS,
	shortList,
	stopAndShow,
	stopSearch,
} from './stopping.ts';

const OPTIONS: readonly OwnOption[] = [
	...STOP_OPTIONS,
	{ name: 'all', kind: 'switch', describe: 'all heads of yours, and clients that have none' },
	{ name: 'dry-run', kind: 'switch', describe: 'show what would be stopped, and stop nothing' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['workspace', 'output-dir', 'scheduler', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm stop JOB… [OPTIONS]',
	about:
		"Stops heads and clients in order, and waits until they are over. A client's script is told (SIGUSR1, or SIGINT where it handles none), then its nodes leave the cluster. A head tells its clients, waits for them, then ends. JOB is a job id, a cluster's name, or latest.",
	options: OPTIONS,
	examples: [
		['$0 stop 12345', 'a head or a client; asks where clients are connected'],
		['$0 stop tuning --yes', 'a cluster by its name, without a question'],
		['$0 stop 12345 12350 --force', 'at once, without any grace'],
		['$0 stop --all --dry-run', 'what all of it would be'],
	],
	footer:
		'Code 0 also where it had ended already; 3 where there is no such job; 4 where it is not over in time; 75 where the scheduler did not answer: then nothing was done.',
};

const MOST_WORDS = 1000;

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, MOST_WORDS);
	if (typed === undefined) return 0;
	const { own, plain } = typed;
	checkWords(plain, own['all'] === true);
	const wish: StopWish = {
		atOnce: own['force'] === true,
		because: own['force'] === true ? 'rayslurm stop --force' : 'rayslurm stop',
		patienceMs: patienceOf(own),
	};
	const search = await stopSearch(shell, await findProject(shell, own));
	const found = await (own['all'] === true ? findAllStops(search) : findStops(search, plain));
	const { world } = found;
	const plan = planStop(found.targets, found.states);
	refuseIfUnknown(world, plan);
	const json = own['json'] === true;
	for (const target of plan.over) say(shell, overInWords(target, found));
	for (const other of found.leftOut ?? [])
		say(shell, `Left out, being jobs of another scheduler: rayslurm stop --all --scheduler=${other}`);
	if (own['dry-run']) {
		shell.out(json ? `${JSON.stringify({ schemaVersion: 1, ...wouldDo(plan) })}\n` : inLines(plan));
		return 0;
	}
	if (plan.targets.length === 0 && !json) {
		if (plan.over.length === 0) say(shell, 'Nothing of yours is in the queue or running');
		return 0;
	}
	const what = `Stop ${shortList(plan.targets.map(inWords))}`;
	if (!(await mayStop(own, what, plan))) {
		say(shell, 'Nothing was stopped');
		return 1;
	}
	return stop(shell, world, plan, wish, json);
};

async function stop(
	shell: Shell,
	world: Awaited<ReturnType<Shell['world']>>,
	plan: StopPlan,
	wish: StopWish,
	json: boolean,
): Promise<number> {
	const outcome = await stopAndShow(shell, world, plan, wish, (end) => {
		if (!json) shell.out(`${endInWords(end)}\n`);
	});
	if (outcome === undefined) return 130;
	const trouble = leftTrouble(world, plan, outcome, wish);
	if (trouble) throw trouble;
	if (json) shell.out(`${JSON.stringify({ schemaVersion: 1, ...factsOf(plan, outcome) })}\n`);
	return 0;
}

function checkWords(words: readonly string[], all: boolean): void {
	if (all && words.length > 0) throw new Trouble('usage', '--all takes no JOB', { hint: 'leave one of them out' });
	if (all || words.length > 0) return;
	throw new Trouble('usage', 'Which job? JOB is missing', {
		hint: 'rayslurm status lists yours; rayslurm stop --all stops all of them',
	});
}

function overInWords(target: StopTarget, { states }: FoundStops): string {
	const { successor } = target;
	const kind = successor === undefined ? undefined : states.get(successor)?.kind;
	const follows =
		kind === 'running' || kind === 'pending' ? `; head ${successor} follows it: rayslurm stop ${successor}` : '';
	return `${target.role === 'head' ? 'Head' : 'Client'} ${target.job} has ended already${follows}`;
}

function wouldDo({ tell, cancel, targets, connected, waiting, over }: StopPlan) {
	const facts = ({ job, role }: StopTarget) => ({ job, role });
	return {
		wouldTell: tell.map(facts),
		wouldCancel: cancel,
		wouldAwait: targets.map(facts),
		connected,
		waiting,
		over: over.map(facts),
	};
}

function inLines({ tell, cancel, targets, connected, waiting }: StopPlan): string {
	const lines = [
		...tell.map((target) => `Would tell ${inWords(target)} to stop`),
		...(cancel.length === 0 ? [] : [`Would take out of the queue: ${cancel.join(', ')}`]),
		...(connected.length === 0 ? [] : [`Connected clients, told by their heads: ${connected.join(', ')}`]),
		...(waiting.length === 0 ? [] : [`Clients in the queue, which end with their heads: ${waiting.join(', ')}`]),
		...(targets.length === 0 ? ['Nothing would be stopped'] : []),
	];
	return `${lines.join('\n')}\n`;
}
