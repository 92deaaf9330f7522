import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	firstOffset,
	nextOffset,
	overlaps,
	PORT_NAMES,
	type PortPlan,
	planPorts,
	portsOf,
} from '../../src/core/ports.ts';

/** Every port of a plan, one by one: the plain oracle for overlaps. */
function allPorts(plan: PortPlan): number[] {
	const workers = Array.from(
		{ length: plan.workers.max - plan.workers.min + 1 },
		(_, index) => plan.workers.min + index,
	);
	return [...PORT_NAMES.map((name) => plan[name]), ...workers];
}

const offset = fc.integer({ min: -9_976, max: 52_124 });
const slot = fc.integer({ min: 0, max: 51_999 });

describe('planPorts', () => {
	it('follows the contract at offset 10000', () => {
		expect(planPorts(10_000)).toEqual({
			offset: 10_000,
			ray: 6629,
			nodeManager: 6950,
			objectManager: 6951,
			redisShard: 6952,
			dashboardAgentGrpc: 6953,
			dashboardAgentHttp: 6955,
			runtimeEnvAgent: 6956,
			metrics: 6957,
			rayClient: 10_251,
			dashboard: 8515,
			workers: { min: 21_000, max: 23_411 },
		});
	});

	it.each([
		[0, 6379, 11_000],
		[39, 6379, 11_039],
		[40, 6380, 11_040],
		[41_140, 7407, 52_140],
		[52_124, 7682, 63_124],
		[-9_976, 6129, 1024],
	])('at %i Ray is at %i and the workers begin at %i', (at, ray, workers) => {
		expect(planPorts(at)).toMatchObject({ ray, workers: { min: workers, max: workers + 2411 } });
	});

	it.each([
		[52_125, 'needs port 65536, outside 1024…65535'],
		[-9_977, 'needs port 1023, outside 1024…65535'],
		[-3_000, 'puts the Ray client server port among the worker ports'],
		[-5_000, 'puts the Ray port among the worker ports'],
		[1e9, 'outside 1024…65535'],
		[0.5, 'Not a port offset: 0.5'],
		[Number.NaN, 'Not a port offset: NaN'],
	])('refuses %d', (at, why) => {
		expect(() => planPorts(at)).toThrow(
			expect.objectContaining({ kind: 'usage', message: expect.stringContaining(why) }),
		);
	});

	it('gives 2422 different ports inside 1024…65535, or refuses', () => {
		fc.assert(
			fc.property(offset, (at) => {
				let plan: PortPlan;
				try {
					plan = planPorts(at);
				} catch {
					return at < 0; // From 0 to 52124 every offset works.
				}
				const ports = allPorts(plan);
				return new Set(ports).size === 2422 && Math.min(...ports) >= 1024 && Math.max(...ports) <= 65_535;
			}),
			{ numRuns: 200 },
		);
	});
});

describe('overlaps', () => {
	it('is what comparing port by port says', () => {
		const near = fc
			.tuple(slot, fc.integer({ min: -2500, max: 2500 }))
			.map(([a, by]) => [a, Math.max(0, a + by)] as const);
		// Where a fixed port of one is another fixed port, or a worker port, of the other.
		const crossed = fc
			.tuple(fc.integer({ min: 0, max: 38_000 }), fc.constantFrom(12_840, 12_880, 12_960, 13_120, 39_960, 40_040))
			.map(([a, by]) => [a % 12_000, (a % 12_000) + by] as const);
		fc.assert(
			fc.property(fc.oneof(near, crossed, fc.tuple(slot, slot)), ([a, b]) => {
				const [left, right] = [planPorts(Math.min(a, 52_000)), planPorts(Math.min(b, 52_000))];
				const ports = new Set(allPorts(left));
				const shared = allPorts(right).some((port) => ports.has(port));
				expect(overlaps(left, right)).toBe(shared);
				expect(overlaps(right, left)).toBe(shared);
			}),
			{ numRuns: 300 },
		);
	});

	it('sees that two far offsets share a fixed port', () => {
		expect(planPorts(12_840).ray).toBe(planPorts(0).nodeManager);
		expect(overlaps(planPorts(12_840), planPorts(0))).toBe(true);
		expect(overlaps(planPorts(2_420), planPorts(0))).toBe(false);
	});
});

describe('nextOffset', () => {
	it('visits 2600 slots, each with a valid plan, before it returns', () => {
		for (const start of [0, 1_007, 41_140, 39_000]) {
			const seen = new Set<number>();
			let at = start;
			do {
				planPorts(at);
				seen.add(at);
				at = nextOffset(at);
			} while (!seen.has(at));
			expect(at).toBe(start);
			expect(seen.size).toBe(2600);
		}
	});

	it.each([
		[0, 2_420],
		[49_579, 51_999],
		[49_580, 0],
		[51_000, 1_420],
		[52_100, 2_520],
		[-9_000, 45_420],
	])('after %i comes %i', (at, next) => {
		expect(nextOffset(at)).toBe(next);
	});
});

describe('firstOffset', () => {
	const base = { role: 'head', nodeName: 'cn042', jobId: '12345' } as const;
	it.each([
		['the job', base, 5_000, false],
		['the job, wrapped', { ...base, jobId: '12349' }, 9_000, false],
		['the job, past 40000', { ...base, jobId: '12343' }, 3_000, false],
		['a dws node', { ...base, nodeName: 'dws-07' }, 16_940, false],
		['the last dws node', { ...base, nodeName: 'dws-17.cluster.example' }, 41_140, false],
		['no dws node', { ...base, nodeName: 'dws-18' }, 5_000, false],
		['nor this', { ...base, nodeName: 'dws-00' }, 5_000, false],
		['nor that', { ...base, nodeName: 'dws-071' }, 5_000, false],
		['the flag', { ...base, nodeName: 'dws-07', explicit: { offset: 0, from: 'flag' } }, 0, true],
		['the environment', { ...base, explicit: { offset: 10_000, from: 'environment' } }, 10_000, true],
		[
			'a client with it',
			{ ...base, role: 'client', explicit: { offset: 10_000, from: 'environment' } },
			10_000,
			'unless-mine',
		],
		['a client with the flag', { ...base, role: 'client', explicit: { offset: 7, from: 'flag' } }, 7, true],
	] as const)('%s decides', (_, wish, at, exact) => {
		expect(firstOffset(wish)).toMatchObject({ offset: at, exact });
	});

	it.each([
		['90', 0],
		['88', 38_000],
		['89', 39_000],
		['40', 0],
		['41', 1_000],
		['49', 9_000],
		['1', 1_000],
		['50', 0],
	])('job %s begins at %i', (jobId, at) => {
		expect(firstOffset({ ...base, jobId }).offset).toBe(at);
	});
});

describe('portsOf', () => {
	const names = (role: 'head' | 'client') => portsOf(planPorts(0), role).map(({ name }) => name);
	it('is all but the redis shard for a head', () => {
		expect(names('head')).toEqual(PORT_NAMES.filter((name) => name !== 'redisShard'));
	});
	it('leaves out what only a head has for a client', () => {
		expect(names('client')).toEqual([
			...['nodeManager', 'objectManager', 'dashboardAgentGrpc', 'dashboardAgentHttp', 'runtimeEnvAgent', 'metrics'],
		]);
	});
});
