// What the commands about this machine's jobs have in common: their words read, job ids checked, and jobs in words.
import { shownWord } from '../core/option-table.ts';
import type { LocalScheduler, NamedJob } from '../core/scheduler-words.ts';
import { whyPendingAndTodo } from '../core/slurm-reasons.ts';
import { nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { KnownState } from '../core/world.ts';
import type { HelpPage, OwnValues } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { findProject, type Project } from './project.ts';
import type { Shell } from './shell.ts';

export interface LocalCommand {
	readonly own: OwnValues;
	readonly plain: readonly string[];
	readonly scheduler: LocalScheduler;
	readonly project: Project;
}

const MOST_JOBS = 10_000;

/** undefined: help was asked for, and has been given. */
export async function openLocal(shell: Shell, page: HelpPage): Promise<LocalCommand | undefined> {
	const typed = await readTyped(shell, shell.words, page, MOST_JOBS);
	if (typed === undefined) return undefined;
	const { own, plain } = typed;
	checkLocal(own);
	const project = await findProject(shell, own); // Settings of every layer count.
	return { own, plain, scheduler: await shell.local(), project };
}

/** Only what was typed: the setting, said for all commands at once, may be another's. */
export function checkLocal({ scheduler }: OwnValues): void {
	if (scheduler === undefined || scheduler === 'local') return;
	throw new Trouble('usage', `--scheduler=${scheduler}: rayslurm local is about this machine's own jobs`, {
		hint: 'Slurm has sbatch, squeue and scancel; rayslurm status and rayslurm stop speak to both',
	});
}

export function checkJobIds(words: readonly string[]): void {
	const odd = words.find((word) => !/^[1-9]\d{0,9}(?:_\d{1,7})?$/.test(word));
	if (odd === undefined) return;
	throw new Trouble('usage', `Not a job id: ${shownWord(odd)}`, { hint: 'rayslurm local jobs lists them' });
}

export function listJobs(jobs: readonly NamedJob[]): string {
	return jobs.map((job) => `${[nameOf(job).padStart(6), job.name, inWords(job.state)].join('  ')}\n`).join('');
}

function inWords(state: KnownState): string {
	switch (state.kind) {
		case 'pending':
			return `pending: ${whyPendingAndTodo(state)}`;
		case 'running':
			return state.ends === undefined ? 'running' : `running until ${state.ends}`;
		case 'ended':
			return `ended: ${state.how}${state.exitCode === undefined ? '' : `, code ${state.exitCode}`}`;
		case 'gone':
			return 'no such job';
		case 'unknown':
			return `not known: ${state.why}`;
		default:
			return state.kind;
	}
}
