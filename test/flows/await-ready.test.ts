// What `wait` says when the time is over: what to type, and the log where that is what says more.
import { expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import type { World } from '../../src/core/world.ts';
import { awaitReady } from '../../src/flows/await-ready.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');

it.each([
	[undefined, /^Not ready: nodes are missing, 1 of 2 nodes\n {2}the log of 7 says last:\n {4}all is well$/, /logs 7/],
	['rayslurm connect 7 adds one', /^Not ready: nodes are missing, 1 of 2 nodes$/, /^rayslurm connect 7 adds one$/],
])('with %s to type', async (todo, message, hint) => {
	const straw = strawWorld({ readInfo: async () => ({ kind: 'missing' }) } as Partial<World>);
	straw.world.files.list = async (path) => (path === layout.slurmLogs ? ['7-ray-head-ray.err'] : []);
	straw.files.set(`${layout.slurmLogs}/7-ray-head-ray.err`, 'all is well\n');
	const lack = { name: 'nodes' as const, words: '2 nodes', why: '1 of 2 nodes', of: { job: '7' } };
	const judge = () => ({ layers: [todo === undefined ? lack : { ...lack, todo }] });
	const waiting = awaitReady(straw.world, { job: '7', layout }, judge, 1, { reached: () => {}, waiting: () => {} });
	await expect(waiting).rejects.toMatchObject({
		kind: 'deadline',
		message: expect.stringMatching(message),
		hint: expect.stringMatching(hint),
		facts: { layer: 'nodes' },
	});
});

it.each([
	['7', 'head-not-running'],
	['8', 'job-ended'],
])('%s that has ended: %s, with the layer it came to', async (job, kind) => {
	const straw = strawWorld({ readInfo: async () => ({ kind: 'missing' }) } as Partial<World>);
	const layer = { name: 'nodes' as const, words: '2 nodes', why: '1 of 2 nodes', of: { job } };
	const judge = () => ({ layers: [layer], over: 'cancelled' });
	const waiting = awaitReady(straw.world, { job: '7', layout }, judge, 1, { reached: () => {}, waiting: () => {} });
	const message = `Job ${job} has ended: cancelled`;
	await expect(waiting).rejects.toMatchObject({ kind, message, facts: { layer: 'nodes' } });
});

it.each([
	['from the beginning', 1],
	['after a while', 2],
])('a scheduler that is silent %s makes nobody wait much longer than was said', async (_, silentFrom) => {
	let asked = 0;
	const answer = async () => {
		asked += 1;
		if (asked >= silentFrom) await new Promise(() => {});
		return new Map();
	};
	const straw = strawWorld({
		readInfo: async () => ({ kind: 'missing' }),
		scheduler: { title: 'Slurm', states: answer },
		lookAtQueue: async () => ({ states: await answer(), ageMs: 0 }),
	} as unknown as Partial<World>);
	const lack = { name: 'nodes' as const, words: '2 nodes', why: '1 of 2 nodes', of: { job: '7' } };
	const told = { reached: () => {}, waiting: () => {} };
	const wait = (judge: () => { layers: object[] }) =>
		awaitReady(straw.world, { job: '7', layout }, judge as never, 5_000, told);
	await expect(wait(() => ({ layers: [lack] }))).rejects.toMatchObject({
		kind: 'deadline',
		message: 'Not ready: nodes are missing, 1 of 2 nodes',
	});
	expect(straw.world.clock.monotonicMs()).toBe(7_000);
	expect(await wait(() => ({ layers: [] }))).toMatchObject({ job: '7' });
});
