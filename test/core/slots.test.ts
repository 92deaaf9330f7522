import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FirstOffset, holds, overlaps, type PortPlan, planPorts } from '../../src/core/ports.ts';
import { type Claim, choiceTrouble, choosePlan, type Listener, passedInWords } from '../../src/core/slots.ts';

const me = { role: 'head', uid: 1001 } as const;
const moving = (offset: number): FirstOffset => ({ offset, exact: false, why: `job ${offset}` });
const exact = (offset: number): FirstOffset => ({ offset, exact: true, why: `--port-offset ${offset}` });
const unlessMine = (offset: number): FirstOffset => ({
	offset,
	exact: 'unless-mine',
	why: `USER_PORT_OFFSET=${offset}`,
});
const names = new Map([
	[1001, 'alice'],
	[1002, 'bob'],
]);
const nameOf = (uid: number) => names.get(uid);

describe('a start that may move', () => {
	it('takes the first slot of a free node', () => {
		expect(choosePlan(moving(5_000), [], [], me)).toEqual({ kind: 'free', plan: planPorts(5_000), passed: [] });
	});

	it.each([
		['a fixed port', 6_504],
		['the reserved redis shard', 6_827],
		['the first worker port', 16_000],
		['the last worker port', 18_411],
	])('moves on when somebody listens on %s', (_, port) => {
		const choice = choosePlan(moving(5_000), [{ port, uid: 1002 }], [], me);
		expect(choice).toMatchObject({ kind: 'free', plan: { offset: 7_420 } });
	});

	it.each([
		['just below the workers', 15_999],
		['just above them', 18_412],
		['between the fixed ports', 6_829],
	])('stays when somebody listens %s', (_, port) => {
		expect(choosePlan(moving(5_000), [{ port, uid: 1002 }], [], me)).toMatchObject({
			plan: { offset: 5_000 },
			passed: [],
		});
	});

	it('moves past a claim, mine as well, and says why', () => {
		const claims: Claim[] = [
			{ offset: 6_000, jobId: '77', uid: 1002 },
			{ offset: 8_500, jobId: '78', uid: 1001 },
		];
		const choice = choosePlan(moving(5_000), [], claims, me);
		expect(choice).toMatchObject({ kind: 'free', plan: { offset: 12_260 } });
		expect(choice.kind === 'free' && choice.passed.map((passed) => passedInWords(passed, nameOf))).toEqual([
			'offset 5000: port 17000 (workers) is held by job 77 of bob',
			'offset 7420: port 18420 (workers) is held by job 77 of bob',
			'offset 9840: port 20840 (workers) is held by job 78 of alice',
		]);
	});

	it('gives up when every slot is taken, naming the first', () => {
		const taken = Array.from({ length: 30 }, (_, index) => ({ port: 11_000 + index * 2_000, uid: 4711 }));
		const choice = choosePlan(moving(3_000), taken, [], me);
		expect(choice.kind).toBe('full');
		if (choice.kind !== 'full') return;
		expect(choiceTrouble(choice, moving(3_000), nameOf)).toMatchObject({
			kind: 'failed',
			message:
				'No free ports on this node: all 2600 slots are taken; the first: offset 3000: port 15000 (workers) is taken by a program of uid 4711',
		});
	});
});

describe('an exact start', () => {
	it.each<[string, FirstOffset, Listener[], Claim[], string]>([
		[
			'a listener',
			exact(10_000),
			[{ port: 6_629, uid: 1002 }],
			[],
			'--port-offset 10000 is not free here: port 6629 (Ray) is taken by a program of bob',
		],
		['a bind that was refused', exact(0), [{ port: 8_265 }], [], 'is not free here: port 8265 (dashboard) is in use'],
		[
			'a claim',
			exact(0),
			[],
			[{ offset: 0, jobId: '9', uid: 1002 }],
			'is not free here: port 6379 (Ray) is held by job 9 of bob',
		],
		[
			'a claim of mine',
			exact(0),
			[],
			[{ offset: 40, jobId: '9', uid: 1001 }],
			'is not free here: port 6701 (object manager) is held by job 9 of alice',
		],
		[
			'a claim of another, unless mine',
			unlessMine(0),
			[],
			[{ offset: 0, jobId: '9', uid: 1002 }],
			'USER_PORT_OFFSET=0 is not free here: port 6379 (Ray) is held by job 9 of bob',
		],
		[
			'a listener of mine, unless mine',
			unlessMine(0),
			[{ port: 6_700, uid: 1001 }],
			[],
			'is not free here: port 6700 (node manager) is taken by a program of alice',
		],
	])('is an error that names %s', (_, first, taken, claims, message) => {
		const choice = choosePlan(first, taken, claims, me);
		expect(choice.kind).toBe('taken');
		if (choice.kind !== 'taken') return;
		const trouble = choiceTrouble(choice, first, nameOf);
		expect(trouble.kind).toBe('failed');
		expect(trouble.message).toContain(message);
	});

	it('minds only the ports it opens', () => {
		const shard = [{ port: planPorts(0).redisShard, uid: 1002 }];
		expect(choosePlan(exact(0), shard, [], me)).toMatchObject({ kind: 'free', plan: { offset: 0 } });
		const headOnly = ['ray', 'rayClient', 'dashboard'] as const;
		const taken = headOnly.map((name) => ({ port: planPorts(0)[name], uid: 1002 }));
		expect(choosePlan(exact(0), taken, [], { role: 'client', uid: 1001 }).kind).toBe('free');
		expect(choosePlan(exact(0), taken, [], me).kind).toBe('taken');
	});

	it('lets a client move on from a slot my own head holds', () => {
		const claims: Claim[] = [{ offset: 10_000, jobId: '9', uid: 1001 }];
		const taken = [{ port: 6_629, uid: 1001 }];
		expect(choosePlan(unlessMine(10_000), taken, claims, { role: 'client', uid: 1001 })).toMatchObject({
			kind: 'free',
			plan: { offset: 12_420 },
		});
	});
});

it('never gives two askers overlapping slots, nor one with a listener in it', () => {
	const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 39 }), fc.constantFrom('head', 'client')), {
		minLength: 2,
		maxLength: 25,
	});
	const listening = fc.array(fc.integer({ min: 6_300, max: 65_000 }), { maxLength: 12 });
	fc.assert(
		fc.property(asks, listening, (wishes, ports) => {
			const taken = ports.map((port) => ({ port }));
			const accepted: PortPlan[] = [];
			for (const [index, [thousands, role]] of wishes.entries()) {
				const claims = accepted.map(({ offset }) => ({ offset, jobId: '1', uid: 1001 }));
				const choice = choosePlan(moving(thousands * 1_000), taken, claims, { role: role as 'head', uid: 1001 });
				if (choice.kind === 'free') {
					for (const other of accepted) expect(overlaps(other, choice.plan)).toBe(false);
					expect(ports.filter((port) => holds(choice.plan, port))).toEqual([]);
					accepted.push(choice.plan);
				} else expect(index).toBeGreaterThan(3); // There is room for more than four.
			}
		}),
		{ numRuns: 60 },
	);
});
