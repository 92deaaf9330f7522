import { describe, expect, it } from 'vitest';
import { type ClientEvidence, clientView, isMissing } from '../../src/core/client-view.ts';
import { addressView, type HeadEvidence, headView } from '../../src/core/cluster-view.ts';
import type { HeadInfo } from '../../src/core/connection.ts';
import type { NodeActivity } from '../../src/core/control-store.ts';
import type { ClientEvent, HeadEvent } from '../../src/core/events.ts';
import type { KnownState } from '../../src/core/world.ts';

const at = '2026-01-01T00:00:00.000Z';
const RUNS: KnownState = { kind: 'running', nodes: 'dws-01', secondsLeft: 60 };
const SILENT: KnownState = { kind: 'unknown', why: 'no route' };

const RUNNING: HeadEvent = { at, step: 'running', node: 'dws-01', incarnation: '0-a', environment: 'x' };
const READY: HeadEvent = { at, step: 'ready' };
const ENDED: HeadEvent = { at, step: 'ended', reason: 'idle', because: 'idle 10 of 10 min', code: 0 };
const NEVER: HeadEvent = { at, step: 'ended', reason: 'never began', because: 'cancelled' };
const STOPPED: HeadEvent = { ...ENDED, reason: 'stop', because: 'told to stop: rayslurm stop' };

const head = (more: Partial<HeadEvidence>): HeadEvidence => ({
	job: '7',
	outputDir: '/o',
	events: [],
	clients: [],
	...more,
});

describe('a head', () => {
	it.each<[string, HeadEvent[], KnownState | undefined, string, string | undefined]>([
		['waits', [], { kind: 'pending', reason: 'Priority' }, 'pending', 'other jobs come first (Priority)'],
		['has begun', [], RUNS, 'starting', undefined],
		['starts Ray', [RUNNING], RUNS, 'starting', undefined],
		['can be joined', [RUNNING, { at, step: 'joinable', dashboard: 'x:1' }], RUNS, 'joinable', undefined],
		['is ready', [RUNNING, READY], RUNS, 'ready', undefined],
		['is ready, and the queue is silent', [RUNNING, READY], SILENT, 'ready', 'not known: no route'],
		[
			'lacks a service',
			[RUNNING, { at, step: 'degraded', missing: ['the dashboard'] }],
			RUNS,
			'degraded',
			'not up: the dashboard',
		],
		[
			'ends',
			[RUNNING, READY, { at, step: 'ending', reason: 'stopped', because: 'told to' }],
			RUNS,
			'ending',
			'told to',
		],
		['has ended', [RUNNING, READY, ENDED], undefined, 'ended', 'idle: idle 10 of 10 min'],
		['was stopped', [RUNNING, READY, STOPPED], undefined, 'ended', 'told to stop: rayslurm stop'],
		[
			'was requeued',
			[RUNNING, READY, ENDED],
			{ kind: 'pending', reason: 'BeginTime' },
			'pending',
			'its start time has not come (BeginTime)',
		],
		['was killed', [RUNNING, READY], { kind: 'ended', how: 'NODE_FAIL' }, 'ended', 'node_fail'],
		['is gone', [RUNNING, READY], { kind: 'gone' }, 'gone', 'it ended without a word'],
		['is gone, and never said a word', [], { kind: 'gone' }, 'gone', 'it never began'],
		['never began', [NEVER], undefined, 'ended', 'cancelled'],
		[
			'was put back into the queue',
			[NEVER],
			{ kind: 'pending', reason: 'Priority' },
			'pending',
			'other jobs come first (Priority)',
		],
		['was thought to be over', [NEVER], RUNS, 'starting', undefined],
		['was thought to be over, and speaks', [NEVER, RUNNING, READY], RUNS, 'ready', undefined],
		['is not known, and the queue is silent', [], SILENT, 'unknown', 'not known: no route'],
	])('%s', (_what, events, state, name, because) => {
		expect(headView(head({ events, state }))).toMatchObject({
			state: name,
			...(because === undefined ? {} : { because }),
		});
		if (because === undefined) expect(headView(head({ events, state })).because).toBeUndefined();
	});
});

it('a head that never began has no time of its end, and a code where one is known', () => {
	expect(headView(head({ events: [NEVER] }))).not.toHaveProperty('exitCode');
	const { endedAt, exitCode } = headView(head({ events: [{ ...NEVER, code: 127 }] }));
	expect([endedAt, exitCode]).toEqual([undefined, 127]);
});

it.each([
	[{}, 8265],
	[{ dashboard: 'none' }, undefined],
])('a head with %j has its dashboard at %s', (words, port) => {
	const info = { rayAddress: '10.0.0.1:6379', ports: { dashboard: 8265 }, ...words } as unknown as HeadInfo;
	expect(headView(head({ events: [RUNNING], state: RUNS, info })).ray?.dashboardPort).toBe(port);
});

it.each<[number, KnownState, number | undefined]>([
	[0, { kind: 'pending', reason: 'Priority' }, undefined],
	[1, RUNS, undefined],
	[1, { kind: 'pending', reason: 'BeginTime' }, 1],
	[2, RUNS, 1],
	[3, { kind: 'gone' }, 2],
])('a head that has begun %i times and is %j was requeued: %s', (lives, state, requeued) => {
	expect(headView(head({ lives, state, events: lives === 0 ? [] : [RUNNING] })).requeued).toBe(requeued);
});

const alive = (more: Partial<NodeActivity>): NodeActivity => ({
	nodeId: 'n1',
	address: '10.0.0.2',
	status: 'running',
	idleMs: 0,
	total: {},
	available: {},
	activity: [],
	labels: {},
	...more,
});
const BEGUN: ClientEvent = { at, step: 'running', node: 'dws-02' };
const JOINED: ClientEvent = { at, step: 'joined', nodeId: 'n1' };
const client = (events: ClientEvent[], state?: KnownState): ClientEvidence => ({ job: '8', events, state });

describe('a client', () => {
	it.each<[string, ClientEvent[], KnownState | undefined, string]>([
		['waits', [], { kind: 'pending', reason: 'Priority' }, 'pending'],
		['starts', [BEGUN], RUNS, 'starting'],
		['serves', [BEGUN, JOINED], RUNS, 'joined'],
		['runs its script', [BEGUN, JOINED, { at, step: 'script', pid: 1 }], RUNS, 'running'],
		['runs, and the queue is silent', [BEGUN, JOINED, { at, step: 'script', pid: 1 }], SILENT, 'running'],
		['was told', [BEGUN, JOINED, { at, step: 'told', signal: 'INT', because: 'x' } as ClientEvent], RUNS, 'ending'],
		['looks for the next head', [BEGUN, JOINED, { at, step: 'left', reason: 'x' } as ClientEvent], RUNS, 'waiting'],
		[
			'was ended, and Slurm has not done with it',
			[BEGUN, { at, step: 'ended', reason: 'x', code: 143 }],
			{ kind: 'ending', nodes: 'a' },
			'ending',
		],
		['crashed', [BEGUN, { at, step: 'ended', reason: 'x', code: 139 }], { kind: 'ending', nodes: 'a' }, 'ended'],
		['ended by itself', [BEGUN, { at, step: 'ended', reason: 'x', code: 1 }], { kind: 'ending', nodes: 'a' }, 'ended'],
		['moved on', [BEGUN, JOINED, { at, step: 'moved', head: '9' }], RUNS, 'ended'],
		['is gone', [BEGUN, JOINED], { kind: 'gone' }, 'gone'],
	])('%s', (_what, events, state, name) => {
		expect(clientView(client(events, state), undefined).state).toBe(name);
	});

	it.each([
		['its node is there', 'dws-02', [alive({})], 1, false],
		['its node is not there', 'dws-02', [alive({ nodeId: 'other' })], 0, true],
		[
			'one of two nodes is there, by its label',
			'dws-[02-03]',
			[alive({ nodeId: 'x', labels: { 'rayslurm/job': '8' } })],
			1,
			true,
		],
		['nobody answers', 'dws-02', undefined, undefined, false],
	] as const)('%s', (_what, nodes, known, joined, missing) => {
		const view = clientView(client([BEGUN, JOINED], { kind: 'running', nodes }), known);
		expect(view.joined).toBe(joined);
		expect(isMissing(view)).toBe(missing);
	});

	it('that moved on says with which head; one that never joined is told apart', () => {
		const moved: ClientEvent = { at, step: 'moved', head: '9' };
		expect(clientView(client([BEGUN, JOINED, moved]), undefined).goesOnWith).toBe('9');
		const failed = (code: number): ClientEvent => ({ at, step: 'ended', reason: 'x', code });
		expect(clientView(client([BEGUN, failed(1)]), undefined).neverJoined).toBe(true);
		expect(clientView(client([BEGUN, JOINED, failed(1)]), undefined).neverJoined).toBeUndefined();
		expect(clientView(client([BEGUN, failed(0)]), undefined).neverJoined).toBeUndefined();
		expect(clientView(client([], { kind: 'gone' }), undefined)).toMatchObject({
			state: 'gone',
			because: 'it never began',
		});
	});
});

it('the use of resources stands in one order, however Ray gives it', () => {
	const totals = [
		{ ant: 1, GPU: 1, CPU: 2 },
		{ CPU: 2, zebra: 1, GPU: 1 },
	];
	const nodes = totals.map((total) => alive({ total, available: total }));
	const value = { sessionName: undefined, nodes, pending: [], pendingGroups: [] };
	const { ray } = addressView('10.0.0.1:6379', { kind: 'answered', value });
	expect(ray?.use?.map(({ resource }) => resource)).toEqual(['CPU', 'GPU', 'ant', 'zebra']);
	expect(ray?.nodes?.[0]?.use.map(({ resource }) => resource)).toEqual(['CPU', 'GPU', 'ant']);
});

it('when one that waits is expected to start is an instant, as all other times are', () => {
	const state: KnownState = { kind: 'pending', reason: 'Priority', expectedStart: '2026-11-21T21:57:45' };
	const expectedStart = new Date(2026, 10, 21, 21, 57, 45).toISOString();
	expect(headView(head({ state })).expectedStart).toBe(expectedStart);
	expect(clientView({ job: '8', events: [], state }, undefined).expectedStart).toBe(expectedStart);
});
