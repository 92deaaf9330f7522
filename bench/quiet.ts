// The next measurement begins when nothing of the last one runs any more.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Person } from '../test/testbed/person.ts';
import { processesOf } from '../test/testbed/processes.ts';
import { until } from './clock.ts';

export async function quiet(someone: Person): Promise<void> {
	await until('an empty queue', async () => {
		await delay(100);
		return (await someone.run(['squeue', '-h', '--me'])).stdout === '';
	});
	await until('no process left', async () => {
		await delay(100);
		return (
			(await processesOf(someone.name, 'dws-01')).length === 0 &&
			(await processesOf(someone.name, 'dws-02')).length === 0
		);
	});
}

/** A head that has just begun keeps both processors busy for ten seconds: what is asked all day is measured after that. */
export async function calm(): Promise<void> {
	await until('an idle machine', async () => {
		const before = await idleAndAll();
		await delay(1_000);
		const after = await idleAndAll();
		return after.idle - before.idle > 0.85 * (after.all - before.all);
	});
}

async function idleAndAll(): Promise<{ readonly idle: number; readonly all: number }> {
	const [line = ''] = (await readFile('/proc/stat', 'latin1')).split('\n');
	const times = line.split(/ +/).slice(1, 9).map(Number);
	return { idle: (times[3] ?? 0) + (times[4] ?? 0), all: times.reduce((sum, each) => sum + each, 0) };
}
