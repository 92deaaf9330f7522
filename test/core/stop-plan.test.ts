import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import { chooseAll, chooseNamed, planStop, type StopTarget } from '../../src/core/stop-plan.ts';
import type { KnownState } from '../../src/core/world.ts';

const layout = layoutOf('/o');
const runs: KnownState = { kind: 'running', nodes: 'n' };
const waits: KnownState = { kind: 'pending', reason: 'Priority' };
const over: KnownState = { kind: 'ended', how: 'COMPLETED' };
const gone: KnownState = { kind: 'gone' };
const ending: KnownState = { kind: 'ending', nodes: 'n' };
const silent: KnownState = { kind: 'unknown', why: 'down' };

const head = (job: string, clients: [string, boolean][] = [], more: Partial<StopTarget> = {}): StopTarget => ({
	...{ job, role: 'head', layout, head: job, word: 'open', spoke: true },
	clients: clients.map(([client, spoke]) => ({ job: client, spoke })),
	...more,
});
const client = (job: string, of: string, spoke = true): StopTarget => ({
	...{ job, role: 'client', layout, head: of, word: 'open', spoke, clients: [] },
});
const plan = (targets: StopTarget[], states: Record<string, KnownState>) => {
	const {
		tell,
		cancel,
		targets: living,
		over: ended,
		connected,
		waiting,
		unknown,
	} = planStop(targets, new Map(Object.entries(states)));
	const ids = (all: readonly StopTarget[]) => all.map(({ job }) => job);
	return { tell: ids(tell), cancel, living: ids(living), over: ids(ended), connected, waiting, unknown: unknown?.job };
};
const NOTHING = { tell: [], cancel: [], living: [], over: [], connected: [], waiting: [], unknown: undefined };

describe('what stops a job', () => {
	it('of a head: it is told, and tells its clients itself', () => {
		const asked = [
			head('1', [
				['2', true],
				['3', false],
				['4', true],
			]),
		];
		expect(plan(asked, { 1: runs, 2: runs, 3: waits, 4: over })).toEqual({
			...NOTHING,
			...{ tell: ['1'], living: ['1'], connected: ['2'], waiting: ['3'] },
		});
	});

	it('of a head that has not begun: it and its clients are taken out of the queue', () => {
		expect(plan([head('1', [['3', false]], { spoke: false })], { 1: waits, 3: waits })).toEqual({
			...NOTHING,
			...{ cancel: ['1', '3'], living: ['1'], waiting: ['3'] },
		});
	});

	it('of a client: it is told, or taken out of the queue', () => {
		expect(plan([client('2', '1'), client('3', '1', false)], { 2: runs, 3: waits })).toEqual({
			...NOTHING,
			...{ tell: ['2'], cancel: ['3'], living: ['2', '3'] },
		});
	});

	it('of an array that runs in part: both', () => {
		expect(plan([{ ...client('2', '1'), array: true }], { 2: runs })).toMatchObject({ tell: ['2'], cancel: ['2'] });
	});

	it('of a client together with its head: the head tells it', () => {
		const asked = [head('1', [['2', true]]), client('2', '1')];
		expect(plan(asked, { 1: runs, 2: runs })).toMatchObject({ tell: ['1'], living: ['1', '2'], connected: [] });
		expect(plan(asked, { 1: gone, 2: runs })).toMatchObject({ tell: ['2'], living: ['2'], over: ['1'] });
	});

	it('of one that is ending: nothing but waiting', () => {
		expect(plan([head('1')], { 1: ending })).toEqual({ ...NOTHING, living: ['1'] });
	});

	it('of one that is over: nothing', () => {
		expect(plan([head('1'), client('2', '9')], { 1: gone, 2: over })).toEqual({ ...NOTHING, over: ['1', '2'] });
	});

	it('of one that nobody knows of: not even a question', () => {
		expect(plan([head('1'), head('2')], { 1: runs, 2: silent }).unknown).toBe('2');
		expect(plan([head('1')], {}).unknown).toBe('1');
	});

	it('named twice: once', () => {
		expect(plan([head('1'), head('1')], { 1: runs }).tell).toEqual(['1']);
	});
});

it.each([
	[{ 3: over, 2: runs, 1: runs }, '2'],
	[{ 3: waits, 2: runs, 1: runs }, '2'],
	[{ 3: over, 2: waits, 1: over }, '2'],
	[{ 3: over, 2: silent, 1: over }, '2'],
	[{ 3: over, 2: gone, 1: over }, '3'],
] as const)('a name means, of %j, %s', (states, expected) => {
	const chosen = chooseNamed(
		['3', '2', '1'].map((job) => head(job)),
		new Map(Object.entries(states)),
	);
	expect(chosen?.job).toBe(expected);
});

it('all are the heads that live, and clients whose head does not', () => {
	const states = new Map(Object.entries({ 1: runs, 2: runs, 3: over, 4: runs, 5: gone, 6: runs }));
	const clients = [client('2', '1'), client('4', '3'), client('5', '3'), client('6', '10.0.0.1_6379')];
	expect(chooseAll([head('1'), head('3')], clients, states).map(({ job }) => job)).toEqual(['1', '4', '6']);
});
