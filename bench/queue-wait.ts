// How long a job stood in Slurm's queue, from the controller's own log to its node's: between nothing and most of a second,
// by where Slurm's scheduler was in its round when the job came. No program on either side has a part in that, so it is taken
// out of both.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { bedFolder } from '../test/testbed/places.ts';

/** A moment of the scheduler's round that nothing else decides. */
export async function anyMoment(): Promise<void> {
	await delay(Math.random() * 1_000);
}

export async function queueWaitMs(job: string, node: string): Promise<number> {
	const accepted = await timeOf('slurmctld', `_slurm_rpc_submit_batch_job: JobId=${job} `);
	const launched = await timeOf(`slurmd-${node}`, `Launching batch job ${job} `);
	return launched - accepted;
}

async function timeOf(daemon: string, words: string): Promise<number> {
	const text = await readFile(join(bedFolder, 'log', `${daemon}.log`), 'utf8');
	const line = text.split('\n').find((each) => each.includes(words));
	const stamp = /^\[([^\]]+)\]/.exec(line ?? '')?.[1];
	if (stamp === undefined) throw new Error(`The log of ${daemon} has no line with ${JSON.stringify(words)}`);
	return Date.parse(stamp);
}
