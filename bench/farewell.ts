// From the signal of the time limit until Slurm has the order to tell all of 500 clients, beside one scancel for each client
// in the same run; and until the last of them has it, which is Slurm's work and here that of two processors for eight nodes.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
	const heard: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const cwd = await alice.workspace();
		await quiet(alice);
		const head = await startedHead(alice, cwd, '--', '--include-dashboard=false');
		const crowd = await gatherCrowd(alice, { cwd, job: head.job }, CLIENTS);
		const began = Date.now();
		await alice.run(['scancel', '--batch', '--signal=USR1', head.job]);
		// Looking meanwhile would be measured too: who is told writes down when.
		await until('an end', async () => {
			await delay(1_000);
			return (await alice.run(['squeue', '-h', '-j', head.job])).stdout === '';
		});
		const told = await crowd.told();
		if (told.length !== CLIENTS) throw new Error(`only ${told.length} of ${CLIENTS} were told`);
		heard.push(Math.max(...told) - began);
		const events = (await alice.run(['cat', join(cwd, `outputs/.rayslurm/heads/${head.job}/events.jsonl`)])).stdout;
		ours.push(Date.parse(/"at":"([^"]+)","step":"told"/.exec(events)?.[1] ?? '') - began);
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
			what: `${CLIENTS} clients told, from the signal until Slurm has the order for all`,
			measured: `${seconds(median(ours))}; one scancel each ${seconds(oneByOne)}; the last had it after ${seconds(median(heard))}`,
			limit: '<= 1.5 s',
			holds: median(ours) <= 1_500,
		},
	];
}
