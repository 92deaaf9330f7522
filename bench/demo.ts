// The demo beside the same steps typed by hand: `ray start --head`, `ray start --address`, `python`, on this machine and with
// the same script, each side from its first word to its answer. By hand everything runs in a namespace of processes of its
// own, so that its end takes along what `ray start` leaves in the background, and nothing else.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle, examples, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { rayFolder } from '../test/testbed/places.ts';
import { median, timed } from './clock.ts';
import type { Figure } from './run.ts';

const ROUNDS = 3;
const LIMIT = 1.3;
/** Ray takes a loopback address that is not 127.0.0.1 for what it is. */
const HERE = '--node-ip-address=127.0.0.2 --num-cpus=1 --object-store-memory=200000000 --disable-usage-stats';

const BY_HAND = `
set -e
ray start --head --port=6390 $HERE >/dev/null
ray start --address=127.0.0.2:6390 $HERE >/dev/null
RAY_ADDRESS=127.0.0.2:6390 python -u demo.py --nodes=2
`.replaceAll('$HERE', HERE);

export async function measureDemo(): Promise<readonly Figure[]> {
	const alice = new Person('alice');
	const env = { PATH: `${rayFolder}/bin:/usr/bin:/bin`, RAY_AUTH_MODE: 'disabled' };
	const whole: number[] = [];
	const byHand: number[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const cwd = await alice.workspace();
		await copyFile(join(examples, 'demo.py'), join(cwd, 'demo.py'));
		whole.push(await timed(() => expectAnswer(alice, [nodeForUsers(), bundle, 'demo'], cwd, { PATH: env.PATH })));
		byHand.push(await timed(() => expectAnswer(alice, alone(['bash', '-c', BY_HAND]), cwd, env)));
	}
	const ratio = median(whole) / median(byHand);
	const seconds = (times: readonly number[]) => `${(median(times) / 1000).toFixed(1)} s`;
	return [
		{
			what: 'demo, with its clean end / by hand, without one',
			measured: `${ratio.toFixed(2)} x (${seconds(whole)} / ${seconds(byHand)})`,
			limit: `<= ${LIMIT} x`,
			holds: ratio <= LIMIT,
		},
	];
}

function alone(argv: readonly string[]): readonly string[] {
	return [
		'/usr/bin/unshare',
		'--user',
		'--map-current-user',
		'--mount-proc',
		'--pid',
		'--fork',
		'--kill-child',
		...argv,
	];
}

async function expectAnswer(
	who: Person,
	argv: readonly string[],
	cwd: string,
	env: Record<string, string>,
): Promise<void> {
	const { all, code } = await who.run(argv, { cwd, env, timeoutMs: 180_000 });
	if (code !== 0 || !all.includes('pi is about')) throw new Error(`${argv.join(' ')}: ${code}\n${all}`);
}
