// What the site made of the job that doctor submitted, and what became of it.
import { clockMinutes } from '../time-words.ts';
import { type Finding, findingsOf } from './finding.ts';

export interface AskedJob {
	readonly comment: string;
	readonly minutes: number | undefined;
	readonly partition: string | undefined;
}

/** `shown`: the fields of `scontrol show job`. */
export function submittedFindings(asked: AskedJob, shown: ReadonlyMap<string, string>): readonly Finding[] {
	const say = findingsOf('Site');
	const found: Finding[] = [];
	const comment = shown.get('Comment') ?? '';
	if (comment !== asked.comment) {
		found.push(
			say.warning(
				comment === ''
					? 'The site takes comments off jobs'
					: `The site rewrites comments of jobs, here to ${JSON.stringify(comment)}`,
				'look for heads by job id or --name, not by --comment: rayslurm finds its own',
			),
		);
	}
	const minutes = clockMinutes(shown.get('TimeLimit') ?? '');
	if (asked.minutes !== undefined && minutes !== undefined && minutes !== asked.minutes) {
		found.push(
			say.warning(
				`The site made ${minutes} min of a time limit of ${asked.minutes} min`,
				'ask for what you need with --time, and see what came of it: scontrol show job JOB',
			),
		);
	}
	const partition = shown.get('Partition');
	if (asked.partition !== undefined && partition !== undefined && !asked.partition.split(',').includes(partition)) {
		found.push(say.warning(`The site moved the job from ${asked.partition} to ${partition}`, `-p ${partition}`));
	}
	return found.length > 0
		? found
		: [say.ok('The site left the job as it was asked for (comment, time limit, partition)')];
}

/** Slurm may signal up to a minute before what was asked, and looks every half minute. */
const EARLY_SECONDS = 60;
const LATE_SECONDS = 31;

export function signalFindings(
	leadSeconds: number,
	endsAtSeconds: number,
	signalAt: number | undefined,
): readonly Finding[] {
	const say = findingsOf('Site');
	if (signalAt === undefined) {
		return [
			say.problem(
				`No signal came ${leadSeconds} s before the time limit: --signal is ignored`,
				'heads are not told of their time limit: end them yourself in time, and ask the site about --signal',
			),
		];
	}
	const before = Math.round(endsAtSeconds - signalAt);
	if (before > leadSeconds + EARLY_SECONDS || before < leadSeconds - LATE_SECONDS) {
		const late = before < leadSeconds;
		return [
			say.warning(
				`The signal came ${before} s before the time limit, asked for ${leadSeconds} s`,
				late ? 'ask for more: --signal=USR1@900' : 'ask for less: --signal=USR1@60',
			),
		];
	}
	return [say.ok(`The signal came ${before} s before the time limit, asked for ${leadSeconds} s`)];
}

/** A shell's or node's word for a program that is not there. */
export function isMissing(line: string): boolean {
	return /No such file or directory|Cannot find module|not found|cannot execute|Permission denied/.test(line);
}

/** Then nothing of it is believed. */
export function notMineFindings(files: readonly string[], outputDir: string): readonly Finding[] {
	if (files.length === 0) return [];
	return [
		findingsOf('Folders').problem(
			`What jobs write into ${outputDir} is not yours as seen from here: user names do not agree with the nodes`,
			'choose a folder on another file system with --output-dir',
		),
	];
}

/** The job ended, and its folder does not hold what it was to write. */
export function unheardFindings(
	lastError: string,
	started: boolean,
	state: string | undefined,
	outputDir: string,
): readonly Finding[] {
	const say = findingsOf('Job');
	const how = state === undefined ? '' : ` (${state})`;
	if (/CANCELLED/.test(how)) {
		return [say.problem(`The job was cancelled${how}, not by doctor`, 'try again: rayslurm doctor --job')];
	}
	if (isMissing(lastError)) {
		return [
			say.problem(
				`The job could not start rayslurm on its node${how}: ${lastError}`,
				'install node and rayslurm where compute nodes see them, below a shared folder',
			),
		];
	}
	if (lastError !== '') {
		return [
			say.problem(`The job failed on its node${how}: ${lastError}`, 'see its script: rayslurm doctor --job --dry-run'),
		];
	}
	return [
		started
			? say.problem(
					`The job ended${how} before it could report`,
					'try again; see its script: rayslurm doctor --job --dry-run',
				)
			: say.problem(
					`The job ended${how}, and nothing that it wrote is seen here: do its nodes share ${outputDir}?`,
					'choose a folder that they share with --output-dir',
				),
	];
}
