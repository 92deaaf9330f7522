// From `connect` to the first line of the script, the head being there, beside a raw `ray start --address` in the same kind
// of job until its node is alive, plus the start of Python, in turns; without the time both stood in Slurm's queue.
import { join } from 'node:path';
import { openControlStore } from '../src/adapters/ray/control-store.ts';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { rayFolder } from '../test/testbed/places.ts';
import { isFilled, median, seconds, timed, until } from './clock.ts';
import { anyMoment, queueWaitMs } from './queue-wait.ts';
import { quiet } from './quiet.ts';
import type { Figure } from './run.ts';

const ROUNDS = 7;
const NODE = 'dws-02';
const JOB = [`--nodelist=${NODE}`, '--time=10', '-c', '2', '--mem=4G'];

export async function measureClient(): Promise<readonly Figure[]> {
	const node = nodeForUsers();
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	const rayslurm = (...words: string[]) => alice.run([node, bundle, ...words], { cwd });
	await quiet(alice);
	const head = await rayslurm(
		'head',
		'submit',
		'--parsable',
		'--nodelist=dws-01',
		'--time=30',
		'-c',
		'2',
		'--mem=4G',
		`--venv=${rayFolder}`,
	);
	const job = head.stdout.trim();
	const events = join(cwd, `outputs/.rayslurm/heads/${job}/events.jsonl`);
	await until('a head that is ready', async () => (await alice.run(['grep', '-q', '"ready"', events])).code === 0);
	const info = (await alice.run(['cat', join(cwd, `outputs/ray_head_${job}.info`)])).stdout;
	const address = /^RAY_ADDRESS=(.*)$/m.exec(info)?.[1] ?? '';
	const tokenPath = /^RAY_AUTH_TOKEN_PATH=(.*)$/m.exec(info)?.[1] ?? '';
	const token = (await alice.run(['cat', tokenPath])).stdout;
	const store = openControlStore(address, async () => token);
	await alice.write(join(cwd, 'first.py'), 'print("first line")\n');
	await alice.write(
		join(cwd, 'raw.sh'),
		`#!/bin/bash
folder=$(mktemp -d /tmp/raw-XXXXXX)
trap 'kill $ray; wait $ray; rm -rf "$folder"' TERM EXIT
RAY_AUTH_MODE=token RAY_AUTH_TOKEN_PATH=${tokenPath} ${rayFolder}/bin/ray start --address=${address} --block --disable-usage-stats \\
  --node-ip-address=10.77.0.2 --temp-dir="$folder/r" --num-cpus=2 --object-store-memory=1000000000 --node-name="raw-$SLURM_JOB_ID" &
ray=$!
wait
`,
	);
	const python: number[] = [];
	const ours: number[] = [];
	const raw: number[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		await anyMoment();
		let began = performance.now();
		const client = (
			await rayslurm('connect', job, '--parsable', ...JOB, `--venv=${rayFolder}`, 'first.py')
		).stdout.trim();
		const output = join(cwd, `outputs/slurm_logs/${client}-ray-client-first.out`);
		await until('the first line', () => isFilled(output));
		if (round > 0) ours.push(performance.now() - began - (await queueWaitMs(client, NODE)));
		await ended(alice, client);

		await anyMoment();
		began = performance.now();
		const rawJob = (
			await alice.run(['sbatch', '--parsable', '--output=/dev/null', ...JOB, 'raw.sh'], { cwd })
		).stdout.trim();
		await until('the raw node', async () => {
			const answer = await store.nodes(1_000);
			return answer.kind === 'answered' && answer.value.some((each) => each.alive && each.nodeName === `raw-${rawJob}`);
		});
		if (round > 0) raw.push(performance.now() - began - (await queueWaitMs(rawJob, NODE)));
		await alice.run(['scancel', '--batch', '--signal=TERM', rawJob]);
		await ended(alice, rawJob);
		python.push(await timed(() => alice.run([join(rayFolder, 'bin/python'), '-u', '-c', 'print(1)'])));
	}
	store.close();
	await alice.run(['scancel', job]);
	await quiet(alice);
	const more = median(ours) - median(raw) - median(python);
	return [
		{
			what: 'connect -> first line, more than raw ray start --address + python',
			measured: `${more < 0 ? '' : '+'}${seconds(more)} (${seconds(median(ours))} / ${seconds(median(raw) + median(python))})`,
			limit: '<= +1.0 s',
			holds: more <= 1_000,
		},
	];
}

async function ended(someone: Person, job: string): Promise<void> {
	await until(`the end of ${job}`, async () => (await someone.run(['squeue', '-h', '-j', job])).stdout === '', 90_000);
}
