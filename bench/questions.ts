// How often a head that ends asks Slurm after clients that end without a word, counted by a squeue that notes each call.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gatherCrowd } from '../test/slurm/crowd.ts';
import { Person } from '../test/testbed/person.ts';
import { seconds, until } from './clock.ts';
import { quiet } from './quiet.ts';
import type { Figure } from './run.ts';
import { startedHead } from './started-head.ts';

const MUTE = 100;

export async function measureQuestions(): Promise<readonly Figure[]> {
	const alice = new Person('alice');
	await quiet(alice);
	const cwd = await alice.workspace();
	const calls = join(cwd, 'calls');
	const real = (await alice.run(['bash', '-c', 'command -v squeue'])).stdout.trim();
	const counting = `#!/bin/bash\necho "\${EPOCHREALTIME/./} $*" >>${calls}\nexec ${real} "$@"\n`;
	await alice.write(join(cwd, 'bin/squeue'), counting, 0o755);
	const path = (await alice.run(['bash', '-c', 'echo "$PATH"'])).stdout.trim();
	const head = await startedHead(alice, cwd, `--export=ALL,PATH=${cwd}/bin:${path}`, '--', '--include-dashboard=false');
	await gatherCrowd(alice, { cwd, job: head.job }, MUTE, 'mute');
	await alice.run(['scancel', '--batch', '--signal=USR1', head.job]);
	await until('an end', async () => {
		await delay(1_000);
		return (await alice.run([real, '-h', '-j', head.job])).stdout === '';
	});
	await quiet(alice);
	// One question is about the head's own end.
	const lines = (await alice.run(['cat', calls])).stdout.split('\n').filter((line) => !line.endsWith(`-j ${head.job}`));
	const times = lines.map((line) => Number(line.split(' ')[0]) / 1_000).filter((at) => at > 0);
	const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
	const shortest = Math.min(...gaps);
	return [
		{
			what: `squeues for ${MUTE} clients that end without a word, within 25 s: the shortest time between two`,
			measured: `${times.length} in ${seconds((times.at(-1) ?? 0) - (times[0] ?? 0))}; ${seconds(shortest)}`,
			limit: '>= 5 s',
			holds: times.length > 1 && shortest >= 5_000,
		},
	];
}
