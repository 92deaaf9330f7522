// What the local scheduler itself costs: a submission as a multiple of `node -e 0`, and the states of a thousand jobs as a
// multiple of one job's, with a thousand jobs there each time.
import { join } from 'node:path';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { median, timed, until } from './clock.ts';
import type { Figure } from './run.ts';

const ROUNDS = 25;
const JOBS = 1_000;
const SMALL = ['--cpus-per-task=1', '--mem=10', '--output=/dev/null'];

export async function measureLocal(): Promise<readonly Figure[]> {
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	const env = { RAYSLURM_LOCAL_STATE: join(cwd, 'state'), RAYSLURM_LOCAL_CPUS: '2' };
	const script = await alice.write(join(cwd, 'job.sh'), '#!/bin/bash\n');
	const words = [nodeForUsers(), bundle, 'local'];
	const run = async (argv: readonly string[]) => {
		const { code, stdout, stderr } = await alice.run(argv, { cwd, env });
		if (code !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
		return stdout;
	};
	const isQuiet = () => until('no job left', async () => (await run([...words, 'jobs'])) === '');

	const base: number[] = [];
	const submit: number[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		const bare = await timed(() => run([nodeForUsers(), '-e', '0']));
		const whole = await timed(() => run([...words, 'submit', ...SMALL, script]));
		await isQuiet();
		if (round === 0) continue;
		base.push(bare);
		submit.push(whole);
	}

	const gate = (
		await run([...words, 'submit', ...SMALL, await alice.write(join(cwd, 'gate.sh'), '#!/bin/bash\nsleep 600\n')])
	).trim();
	const first = Number(
		await run([...words, 'submit', ...SMALL, `--array=0-${JOBS - 1}`, `--dependency=afterok:${gate}`, script]),
	);
	const ids = Array.from({ length: JOBS }, (_, index) => String(first + index));
	// The first answers for all of its array.
	const [, one = ''] = ids;
	const each: number[] = [];
	const all: number[] = [];
	for (let round = 0; round <= ROUNDS; round++) {
		const single = await timed(() => run([...words, 'jobs', '--json', one]));
		const thousand = await timed(() => run([...words, 'jobs', '--json', ...ids.slice(1), gate]));
		if (round === 0) continue;
		each.push(single);
		all.push(thousand);
	}
	await run([...words, 'cancel', String(first), gate]);
	await isQuiet();
	return [
		ratio('local: submit / node -e 0', median(submit) / median(base), 4),
		ratio(`local: state of ${JOBS} jobs / of one`, median(all) / median(each), 2),
	];
}

function ratio(what: string, measured: number, limit: number): Figure {
	return { what, measured: `${measured.toFixed(2)} x`, limit: `<= ${limit} x`, holds: measured <= limit };
}
