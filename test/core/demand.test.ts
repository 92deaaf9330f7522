import { describe, expect, it } from 'vitest';
import type { ClusterState, NodeActivity, PendingGroup, Resources } from '../../src/core/control-store.ts';
import { demandOf, shapeInWords } from '../../src/core/demand.ts';

const node = (total: Resources, more: Partial<NodeActivity> = {}): NodeActivity => ({
	nodeId: 'a',
	address: '10.0.0.1',
	status: 'idle',
	idleMs: 0,
	total,
	available: total,
	activity: [],
	labels: {},
	...more,
});

const state = (nodes: NodeActivity[], more: Partial<ClusterState>): ClusterState => ({
	sessionName: undefined,
	nodes,
	pending: [],
	pendingGroups: [],
	...more,
});

const SMALL = node({ CPU: 2, memory: 4e9 });
const GPUS = node({ CPU: 1, GPU: 2 }, { labels: { zone: 'a' } });

describe('what waits', () => {
	it.each([
		[{ CPU: 2 }, [SMALL], undefined],
		[{ CPU: 3 }, [SMALL], 'no node has 3 CPUs'],
		[{ GPU: 1 }, [SMALL], 'no node has 1 GPU'],
		[{ GPU: 2 }, [SMALL, GPUS], undefined],
		[{ CPU: 2, GPU: 1 }, [SMALL, GPUS], 'no node has all of that at once'],
		[{ memory: 8e9 }, [SMALL], 'no node has 8 GB of memory'],
		[{ licence: 1 }, [SMALL], 'no node has licence: 1'],
		[{ CPU: 3 }, [], undefined],
		[{ CPU: 3 }, [node({ CPU: 4 }, { status: 'dead' }), SMALL], 'no node has 3 CPUs'],
		[{ CPU: 3 }, [node({ CPU: 4 }, { status: 'draining' }), SMALL], 'no node has 3 CPUs'],
		[{ CPU: 1, bundle_group_0011: 0.001 }, [SMALL], undefined],
	] as [Resources, NodeActivity[], string | undefined][])('%j with nodes %#', (shape, nodes, never) => {
		const [demand] = demandOf(state(nodes, { pending: [{ shape, labelSelectors: [], count: 3 }] }));
		expect(demand?.never).toBe(never);
		expect(demand?.count).toBe(3);
	});

	it('may be tied to labels that no node has', () => {
		const asked = (values: string[]) =>
			demandOf(
				state([SMALL, GPUS], {
					pending: [{ shape: { CPU: 1 }, labelSelectors: [[{ label: 'zone', is: 'in', values }]], count: 1 }],
				}),
			)[0];
		expect(asked(['a'])?.never).toBeUndefined();
		expect(asked(['b'])).toEqual({
			words: '{CPU: 1} where zone is b',
			count: 1,
			never: 'no node has such labels',
		});
	});

	it('a group of equal bundles is counted', () => {
		const bundle = { shape: { CPU: 1 }, labelSelectors: [], count: 1 };
		const bundles = [bundle, bundle, { ...bundle, shape: { GPU: 1 } }];
		const [demand] = demandOf(state([GPUS], { pendingGroups: [{ bundles, strategy: 'PACK', details: '' }] }));
		expect(demand?.words).toBe('placement group 2 × {CPU: 1} + {GPU: 1} PACK');
	});

	it.each([
		['STRICT_PACK', [SMALL, SMALL], 'no node has 4 CPUs'],
		['PACK', [SMALL, SMALL], undefined],
		['STRICT_SPREAD', [SMALL], '2 nodes are asked for, and there is 1'],
		['STRICT_SPREAD', [SMALL, GPUS, SMALL], undefined],
	] as [PendingGroup['strategy'], NodeActivity[], string | undefined][])(
		'a group that is to be %s',
		(strategy, nodes, never) => {
			const bundles = [{ shape: { CPU: 2 }, labelSelectors: [], count: 2 }];
			const [demand] = demandOf(state(nodes, { pendingGroups: [{ bundles, strategy, details: '' }] }));
			expect(demand?.never).toBe(never);
			expect(demand?.words).toBe(`placement group 2 × {CPU: 2} ${strategy}`);
		},
	);

	it('stands in one order, however Ray gives it', () => {
		const wants = (shape: Resources) => ({ shape, labelSelectors: [], count: 1 });
		const ways = [
			[wants({ zebra: 1, GPU: 2, CPU: 2, ant: 1 }), wants({ CPU: 1 })],
			[wants({ CPU: 1 }), wants({ ant: 1, CPU: 2, GPU: 2, zebra: 1 })],
		].map((pending) => demandOf(state([SMALL], { pending })).map(({ words, never }) => [words, never]));
		expect(ways[0]).toEqual([
			['{CPU: 1}', undefined],
			['{CPU: 2, GPU: 2, ant: 1, zebra: 1}', 'no node has 2 GPUs'],
		]);
		expect(ways[1]).toEqual(ways[0]);
	});

	it('is written as people write it', () => {
		expect(shapeInWords({ CPU: 0.1 + 0.2, memory: 1.5e9, GPU: 1 })).toBe('{CPU: 0.3, GPU: 1, memory: 1.5 GB}');
	});
});
