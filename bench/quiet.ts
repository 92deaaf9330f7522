// The next measurement begins when nothing of the last one runs any more.
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
