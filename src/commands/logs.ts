// rayslurm logs
import { shownWord } from '../core/option-table.ts';
import { Trouble } from '../core/trouble.ts';
import { findJob } from './find-job.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { say } from './progress.ts';
import { findProject, schedulerOf, searchOf } from './project.ts';
import { showRayLogs } from './ray-logs.ts';
import type { Command } from './shell.ts';
import { showLog, wantedLog } from './show-log.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'follow', short: 'f', kind: 'switch', describe: 'show it as it comes, until the job has ended' },
	{ name: 'lines', short: 'n', kind: 'text', describe: 'only so many last lines; with -f: begin with these' },
	{ name: 'err', kind: 'switch', describe: "the script's errors, and what the job's supervisor says" },
	{ name: 'ray', kind: 'optional', describe: "list Ray's session logs, or print the one that is named" },
	{ name: 'node', kind: 'text', describe: 'with --ray: of this node of the job' },
	{ name: 'json', kind: 'switch', describe: 'say where the logs are, as JSON' },
	...settingOptions(['workspace', 'output-dir', 'scheduler', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm logs JOB [OPTIONS]\n       rayslurm logs JOB --ray [NAME] [OPTIONS]',
	about:
		"Prints a job's output, all of it unless -n says less: what its script printed; of a head, and of a client without a script, what its supervisor says. JOB is a job id (123, or 123_4 of an array), or a cluster's name or latest for its head. With -f a script's errors come too, on standard error; ctrl-C ends that and leaves the job running. --ray shows Ray's own session logs: from the job's nodes while it runs, afterwards those that were kept (--keep-ray-logs of head submit and connect).",
	options: OPTIONS,
	examples: [
		['$0 logs 12345', 'what the job has printed'],
		['$0 logs -f -n 20 12345', 'its last lines, and on to its end'],
		['$0 logs latest --ray', "the names of the newest head's Ray logs"],
		['$0 logs latest --ray raylet.out -n 50', 'the end of one of them'],
	],
	footer: 'The files are in outputs/slurm_logs.',
};

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 2);
	if (typed === undefined) return 0;
	const { own, plain } = typed;
	const { word, name } = readPlain(shell.words, plain, own['ray']);
	const { node } = own;
	if (node !== undefined && name === undefined)
		throw new Trouble('usage', '--node goes with --ray', {
			hint: 'add --ray, or leave --node out: the job has one log',
		});
	if (own['json'] && name) {
		throw new Trouble('usage', '--json lists the logs of Ray, and prints none', {
			hint: `leave out --json, or ${name}`,
		});
	}
	// Elsewhere --ray is a setting, the version to run.
	const project = await findProject(shell, { ...own, ray: undefined });
	const usual = await shell.world(schedulerOf(shell, project.settings));
	const wishes = {
		lines: readLines(own['lines']),
		follow: own['follow'] === true,
		errors: own['err'] === true,
		json: own['json'] === true,
	};
	const wanted = wantedLog(await findJob(usual, project.layout, word, searchOf(shell, project)));
	const { world } = wanted;
	const stop = new AbortController();
	const showing =
		name === undefined
			? showLog(shell, world, wanted, wishes)
			: showRayLogs(shell, world, wanted, {
					...wishes,
					name: name === '' ? undefined : name,
					node: typeof node === 'string' ? node : undefined,
					stop: stop.signal,
				});
	if (!wishes.follow) return showing;
	return Promise.race([
		showing,
		shell.interrupted().then(() => {
			stop.abort();
			say(shell, `\nThe job goes on. End it with: rayslurm stop ${wanted.name}`);
			return 130;
		}),
	]);
};

/** `--ray NAME` may stand before or after JOB: the word right after --ray is the name, unless it is the only one. */
function readPlain(
	words: readonly string[],
	plain: readonly string[],
	ray: string | boolean | undefined,
): { readonly word: string; readonly name: string | undefined } {
	const [first, second] = plain;
	if (first === undefined) {
		throw new Trouble('usage', 'Which job? JOB is missing', {
			hint: 'rayslurm logs JOB, or latest for the newest head',
		});
	}
	const given = typeof ray === 'string' ? ray : undefined;
	if (second === undefined) return { word: first, name: given };
	if (given !== '') throw new Trouble('usage', `unexpected word ${shownWord(second)}`, { hint: 'see --help' });
	return words[words.indexOf('--ray') + 1] === first ? { word: second, name: first } : { word: first, name: second };
}

function readLines(text: string | boolean | undefined): number | undefined {
	if (text === undefined) return undefined;
	if (typeof text === 'string' && /^\d{1,12}$/.test(text)) return Number(text);
	throw new Trouble('usage', `--lines: not a number of lines: ${shownWord(String(text))}`, { hint: 'write -n 20' });
}
