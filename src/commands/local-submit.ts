// rayslurm local submit: a batch script for this machine. Prints the job id alone.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isOptionWord, optionTrouble, readOption } from '../core/option-table.ts';
import { optionsOf } from '../core/sbatch-lines.ts';
import { SBATCH_TABLE } from '../core/sbatch-table.ts';
import type { LocalScheduler } from '../core/scheduler-words.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, KnownState, Submission } from '../core/world.ts';
import { checkLocal } from './local-command.ts';
import { type HelpPage, helpOf, type OwnOption, readOwnOptions, settingOptions, tableOf } from './own-options.ts';
import { unknownOption } from './own-words.ts';
import { dryRun } from './progress.ts';
import { findProject } from './project.ts';
import type { Command } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'dry-run', kind: 'switch', describe: 'check, show the script and the command, and submit nothing' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['local-cpus', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm local submit [OPTIONS] [SBATCH OPTIONS] SCRIPT [ARGS…]',
	about:
		"Submits a batch script to this machine and prints its job id. Options are sbatch's, also those of #SBATCH lines; what one machine cannot do is refused. rayslurm head submit and rayslurm connect do this by themselves where there is no sbatch.",
	options: OPTIONS,
	examples: [
		['$0 local submit --time=10 -c 2 --mem=2G job.sh', 'ten minutes, two processors, 2 GB'],
		['$0 local submit --array=1-8%2 job.sh a b', 'eight tasks, two at a time; a and b are for the script'],
		['$0 local submit --dependency=afterok:3 --wait job.sh', 'when job 3 has ended well; wait for the end'],
	],
	footer: "--wait returns the job's own exit code.",
};

export const command: Command = async (shell) => {
	const { own: words, options, rest, help } = split(shell.words);
	if (help) {
		shell.out(`${await helpOf(page, shell.columns('stdout'))}\n`);
		return 0;
	}
	const own = await readOwnOptions(words, page);
	checkLocal(own);
	await findProject(shell, own); // Settings of every layer count.
	const [path, ...scriptWords] = rest;
	if (path === undefined) {
		throw new Trouble('usage', 'Which script?', { hint: 'rayslurm local submit [OPTIONS] SCRIPT' });
	}
	const scriptPath = resolve(shell.cwd, path);
	if (!existsSync(scriptPath)) {
		throw new Trouble('usage', `Batch script not found: ${path}`, {
			hint: 'the path counts from where you type; options stand before the script',
		});
	}
	const script = await readFile(scriptPath, 'utf8').catch((cause: Error) => {
		throw new Trouble('usage', `The script cannot be read: ${cause.message}`, {
			hint: 'name a file that you may read',
			cause,
		});
	});
	const submission: Submission = { script, scriptPath, options, words: scriptWords };
	const scheduler = await shell.local();
	if (own['dry-run']) {
		shell.out(await dryRun(scheduler, [submission], own['json'] === true));
		return 0;
	}
	const job = await scheduler.submit(submission);
	shell.out(own['json'] ? `${JSON.stringify({ schemaVersion: 1, job })}\n` : `${job}\n`);
	return optionsOf(script, options).some(({ name }) => name === 'wait') ? codeOf(scheduler, job) : 0;
};

interface Words {
	readonly own: readonly string[];
	/** As typed. */
	readonly options: readonly string[];
	/** The script and its own words. */
	readonly rest: readonly string[];
	readonly help: boolean;
}

function split(words: readonly string[]): Words {
	const table = tableOf(OPTIONS);
	const own: string[] = [];
	const options: string[] = [];
	let index = 0;
	for (let word = words[0]; word !== undefined && isOptionWord(word); word = words[index]) {
		if (word === '-h' || word === '--help') return { own, options, rest: [], help: true };
		const ours = readOption(table, words, index);
		const reading = ours ?? readOption(SBATCH_TABLE, words, index);
		if (reading === undefined) throw unknownOption(word, [...table.long.keys(), ...SBATCH_TABLE.long.keys()]);
		if ('fault' in reading) throw optionTrouble(reading);
		(ours === undefined ? options : own).push(
			...(ours === undefined
				? words.slice(index, reading.next)
				: reading.options.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`))),
		);
		index = reading.next;
	}
	return { own, options, rest: words.slice(index), help: false };
}

const LOOK_EVERY_MS = 300;

/** As sbatch --wait: of an array the highest; a job that was ended has failed, whatever it said last. */
async function codeOf(scheduler: LocalScheduler, job: JobId): Promise<number> {
	for (;;) {
		const tasks = await scheduler.mine([job]);
		if (tasks.every(({ state }) => state.kind === 'ended' || state.kind === 'gone')) {
			return Math.max(...tasks.map(({ state }) => codeIn(state)));
		}
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
	}
}

function codeIn(state: KnownState): number {
	if (state.kind !== 'ended') return 1;
	return state.how === 'COMPLETED' ? 0 : state.exitCode || 1;
}
