// What Slurm says of itself, one question each; no answer within the time is its killed program and a Trouble.
import { userInfo } from 'node:os';
import { type Association, associationArgs, parseAssociations } from '../../core/doctor/association-rules.ts';
import {
	type Partition,
	parseConfig,
	parseFields,
	parsePartitions,
	type SiteConfig,
} from '../../core/doctor/site-config.ts';
import { Trouble } from '../../core/trouble.ts';
import { run } from '../run.ts';
import { askEnvironment } from '../schedulers/slurm.ts';

export async function siteConfig(limitMs: number): Promise<SiteConfig> {
	return parseConfig(await scontrol(['show', 'config'], limitMs));
}

export async function partitions(limitMs: number): Promise<readonly Partition[]> {
	return parsePartitions(await scontrol(['--oneliner', 'show', 'partition'], limitMs));
}

export async function submitted(job: string, limitMs: number): Promise<ReadonlyMap<string, string>> {
	return parseFields((await scontrol(['--oneliner', 'show', 'job', job], limitMs)).split('\n')[0] ?? '');
}

export async function associations(limitMs: number): Promise<readonly Association[]> {
	return parseAssociations(await ask(['sacctmgr', ...associationArgs(userInfo().username)], limitMs));
}

function scontrol(words: readonly string[], limitMs: number): Promise<string> {
	return ask(['scontrol', ...words], limitMs);
}

async function ask(argv: readonly string[], limitMs: number): Promise<string> {
	const [program = ''] = argv;
	const outcome = await run(argv, { timeoutMs: limitMs, environment: askEnvironment() });
	if (outcome.missing) {
		throw new Trouble('program-missing', `${program} is not in PATH: this machine has no Slurm`, {
			hint: 'log in on a node of the cluster, or load its Slurm module; rayslurm doctor --scheduler=local looks without it',
		});
	}
	if (outcome.timedOut) throw new Trouble('scheduler-silent', `did not answer in ${Math.round(limitMs / 1000)} s`);
	if (outcome.code === 0) return outcome.stdout;
	const line = outcome.stderr.split('\n').find((each) => each.trim() !== '') ?? `${program} ended with ${outcome.code}`;
	throw new Trouble('scheduler-silent', `did not answer: ${line.trim()}`);
}
