import { describe, expect, it } from 'vitest';
import { otherRooms, parseRooms, tooMuch } from '../../src/core/too-much.ts';

const ROOMS = parseRooms(
	[
		...['main|up|1:00:00|1-4|7|8|24003', 'main|up|1:00:00|1-4|1|4|64000', 'big|up|infinite|1-infinite|2|64|1'],
		...['shut|down|infinite|1-infinite|2|64|64000', 'empty|up|infinite|1-infinite|0|0|0', 'cut|up|infinite', ''],
	].join('\n'),
);
const FITS = { partition: 'main', minutes: 60, nodes: 8, cpus: 64, cpusOfNode: 8, memory: '64000M' };

describe('what a pending job asks for in vain', () => {
	it.each([
		['nothing', {}, []],
		['CPUs', { cpusOfNode: 64 }, ['Asks for 64 CPUs on a node; partition main has at most 8: -c 8']],
		[
			'memory',
			{ memory: '63G' },
			['Asks for 63G of memory on a node; partition main has at most 64000M: --mem=64000M'],
		],
		['nodes', { nodes: 9, cpus: 72 }, ['Asks for 9 nodes; partition main has at most 8: -N 8']],
		['nodes that squeue guesses', { nodes: 9, cpus: 72, cpusOfNode: 1 }, []],
		['a limit that Slurm does not name', { minutes: 61, nodes: 5, cpus: 40, reason: 'PartitionConfig' }, []],
		[
			'time',
			{ minutes: 2880, reason: 'PartitionTimeLimit' },
			['Asks for 48:00:00 of time; partition main has at most 1:00:00: --time=1:00:00'],
		],
		[
			'nodes of one job',
			{ nodes: 5, cpus: 40, reason: 'PartitionNodeLimit' },
			['Asks for 5 nodes; partition main has at most 4: -N 4'],
		],
		[
			'several at once',
			{ cpusOfNode: 64, nodes: 9, cpus: 576 },
			[
				'Asks for 64 CPUs on a node; partition main has at most 8: -c 8',
				'Asks for 9 nodes; partition main has at most 8: -N 8',
			],
		],
		['memory where nobody counts it', { partition: 'big', nodes: 1, memory: '9T' }, []],
		['what the other one has', { partition: 'main,big', cpusOfNode: 64 }, []],
		[
			'more than each has',
			{ partition: 'main,big', cpusOfNode: 65 },
			['Asks for 65 CPUs on a node; each of the partitions main, big has at most 64: -c 64'],
		],
		['of a partition that is not shown', { partition: 'hidden', cpusOfNode: 999 }, []],
		['of one that is not shown, beside another', { partition: 'main,hidden', cpusOfNode: 999 }, []],
		['of one without nodes', { partition: 'empty', cpusOfNode: 999 }, []],
		['while Slurm expects it to start', { cpusOfNode: 64, expectedStart: '2026-01-01T08:00:00' }, []],
		['where no CPUs are told', { cpusOfNode: undefined }, []],
	])('%s', (_, asked, lines) => {
		const { cpusOfNode, ...rest } = { ...FITS, ...asked };
		expect(tooMuch(cpusOfNode === undefined ? rest : { ...rest, cpusOfNode }, ROOMS)).toEqual(lines);
	});

	it('may be had in another partition that is up and large enough', () => {
		expect(otherRooms({ ...FITS, nodes: 2, cpusOfNode: 64 }, ROOMS)).toEqual(['big']);
		expect(otherRooms({ ...FITS, partition: 'big', cpusOfNode: 8 }, ROOMS)).toEqual(['main']);
		expect(otherRooms(FITS, [])).toEqual([]);
	});
});
