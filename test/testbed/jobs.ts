// What Slurm says about jobs, asked as root with an environment of nothing. Without a controller squeue takes up to 20 s
// to say so (it asks twice for a job by its id).
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { until } from './until.ts';

const slurm = execa({ env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }, extendEnv: false, timeout: 30_000 });

/** RUNNING, COMPLETED …; GONE when the controller no longer knows the job. */
export async function jobState(job: string): Promise<string> {
	const asked = await slurm({ reject: false })('squeue', [
		'--noheader',
		'--states=all',
		'--format=%T',
		`--jobs=${job}`,
	]);
	if (asked.exitCode === 0) return asked.stdout.trim() || 'GONE';
	if (asked.stderr.includes('Invalid job id')) return 'GONE';
	throw new Error(`squeue: ${asked.stderr || asked.message}`);
}

/** Everything `scontrol show job` knows, by its own names: JobState, NodeList, StdOut, TimeLimit … */
export async function jobInfo(job: string): Promise<Record<string, string>> {
	const { stdout } = await slurm('scontrol', ['--oneliner', 'show', 'job', job]);
	const fields = stdout.matchAll(/(?:^|\s)([A-Z][A-Za-z/:]*)=(.*?)(?=\s+[A-Z][A-Za-z/:]*=|\s*$)/g);
	return Object.fromEntries([...fields].map(([, name, value]) => [name, value]));
}

async function fieldOf(job: string, name: string): Promise<string> {
	const value = (await jobInfo(job))[name];
	if (!value) throw new Error(`Job ${job} has no ${name}`);
	return value;
}

/** The node where the job's script runs. */
export const nodeOf = (job: string): Promise<string> => fieldOf(job, 'BatchHost');
export const outputOf = async (job: string): Promise<string> => readFile(await fieldOf(job, 'StdOut'), 'utf8');
export const errorsOf = async (job: string): Promise<string> => readFile(await fieldOf(job, 'StdErr'), 'utf8');

/** Ids of a user's jobs that are not over. */
export async function jobsOf(user: string): Promise<string[]> {
	const { stdout } = await slurm('squeue', ['--noheader', '--format=%i', `--user=${user}`]);
	return stdout.split('\n').filter(Boolean);
}

export async function cancelAll(user: string): Promise<void> {
	if ((await jobsOf(user)).length === 0) return;
	await slurm('scancel', [`--user=${user}`]);
	await until(`no job of ${user} is left`, () => jobsOf(user), { is: (jobs) => jobs.length === 0, timeoutMs: 60_000 });
}
