// `wait --for end`, told by files of straw and a scheduler that says what it is told to.
import { expect, it } from 'vitest';
import { renderClientRecord } from '../../src/core/client-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { awaitEnd } from '../../src/flows/await-end.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');
const line = (step: object) => `${JSON.stringify({ at: 'x', ...step })}\n`;
const task = (index: number, ...more: object[]) =>
	[{ step: 'running', node: 'n', task: `26_${index}` }, ...more].map(line).join('');
const ended = (code: number) => ({ step: 'ended', reason: `its script said ${code}`, code });
const runs: KnownState = { kind: 'running', nodes: 'n' };
const waits: KnownState = { kind: 'pending', reason: 'Resources' };

function world(states: Record<string, KnownState>) {
	const straw = strawWorld({
		readInfo: async () => ({ kind: 'missing' }),
		scheduler: {
			title: 'Slurm',
			states: async (jobs: string[]) => new Map(jobs.map((job) => [job, states[job] ?? { kind: 'gone' }])),
		},
		lookAtQueue: async (jobs: string[]) => ({
			states: new Map(jobs.map((job) => [job, states[job] ?? { kind: 'gone' }])),
			ageMs: 0,
		}),
	} as unknown as Partial<World>);
	straw.world.files.list = async (folder) =>
		[...straw.files.keys()]
			.filter((path) => path.startsWith(`${folder}/`))
			.map((path) => path.slice(folder.length + 1));
	const put = (head: string, job: string, text: string) => straw.files.set(layout.head(head).clientEvents(job), text);
	const array = (head: string, list: string) => {
		const record = { job: '26', script: 'a.py', arguments: [], rejoin: true, submitted: 'x', array: list };
		straw.files.set(layout.head(head).clientRecord('26'), renderClientRecord(record));
	};
	return { straw, put, array, states };
}
const wait = (straw: { readonly world: World }, name: string, timeoutMs?: number, heads = ['7']) =>
	awaitEnd(
		straw.world,
		{ kind: name === '26' ? 'array' : 'client', name, places: heads.map((job) => ({ job, layout })) },
		timeoutMs,
	);

it('of an array: when all tasks have ended, with the highest code', async () => {
	const { straw, put, array, states } = world({ 7: runs, '26_0': runs, '26_1': waits, '26_2': waits });
	array('7', '0-2%1');
	put('7', '26', task(0));
	straw.whenSleeping = (nowMs) => {
		if (nowMs >= 1_000) put('7', '26', task(0, ended(3)));
		if (nowMs >= 2_000) put('7', '27', task(1, ended(7)));
		if (nowMs >= 5_000) states['26_2'] = { kind: 'ended', how: 'CANCELLED' };
	};
	expect(await wait(straw, '26')).toEqual({
		because: '3 of 3 tasks failed; 26_1: its script said 7',
		code: 7,
		tasks: [
			{ task: '26_0', because: 'its script said 3', code: 3 },
			{ task: '26_1', because: 'its script said 7', code: 7 },
			{ task: '26_2', because: 'cancelled', code: 1 },
		],
	});
	expect(straw.world.clock.monotonicMs()).toBeGreaterThanOrEqual(5_000);
});

it('of an array whose tasks all did well', async () => {
	const { straw, put, array } = world({ 7: runs });
	array('7', '1-2');
	put('7', '26', task(1, ended(0)));
	put('7', '27', task(2, ended(0)));
	expect(await wait(straw, '26')).toMatchObject({ because: 'all 2 tasks', code: 0 });
});

it('of a task that has not begun: its own', async () => {
	const { straw, put, array } = world({ 7: runs, '26_0': runs, '26_1': waits });
	array('7', '0-1');
	straw.whenSleeping = (nowMs) => {
		if (nowMs >= 1_000) put('7', '27', task(1, ended(5)));
	};
	expect(await wait(straw, '26_1')).toEqual({ because: 'its script said 5', code: 5 });
});

it('of an array that goes on with the next head: of all its tasks, wherever each ended', async () => {
	const { straw, put, array } = world({ 7: runs, 8: runs, '26_1': runs, '26_2': waits });
	array('7', '0-2');
	put('7', '26', task(0, ended(2)));
	put('7', '27', task(1, { step: 'moved', head: '8' }));
	array('8', '2');
	straw.whenSleeping = (nowMs) => {
		if (nowMs >= 1_000) put('8', '27', task(1, ended(0)));
		if (nowMs >= 3_000) put('8', '28', task(2, ended(1)));
	};
	const { code, tasks } = await wait(straw, '26', undefined, ['8', '7']);
	expect([code, tasks?.map((each) => each.code)]).toEqual([2, [2, 0, 1]]);
	expect(straw.world.clock.monotonicMs()).toBeGreaterThanOrEqual(3_000);
});

it('that is late says how many do what', async () => {
	const { straw, put, array } = world({ 7: runs, '26_0': runs, '26_1': waits, '26_2': waits });
	array('7', '0-3');
	put('7', '26', task(0));
	put('7', '27', task(3, ended(0)));
	await expect(wait(straw, '26', 2_000)).rejects.toMatchObject({
		kind: 'deadline',
		message: 'Job 26 has not ended: 1 starting, 2 pending',
		hint: 'rayslurm logs -f 26_0 shows what it does; rayslurm stop 26 ends it',
	});
	await expect(wait(straw, '26_1', 2_000)).rejects.toMatchObject({
		message: 'Job 26_1 has not ended: it is pending: waiting for free resources (Resources)',
	});
});

it('that is late while the scheduler is silent waits little longer', async () => {
	const { straw, put, array } = world({ 7: runs });
	straw.world.scheduler.states = () => new Promise(() => {});
	array('7', '0-1');
	put('7', '26', task(0));
	await expect(wait(straw, '26', 3_000)).rejects.toMatchObject({
		kind: 'deadline',
		message: 'Job 26 has not ended: 1 starting, 1 unknown',
	});
	expect(straw.world.clock.monotonicMs()).toBe(5_000);
});

it('that is late, and that the scheduler knew nothing of, was what it said of itself', async () => {
	const { straw, put, array, states } = world({ 7: runs });
	array('7', '0-1');
	put('7', '26', task(0));
	states['26_0'] = { kind: 'unknown', why: 'no route' };
	await expect(wait(straw, '26_0', 2_000)).rejects.toMatchObject({
		message: 'Job 26_0 has not ended: Slurm does not answer; it was starting when it wrote last',
	});
});
