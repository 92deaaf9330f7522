import { expect, it } from 'vitest';
import { takesJobs, untilDashboardIsKnown } from '../../src/commands/await-dashboard.ts';
import type { Reached } from '../../src/commands/reached.ts';
import type { Shell } from '../../src/commands/shell.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { InfoReading, World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';

const read = (state: string) => ({ kind: 'read', info: { state, slurmJobId: '7' } }) as unknown as InfoReading;

it.each<[string, InfoReading[], number]>([
	['known already', [read('ready')], 0],
	['it comes up', [read('joinable'), read('joinable'), read('ready')], 1_000],
	['it does not', [read('joinable'), read('degraded')], 500],
	['its head ends', [read('joinable'), { kind: 'missing' } as InfoReading], 500],
	['nobody says', [read('joinable')], 75_000],
])('a job of Ray waits for the dashboard: %s', async (_what, readings, waitedMs) => {
	let looked = 0;
	const readInfo = async () => readings[Math.min(++looked, readings.length - 1)];
	const { world } = strawWorld({ readInfo } as unknown as Partial<World>);
	const [first] = readings;
	const cluster = { info: first?.kind === 'read' ? first.info : undefined };
	const said: string[] = [];
	const began = world.clock.monotonicMs();
	await untilDashboardIsKnown(
		{ err: (text: string) => void said.push(text) } as unknown as Shell,
		{ world, cluster, found: { layout: layoutOf('/w/outputs') } } as unknown as Reached,
	);
	expect(world.clock.monotonicMs() - began).toBe(waitedMs);
	expect(said).toEqual(waitedMs === 0 ? [] : ["Waiting for the head's dashboard to come up\n"]);
});

it('a job of Ray is refused at once where its head has no dashboard', async () => {
	const { world } = strawWorld();
	const cluster = { headJob: '7', info: { state: 'joinable', dashboard: 'none' } };
	const waiting = untilDashboardIsKnown(
		{ err: () => {} } as unknown as Shell,
		{ world, cluster } as unknown as Reached,
	);
	await expect(waiting).rejects.toMatchObject({
		message: 'Head 7 has no dashboard',
		hint: expect.stringContaining('rayslurm connect 7 SCRIPT.py'),
		exitCode: 1,
	});
	expect(world.clock.monotonicMs()).toBe(0);
});

it.each([
	['ray job submit -- python x.py', true],
	['/venv/bin/ray job list', true],
	['ray status', false],
	['python job', false],
])('%s speaks to the dashboard: %s', (words, expected) => {
	expect(takesJobs(words.split(' '))).toBe(expected);
});
