import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryThreshold, planResources } from '../../src/core/ray-resources.ts';
import type { JobSurroundings } from '../../src/core/world.ts';

const GB = 1e9;
const job = (memoryBytes: number): JobSurroundings => ({
	jobId: '1',
	restarts: 0,
	cpus: 8,
	gpus: 2,
	memoryBytes,
	memoryPerCpu: false,
	nodes: ['a'],
	userName: 'alice',
	uid: 1001,
});

describe('what a node gives to Ray', () => {
	it('is what the job has', () => {
		expect(planResources(job(200 * GB), { objectStoreBytes: 20 * GB }, 100 * GB)).toEqual({
			cpus: 8,
			gpus: 2,
			memoryBytes: 180 * GB,
			objectStoreBytes: 20 * GB,
			notes: [],
		});
	});

	it('is what the user wishes', () => {
		const wishes = { objectStoreBytes: GB, numCpus: 0, numGpus: 0, memory: 5 * GB };
		expect(planResources(job(200 * GB), wishes, undefined)).toMatchObject({ cpus: 0, gpus: 0, memoryBytes: 5 * GB });
	});

	it.each<[string, number, number, number | undefined, number, string[]]>([
		['a third of the job, exactly', 60, 20, 100, 20, []],
		['more than a third', 30, 20, 100, 10, ["object store lowered from 20 GB to 10 GB: a third of the job's 30 GB"]],
		[
			'more than shared memory has',
			200,
			20,
			10,
			9,
			['object store lowered from 20 GB to 9.0 GB: /dev/shm has 10 GB free'],
		],
		['shared memory that nobody knows', 200, 20, undefined, 20, []],
		[
			'both',
			30,
			20,
			1,
			0.9,
			[
				"object store lowered from 20 GB to 10 GB: a third of the job's 30 GB",
				'object store lowered from 10 GB to 900 MB: /dev/shm has 1.0 GB free',
			],
		],
		['a tiny job', 0.15, 20, 100, 0.08, ["object store lowered from 20 GB to 80 MB: a third of the job's 150 MB"]],
		['no shared memory at all', 200, 20, 0, 0.08, ['object store lowered from 20 GB to 80 MB: /dev/shm has 0 MB free']],
		['less than Ray takes', 200, 0.01, 100, 0.08, []],
	])('an object store of %s', (_, jobGb, wished, shared, store, notes) => {
		const free = shared === undefined ? undefined : shared * GB;
		const planned = planResources(job(jobGb * GB), { objectStoreBytes: wished * GB }, free);
		expect(planned.objectStoreBytes).toBe(store * GB);
		expect(planned.notes).toEqual(notes);
	});

	const bytes = fc.integer({ min: 0, max: 4_000 }).map((gigabytes) => gigabytes * GB + 12_345);

	it('never gives more than the job has, in whole bytes that Ray accepts, and says whenever it gives less', () => {
		fc.assert(
			fc.property(bytes, bytes, fc.option(bytes, { nil: undefined }), (memory, objectStoreBytes, shared) => {
				const planned = planResources(job(memory), { objectStoreBytes }, shared);
				for (const part of [planned.memoryBytes, planned.objectStoreBytes]) {
					expect(Number.isSafeInteger(part)).toBe(true);
					expect(part).toBeGreaterThanOrEqual(80_000_000);
				}
				if (memory > 240_000_000) expect(planned.memoryBytes + planned.objectStoreBytes).toBeLessThanOrEqual(memory);
				const least = Math.max(objectStoreBytes, 80_000_000);
				expect(planned.notes.length > 0).toBe(planned.objectStoreBytes < least);
			}),
		);
	});
});

describe("the part of memory at which Ray's monitor acts", () => {
	it.each([
		['a whole idle node', 100, { totalBytes: 100, availableBytes: 100 }, 0.95],
		['half an idle node', 50, { totalBytes: 100, availableBytes: 100 }, 0.475],
		['half a node, of which others use 30', 50, { totalBytes: 100, availableBytes: 70 }, 0.775],
		['half a node, of which others use all', 50, { totalBytes: 100, availableBytes: 1 }, 0.95],
		["a control group of the job's size", 50, { totalBytes: 100, availableBytes: 1, limitBytes: 50 }, 0.95],
		['a control group that is larger', 50, { totalBytes: 200, availableBytes: 1, limitBytes: 100 }, 0.475],
		['a control group without a limit', 50, { totalBytes: 100, availableBytes: 70, limitBytes: 1e18 }, 0.775],
		['a small job on a large node', 100, { totalBytes: 4e6, availableBytes: 4e6 }, 0.000024],
	])('for %s', (_, jobBytes, memory, threshold) => {
		expect(memoryThreshold(jobBytes, memory)).toBe(threshold);
	});

	it('is never nothing, never above 0.95, and leaves the job what it asked for', () => {
		const memory = fc.tuple(fc.integer({ min: 1, max: 4_000 }), fc.integer({ min: 0, max: 4_000 }));
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 4_000 }), memory, (jobGb, [total, used]) => {
				fc.pre(used <= total && jobGb <= total);
				const threshold = memoryThreshold(jobGb * GB, { totalBytes: total * GB, availableBytes: (total - used) * GB });
				expect(threshold).toBeGreaterThan(0);
				expect(threshold).toBeLessThanOrEqual(0.95);
				if (threshold < 0.95) expect(threshold * total - used).toBeCloseTo(0.95 * jobGb, 1);
			}),
		);
	});
});
