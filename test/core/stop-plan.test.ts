import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import { chooseAll, chooseNamed, orderNames, planStop, type StopTarget } from '../../src/core/stop-plan.ts';
import { nameOf } from '../../src/core/task-names.ts';
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
	clients: clients.map(([name, spoke]) => client(name, job, spoke)),
	...more,
});
const client = (job: string, of: string, spoke = true): StopTarget => ({
	...{ job, role: 'client', layout, head: of, word: 'open', spoke, clients: [] },
});
/** Task 1 of array 26 has begun as job 27. */
const task = (index: number, more: Partial<StopTarget> = {}): StopTarget => ({
	...client(index === 1 ? '27' : `26_${index}`, '1', index === 1),
	...{ task: `26_${index}`, array: '26', ...more },
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
	const ids = (all: readonly StopTarget[]) => all.map(nameOf);
	const concerned = { connected: ids(connected), waiting: ids(waiting), unknown: unknown?.job };
	return { tell: ids(tell), cancel: [...orderNames(cancel)], living: ids(living), over: ids(ended), ...concerned };
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

	it.each<[string, StopTarget[], object]>([
		[
			'of an array: those that run are told, the others are cancelled all at once',
			[1, 2, 3, 0].map((i) => task(i)),
			{
				...{ tell: ['26_1'], cancel: ['26'], living: ['26_1', '26_2', '26_3'], over: ['26_0'] },
			},
		],
		[
			'of some of its tasks: these, by their names',
			[2, 3].map((i) => task(i, { array: undefined })),
			{
				...{ tell: [], cancel: ['26_2', '26_3'], living: ['26_2', '26_3'] },
			},
		],
		[
			'of the head of one: as many clients as there are tasks',
			[head('1', [], { clients: [1, 2, 3].map((i) => task(i)) })],
			{
				...{ tell: ['1'], cancel: [], connected: ['26_1'], waiting: ['26_2', '26_3'] },
			},
		],
		[
			'of one together with a head that has not begun',
			[head('9', [], { clients: [task(2)] }), task(2, { head: '9' })],
			{
				...{ tell: [], cancel: ['9', '26'], living: ['9', '26_2'], waiting: [] },
			},
		],
	])('%s', (_, targets, expected) => {
		const states = { 1: runs, 9: waits, '26_0': over, '26_1': runs, '26_2': waits, '26_3': waits };
		expect(plan(targets, states)).toMatchObject(expected);
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
