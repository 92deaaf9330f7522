import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientView } from '../../src/core/client-view.ts';
import { clusterPicture } from '../../src/core/cluster-picture.ts';
import type { HeadView } from '../../src/core/cluster-view.ts';
import { fitted, statusLines } from '../../src/core/status-lines.ts';

const same = (text: string) => text;
const paint = { good: same, warn: same, bad: same, dim: same, bold: same };
const now = new Date('2026-01-01T12:00:00.000Z');
const use = (used: number, total: number) => [{ resource: 'CPU', used, total }];

const HEAD: HeadView = {
	job: '7',
	name: 'tuning',
	outputDir: '/o',
	state: 'ready',
	node: 'dws-01',
	secondsLeft: 11_560,
	ray: {
		version: '2.60.0',
		address: '10.0.0.1:6379',
		answers: true,
		nodes: [
			{ nodeId: 'b', address: '10.0.0.2', job: '8', status: 'running', idleMs: 0, use: use(2, 16) },
			{ nodeId: 'a', address: '10.0.0.1', job: '7', status: 'idle', idleMs: 9, use: use(0, 2) },
		],
		use: [
			...use(2, 18),
			{ resource: 'memory', used: 0, total: 1e9 },
			{ resource: 'object_store_memory', used: 0, total: 2e9 },
		],
		demand: [
			{ words: '{CPU: 4}', count: 3 },
			{ words: '{GPU: 2}', count: 1, never: 'no node has 2 GPUs' },
		],
	},
	idle: { at: now.toISOString(), because: 'in use: 1 client' },
	clients: [
		{
			job: '8',
			script: 'tune.py',
			arguments: ['--seed', '42'],
			state: 'running',
			nodes: ['dws-02'],
			secondsLeft: 59,
			expected: 1,
			joined: 1,
		},
		{ job: '9', state: 'starting', nodes: ['dws-03'], expected: 1, joined: 0, lastLine: 'Waiting' },
		{ job: '10', state: 'ended', nodes: [], expected: 0, exitCode: 3 },
	],
};

describe('status', () => {
	it('says it all in a few lines', () => {
		expect(statusLines(HEAD, { now, width: undefined, cut: false, paint, all: false })).toEqual([
			'Head 7 tuning, ready on dws-01, 3:12:40 left',
			'  Ray 2.60.0 at 10.0.0.1:6379: 2 nodes, CPU 2 of 18, object store 0 of 2 GB',
			'  Idle window: in use: 1 client',
			'  Clients: 1 running, 1 starting, 1 ended',
			'    8  running   on dws-02  0:59 left  tune.py --seed 42',
			'    9  starting  on dws-03             0 of 1 node joined; worker',
			'      its log: Waiting',
			'  Waiting: 3 × {CPU: 4}',
			'  Never: {GPU: 2}: no node has 2 GPUs',
		]);
	});

	it('tells of clients that have all ended, and of a window that is closed', () => {
		const clients = [{ job: '5', state: 'ended' as const, nodes: [], expected: 0, exitCode: 5 }];
		const opens = new Date(now.getTime() + 60_000).toISOString();
		const idle = { at: now.toISOString(), because: 'outside the idle window', windowChanges: opens };
		const lines = (all: boolean) =>
			statusLines(
				{ job: '7', outputDir: '/o', state: 'ready', idle, clients },
				{ now, width: undefined, cut: false, paint, all },
			);
		expect(lines(false).slice(1)).toEqual([
			expect.stringMatching(/^ {2}Idle window: closed until .*\d\d:\d\d; then an unused head ends itself$/),
			'  Clients: 1 ended; --all names them',
		]);
		expect(lines(true).slice(2)).toEqual(['  Clients: 1 ended', '    5  ended  worker; code 5']);
	});

	it('says what to type about one that waits, once for all that wait for the same; and no code twice', () => {
		const waits = { because: 'waits for 4 CPUs: none is free', todo: 'rayslurm stop 7' };
		const client = (job: string) => ({ job, state: 'pending' as const, nodes: [], expected: 0, ...waits });
		const ended = { job: '5', state: 'ended' as const, nodes: [], expected: 0, exitCode: 5 };
		const clients = [client('8'), client('9'), { ...ended, because: 'the script ended with code 5' }];
		const head: HeadView = { job: '7', outputDir: '/o', state: 'pending', ...waits, clients };
		expect(statusLines(head, { now, width: undefined, cut: false, paint, all: true })).toEqual([
			'Head 7, pending',
			'  waits for 4 CPUs: none is free',
			'  → rayslurm stop 7',
			'  Clients: 2 pending, 1 ended',
			'    8  pending  worker; waits for 4 CPUs: none is free',
			'      → rayslurm stop 7',
			'    9  pending  worker; waits for 4 CPUs: none is free',
			'    5  ended    worker; the script ended with code 5',
		]);
	});

	it('of an array names each task at work, and together those of which the same is to be said', () => {
		const task = (index: number, more: Partial<ClientView>): ClientView => ({
			...{ job: `${26 + index}`, task: `26_${index}`, script: 'tune.py', arguments: [] },
			...{ nodes: [], expected: 0, state: 'pending', because: 'Resources' },
			...more,
		});
		const ended = (exitCode: number) => ({ state: 'ended', nodes: ['n1'], because: undefined, exitCode }) as const;
		const runs = { state: 'running', nodes: ['n1'], because: undefined, secondsLeft: 59 } as const;
		const last = { ...ended(1), neverJoined: true, lastLine: 'no route' } as const;
		const clients = [ended(0), ended(0), ended(1), runs, runs, last, {}, {}, { because: 'Priority' }, {}];
		const head = {
			...HEAD,
			clients: [...clients.map((more, index) => task(index, more)), HEAD.clients[2]] as ClientView[],
		};
		const lines = statusLines(head, { now, width: undefined, cut: false, paint, all: true });
		expect(lines.slice(3, -2)).toEqual([
			'  Clients: 2 running, 4 pending, 5 ended',
			'    26_[0-1]    ended    on n1             tune.py; code 0',
			'    26_2        ended    on n1             tune.py; code 1',
			'    26_3        running  on n1  0:59 left  tune.py',
			'    26_4        running  on n1  0:59 left  tune.py',
			'    26_5        ended    on n1             tune.py; code 1',
			'      its log: no route',
			'    26_[6-7,9]  pending                    tune.py; Resources',
			'    26_8        pending                    tune.py; Priority',
			'    10          ended                      worker; code 3',
		]);
	});

	it('fits any width', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 200 }), fc.boolean(), (width, cut) => {
				for (const line of statusLines(HEAD, { now, width, cut, paint, all: true }))
					expect([...line].length).toBeLessThanOrEqual(width);
			}),
		);
	});

	it('says all of it on any width where it need not fit a picture', () => {
		const letters = (width: number | undefined) =>
			statusLines(HEAD, { now, width, cut: false, paint, all: true }).join('').replaceAll(' ', '');
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 200 }), (width) => {
				expect(letters(width)).toBe(letters(undefined));
			}),
		);
	});

	it('goes on below what a line says last', () => {
		const because = 'its partition cannot give what it asks for (PartitionConfig)';
		const client = { job: '9', script: 'tune.py', arguments: [], state: 'pending', nodes: [], expected: 0, because };
		const head = { ...HEAD, ray: undefined, clients: [client as ClientView] };
		const lines = (width: number, cut: boolean) =>
			statusLines(head, { now, width, cut, paint, all: true }).slice(-1 - Number(!cut));
		expect(lines(60, false)).toEqual([
			'    9  pending  tune.py; its partition cannot give what it',
			'                asks for (PartitionConfig)',
		]);
		expect(lines(30, false).slice(-1)).toEqual(['      (PartitionConfig)']);
		expect(lines(60, true)).toEqual(['    9  pending  tune.py; its partition cannot give what it …']);
	});

	it('lets nothing of a script or a log draw on the terminal', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (text, width) => {
				expect(fitted(text, width)).not.toMatch(/\p{Cc}|\p{Cf}/u);
			}),
		);
	});
});

describe('the picture', () => {
	it('has a box for each node, the head first', () => {
		const rows = clusterPicture(HEAD, { width: 80, plain: false });
		expect(rows[1]).toMatch(/│ head 7 +│──│ client 8 +│/);
		expect(rows[3]).toMatch(/│ CPU □□ 0 of 2 +│ {2}│ CPU ■■□{10} 2 of 16 │/);
		expect(new Set(rows.map((row) => [...row].length)).size).toBe(1);
	});

	it('is drawn below one another where there is little room, and in ASCII where that is all there is', () => {
		const rows = clusterPicture(HEAD, { width: 34, plain: true });
		expect(rows).toHaveLength(10);
		expect(rows.join('')).toMatch(/^[\x20-\x7e]+$/);
		for (const row of rows) expect(row.length).toBeLessThanOrEqual(34);
	});
});
