// Slurm as a scheduler: words from core, run with a bounded time and a clean environment, answers read by core.
import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { staysBehind } from '../../core/job-export.ts';
import { findSubmitted, readSbatchAnswer } from '../../core/sbatch-answer.ts';
import { HIDDEN_FROM_SBATCH } from '../../core/sbatch-variables.ts';
import { parseSinfo, sinfoArgs } from '../../core/sinfo.ts';
import { DISPLACED_FIELDS, parseDisplaced, parseSqueue, squeueArgs } from '../../core/squeue.ts';
import { insideWords, STEPS_OF, stepNamed, visitWords } from '../../core/step-words.ts';
import { Trouble } from '../../core/trouble.ts';
import type { JobId, JobState, KnownState, Scheduler, Submission } from '../../core/world.ts';
import { type Outcome, run } from '../run.ts';
import { stream } from '../stream.ts';

const ASK_LIMIT_MS = 15_000;
/** Longer than Slurm's own message timeout at most sites, so that its own answer comes first. */
const SUBMIT_LIMIT_MS = 60_000;
const LOOK_FOR_MS = 90_000;
const LOOK_EVERY_MS = 2_000;

export const slurm: Scheduler = {
	name: 'slurm',
	title: 'Slurm',
	onThisMachine: false,
	lookHint: (job) => `squeue -j ${job}`,
	cancelHint: (job) => `scancel ${job}`,
	runOn: (job, nodes, program, out) => stream(visitWords(job, nodes, program), jobEnvironment(), out),
	submitCommand,
	check: async () => {},
	insideCommand: insideWords,
	async submit(submission) {
		const outcome = await command(submitCommand(submission), SUBMIT_LIMIT_MS, jobEnvironment());
		const answer = readSbatchAnswer(outcome);
		switch (answer.kind) {
			case 'accepted':
				return answer.job;
			case 'refused':
				throw new Trouble('failed', `sbatch refused: ${answer.message}`, { hint: 'see the script with --dry-run' });
			case 'not-reached':
				throw silence(`Slurm did not take the job: ${answer.message}`);
			case 'unsure':
				return lookFor(submission, answer.message);
		}
	},
	async states(jobs, saidTheirEnd) {
		const states = await ask(jobs);
		// An id that a live controller does not know is gone when it says so twice.
		const missing = jobs.filter((job) => states.get(job)?.kind === 'missing' && !saidTheirEnd?.has(job));
		const again = missing.length === 0 ? new Map<JobId, JobState>() : await ask(missing);
		return new Map(jobs.map((job) => [job, settled(again.get(job) ?? states.get(job))]));
	},
	async signal(jobs, signal) {
		await scancel(['--batch', `--signal=${signal}`], jobs);
	},
	async signalInside(job, name, signal) {
		const { code, stdout } = await command([...STEPS_OF, job], ASK_LIMIT_MS);
		const step = code === 0 ? stepNamed(stdout, name) : undefined;
		if (step !== undefined) await scancel([`--signal=${signal}`], [step]);
		return step !== undefined;
	},
	async cancel(jobs, which) {
		if (which !== 'pending') return scancel([], jobs);
		// Asked for a state, scancel takes a task for all of its array.
		const isTask = (job: JobId) => job.includes('_');
		await scancel([], jobs.filter(isTask));
		await scancel(
			['--state=PENDING'],
			jobs.filter((job) => !isTask(job)),
		);
	},
	async killWaitMs() {
		const { code, stdout } = await command(['scontrol', 'show', 'config'], ASK_LIMIT_MS);
		const seconds = code === 0 ? /^KillWait\s*=\s*(\d+) sec$/m.exec(stdout)?.[1] : undefined;
		return seconds === undefined ? undefined : Number(seconds) * 1000;
	},
	waysToStart: async (job, now) => (await import('./slurm-sooner.ts')).waysInSlurm(command, job, now),
	async displaced(job, restarts) {
		const words = ['squeue', '--local', '-h', '-t', 'all', '-j', job, '-O', DISPLACED_FIELDS];
		const { code, stdout } = await command(words, ASK_LIMIT_MS);
		return code === 0 && parseDisplaced(stdout, restarts);
	},
	async limits(partition) {
		const outcome = await command(['sinfo', ...sinfoArgs(partition)], ASK_LIMIT_MS);
		return outcome.code === 0 ? parseSinfo(outcome.stdout, partition) : undefined;
	},
};

function submitCommand(submission: Submission): readonly string[] {
	return ['sbatch', '--parsable', ...submission.options, submission.scriptPath, ...(submission.words ?? [])];
}

async function ask(jobs: readonly JobId[]): Promise<ReadonlyMap<JobId, JobState>> {
	const outcome = await command(['squeue', ...squeueArgs(jobs)], ASK_LIMIT_MS);
	return parseSqueue({ ...outcome, code: outcome.timedOut ? null : outcome.code }, jobs);
}

function settled(state: JobState | undefined): KnownState {
	if (state === undefined) return { kind: 'unknown', why: 'squeue said nothing of it' };
	return state.kind === 'missing' ? { kind: 'gone' } : state;
}

/** Never a second job for one command: the job is looked for, and if it cannot be found the person decides. */
async function lookFor({ scriptPath }: Submission, message: string): Promise<JobId> {
	const deadline = performance.now() + LOOK_FOR_MS;
	let answers = 0;
	while (performance.now() < deadline && answers < 3) {
		const words = ['squeue', '-h', '-t', 'all', '-u', userInfo().username, '-o', '%F|%o'];
		const outcome = await command(words, ASK_LIMIT_MS);
		if (outcome.code === 0) {
			const job = findSubmitted(outcome.stdout, scriptPath);
			if (job !== undefined) return job;
			answers += 1;
		}
		await delay(LOOK_EVERY_MS);
	}
	throw new Trouble(
		'submission-unsure',
		answers === 0
			? `Slurm has not answered whether it took the job: ${message}`
			: `Slurm did not answer in time, and has no such job so far: ${message}`,
		{
			hint: `before you try again, look for it: squeue --me -o '%i %o' | grep ${scriptPath.slice(scriptPath.lastIndexOf('/') + 1)}`,
		},
	);
}

async function scancel(options: readonly string[], jobs: readonly JobId[]): Promise<void> {
	if (jobs.length === 0) return;
	const outcome = await command(['scancel', ...options, ...jobs], ASK_LIMIT_MS);
	// Jobs that have ended meanwhile need no signal.
	const rest = outcome.stderr
		.split('\n')
		.filter((line) => line !== '' && !/already completing or completed|Invalid job id/.test(line));
	if (outcome.code === 0 || (rest.length === 0 && outcome.stderr !== '')) return;
	throw silence(`scancel did not succeed: ${outcome.stderr.trim()}`);
}

function silence(message: string, hint = 'try again in a minute; nothing was changed'): Trouble {
	return new Trouble('scheduler-silent', message, { hint });
}

async function command(
	argv: readonly string[],
	timeoutMs: number,
	environment: Readonly<Record<string, string | undefined>> = askEnvironment(),
): Promise<Outcome> {
	const outcome = await run(argv, { timeoutMs, environment });
	if (!outcome.missing) return outcome;
	throw new Trouble('program-missing', `${argv[0]} is not in PATH: this machine has no Slurm`, {
		hint: 'log in on a node of the cluster, or load its Slurm module',
	});
}

/** A user's habits for squeue and sinfo must not change the fields we read. */
export function askEnvironment(): Record<string, string | undefined> {
	const mine = Object.keys(process.env).filter((name) => /^(SQUEUE_|SINFO_|SCANCEL_)/.test(name));
	return { ...without(mine), SLURM_TIME_FORMAT: 'standard', LC_ALL: 'C' };
}

/** What sbatch reads for the options that rayslurm owns or has read itself stays behind too. */
function jobEnvironment(): Record<string, string | undefined> {
	const names = Object.keys(process.env).filter((name) => staysBehind(name) || HIDDEN_FROM_SBATCH.has(name));
	return without(names);
}

function without(names: readonly string[]): Record<string, undefined> {
	return Object.fromEntries(names.map((name) => [name, undefined]));
}
