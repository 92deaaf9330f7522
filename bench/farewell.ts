// From the signal of the time limit to the last of 500 clients that has been told, in a real Slurm; beside one scancel for
// each client, in the same run.
import { join } from 'node:path';
import { gatherCrowd } from '../test/slurm/crowd.ts';
import { Person } from '../test/testbed/person.ts';
import { median, seconds, timed, until } from './clock.ts';
import { quiet } from './quiet.ts';
import type { Figure } from './run.ts';
import { startedHead } from './started-head.ts';

const CLIENTS = 500;
const ROUNDS = 3;

export async function measureFarewell(): Promise<readonly Figure[]> {
	const alice = new Person('alice');
	const ours: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const cwd = await alice.workspace();
		await quiet(alice);
		const head = await startedHead(alice, cwd, '--', '--include-dashboard=false');
		const crowd = await gatherCrowd(alice, { cwd, job: head.job }, CLIENTS);
		const began = Date.now();
		await alice.run(['scancel', '--batch', '--signal=USR1', head.job]);
		await until('all are told', async () => (await crowd.told()).length === CLIENTS);
		ours.push(Math.max(...(await crowd.told())) - began);
		await until('the head has ended', async () => (await alice.run(['squeue', '-h', '-j', head.job])).stdout === '');
	}
	const cwd = await alice.workspace();
	const job = '1';
	await alice.run(['mkdir', '-p', join(cwd, `outputs/.rayslurm/heads/${job}/clients`)]);
	const crowd = await gatherCrowd(alice, { cwd, job }, CLIENTS);
	const loop = `for i in $(seq ${CLIENTS}); do scancel --batch --signal=USR1 ${crowd.array}_$i; done`;
	const oneByOne = await timed(() => alice.run(['bash', '-c', loop], { timeoutMs: 120_000 }));
	await quiet(alice);
	return [
		{
			what: `${CLIENTS} clients told, from the signal to the last`,
			measured: `${seconds(median(ours))} (${ours.map(seconds).join(', ')}); one by one ${seconds(oneByOne)}`,
			limit: '<= 1.5 s',
			holds: median(ours) <= 1_500,
		},
	];
}
