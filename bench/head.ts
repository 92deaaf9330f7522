// From sbatch to an info file clients can use, beside a raw `ray start --head` in the same kind of job until its control
// store serves, in turns; without the time both stood in Slurm's queue.
import { join } from 'node:path';
import { openControlStore } from '../src/adapters/ray/control-store.ts';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { rayFolder } from '../test/testbed/places.ts';
import { isFilled, median, seconds, until } from './clock.ts';
import { anyMoment, queueWaitMs } from './queue-wait.ts';
import { quiet } from './quiet.ts';
import type { Figure } from './run.ts';

const ROUNDS = 11;
const NODE = 'dws-01';
const JOB = [`--nodelist=${NODE}`, '--time=10', '-c', '2', '--mem=4G'];
const RAW_PORT = 6379;

export async function measureHead(): Promise<readonly Figure[]> {
	const node = nodeForUsers();
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	await alice.write(
		join(cwd, 'raw.sh'),
		`#!/bin/bash
folder=$(mktemp -d /tmp/raw-XXXXXX)
trap 'kill $ray; wait $ray; rm -rf "$folder"' TERM EXIT
RAY_AUTH_MODE=disabled ${rayFolder}/bin/ray start --head --block --disable-usage-stats --node-ip-address=10.77.0.1 \\
  --port=${RAW_PORT} --temp-dir="$folder/r" --num-cpus=2 --object-store-memory=1000000000 &
ray=$!
wait
`,
	);
	const ours: number[] = [];
	const raw: number[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		await quiet(alice);
		await anyMoment();
		let began = performance.now();
		const submitted = await alice.run([node, bundle, 'head', 'submit', '--parsable', ...JOB, `--venv=${rayFolder}`], {
			cwd,
		});
		const job = submitted.stdout.trim();
		await until('the info file', () => isFilled(join(cwd, `outputs/ray_head_${job}.info`)));
		if (round > 0) ours.push(performance.now() - began - (await queueWaitMs(job, NODE)));
		await alice.run(['scancel', job]);

		await quiet(alice);
		await anyMoment();
		began = performance.now();
		const rawJob = (
			await alice.run(['sbatch', '--parsable', '--output=/dev/null', ...JOB, 'raw.sh'], { cwd })
		).stdout.trim();
		const store = openControlStore(`10.77.0.1:${RAW_PORT}`, async () => undefined);
		await until('the raw control store', async () => (await store.serving(500)).kind === 'answered');
		if (round > 0) raw.push(performance.now() - began - (await queueWaitMs(rawJob, NODE)));
		store.close();
		await alice.run(['scancel', '--batch', '--signal=TERM', rawJob]);
	}
	await quiet(alice);
	const more = median(ours) - median(raw);
	return [
		{
			what: 'head submit -> info file, more than raw ray start --head',
			measured: `${more < 0 ? '' : '+'}${seconds(more)} (${seconds(median(ours))} / ${seconds(median(raw))} = ${(median(ours) / median(raw)).toFixed(2)} x)`,
			limit: '<= +0.7 s',
			holds: more <= 700,
		},
	];
}
