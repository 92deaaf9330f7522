// Why a head, a client or an array of clients is not ready: tasks that are over do not hold it up, and one that never was
// there does.
import { describe, expect, it } from 'vitest';
import type { ClientView } from '../../src/core/client-view.ts';
import type { HeadView } from '../../src/core/cluster-view.ts';
import { arrayReadiness, clientReadiness, headReadiness } from '../../src/core/readiness.ts';

const HEAD: HeadView = { job: '7', outputDir: '/o', state: 'ready', clients: [] };
const CLIENT: ClientView = { job: '8', state: 'pending', nodes: [], expected: 0 };

it('a job that waits says why, and what to type', () => {
	const waits = { state: 'pending' as const, because: 'waits for 1 CPU', todo: 'rayslurm stop 3' };
	for (const { layers } of [
		headReadiness({ ...HEAD, ...waits }, undefined),
		clientReadiness(HEAD, { ...CLIENT, ...waits }),
	])
		expect(layers).toEqual([
			expect.objectContaining({ name: 'running', why: 'waits for 1 CPU', todo: 'rayslurm stop 3' }),
		]);
});

describe('a node that is missing', () => {
	const RAY = { version: '2.60.0', address: '10.0.0.1:6379', answers: true, use: [], demand: [] };
	const NODE = { nodeId: 'n', address: '10.0.0.1', job: '7', status: 'idle', idleMs: 0, use: [] };
	const up = { ...HEAD, node: 'n', ray: { ...RAY, nodes: [NODE] } } as unknown as HeadView;
	const missing = (clients: readonly ClientView[]) =>
		headReadiness({ ...up, clients }, 2).layers.find(({ name }) => name === 'nodes');

	it.each<[string, Partial<ClientView>[], object]>([
		['never submitted: how to add one', [], { why: '1 of 2 nodes', todo: 'rayslurm connect 7 adds one' }],
		[
			'in the queue: where to see why',
			[{ because: 'Priority' }],
			{ why: '1 of 2 nodes; client 8 is pending: Priority', todo: 'rayslurm status 8 says more' },
		],
		['in the queue: what to type about it', [{ todo: 'rayslurm stop 3' }], { todo: 'rayslurm stop 3' }],
		[
			'starting: its log says more',
			[{ state: 'starting', expected: 1, joined: 0 }],
			{ why: '1 of 2 nodes; client 8 is starting', of: expect.objectContaining({ job: '8' }) },
		],
	])('%s', (_, clients, layer) => {
		const found = missing(clients.map((more) => ({ ...CLIENT, ...more })));
		expect(found).toMatchObject(layer);
		expect(found?.todo).toBe((layer as { todo?: string }).todo);
	});
});

it.each([
	['the script ended with code 5', 5, 'the script ended with code 5'],
	['told to stop', 143, 'told to stop, code 143'],
	[undefined, 1, 'it has ended, code 1'],
	['it ended without a word', undefined, 'it ended without a word'],
])('an end names its code once: %s, %s', (because, exitCode, over) => {
	expect(clientReadiness(HEAD, { ...CLIENT, state: 'ended', because, exitCode }).over).toBe(over);
});

const on = { nodes: ['n'], expected: 1, joined: 1 };
const joined: Partial<ClientView> = { state: 'joined', ...on };
const starting: Partial<ClientView> = { state: 'starting', ...on, joined: 0 };
const waits: Partial<ClientView> = { state: 'pending', because: 'Priority' };
const done: Partial<ClientView> = { state: 'ended', because: 'done', exitCode: 0, nodes: ['n'] };
const failed: Partial<ClientView> = { state: 'ended', because: 'broken', exitCode: 3, nodes: ['n'] };
const lost: Partial<ClientView> = { ...failed, neverJoined: true };
const takenOut: Partial<ClientView> = { state: 'ended', because: 'cancelled' };

describe('an array is ready', () => {
	it.each<[string, Partial<ClientView>[], unknown, string?]>([
		['when all have joined', [joined, joined], undefined],
		['when those that are not over have joined', [done, failed, joined], undefined],
		['not while tasks are pending', [joined, waits, waits], ['26_1', '26_[1-2]: Priority']],
		['not while one starts', [joined, starting, joined], ['26_1', '26_1: it is starting']],
		[
			'for different reasons the first is told',
			[{ ...waits, because: 'Resources' }, waits],
			['26_0', '26_0: Resources'],
		],
	])('%s', (_, tasks, lack) => {
		const { layers, over } = arrayReadiness(HEAD, tasks.map(task));
		const last = layers.at(-1);
		expect(over).toBeUndefined();
		expect(last?.why === undefined ? undefined : [last.of.task, last.why]).toEqual(lack);
	});

	it.each<[string, Partial<ClientView>[], string, string]>([
		['one never joined', [joined, lost, waits], '26_1', 'broken, code 3'],
		['one was taken out of the queue', [joined, takenOut], '26_1', 'cancelled'],
		['all are over', [done, failed], '26_1', 'so have all tasks of its array'],
	])('never, since %s', (_, tasks, which, why) => {
		const { layers, over } = arrayReadiness(HEAD, tasks.map(task));
		expect([layers.at(-1)?.of.task, over]).toEqual([which, why]);
	});
});

function task(more: Partial<ClientView>, index: number): ClientView {
	return { job: `${27 + index}`, task: `26_${index}`, state: 'unknown', nodes: [], expected: 0, ...more };
}
