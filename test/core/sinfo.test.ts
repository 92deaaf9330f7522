import { describe, expect, it } from 'vitest';
import { parseSinfo, sinfoArgs } from '../../src/core/sinfo.ts';

describe('the limits of a partition', () => {
	it('are asked for with fixed fields', () => {
		expect(sinfoArgs(undefined)).toEqual(['-h', '-e', '-o', '%P|%l|%c|%m']);
		expect(sinfoArgs('-x y')).toEqual(['-h', '-e', '-o', '%P|%l|%c|%m', '--partition=-x y']);
	});

	const rows =
		'main*|infinite|2|24003\nmain*|infinite|64|24002\ngpu|1-00:00:00|8+|512000+\nsmall|30:00|4|1\nodd|n/a|0|x\n';
	it.each([
		[undefined, { partition: 'main', seconds: undefined, cpusPerNode: 2, memoryMb: 24_003 }],
		['main', { partition: 'main', seconds: undefined, cpusPerNode: 2, memoryMb: 24_003 }],
		['gpu', { partition: 'gpu', seconds: 86_400, cpusPerNode: 8, memoryMb: 512_000 }],
		// A cluster that does not count memory shows 1 MB.
		['small', { partition: 'small', seconds: 1_800, cpusPerNode: 4, memoryMb: undefined }],
		['small,gpu', { partition: 'gpu', seconds: 86_400, cpusPerNode: 8, memoryMb: 512_000 }],
		['odd', { partition: 'odd', seconds: undefined, cpusPerNode: undefined, memoryMb: undefined }],
		['main*', undefined],
		['none', undefined],
	])('%s', (partition, limits) => {
		expect(parseSinfo(rows, partition)).toEqual(limits);
	});

	it.each(['', 'slurm_load_partitions: Unable to contact slurm controller\n', 'main*|1:00|2\n', 'main|1:00|2|3\n'])(
		'are unknown from %j',
		(stdout) => {
			expect(parseSinfo(stdout, undefined)).toBeUndefined();
		},
	);
});
