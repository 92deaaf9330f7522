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
		['not while one starts', [joined, starting, joined], ['26_1', '26_1: it has not joined yet']],
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
