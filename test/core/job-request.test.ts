import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeDependency, needsLimits, planJob } from '../../src/core/job-request.ts';
import { readOwnership, sbatchTimeSeconds } from '../../src/core/sbatch-options.ts';
import type { PartitionLimits } from '../../src/core/world.ts';

const own = (...words: string[]) =>
	readOwnership(
		words.map((word) => {
			const [name = '', value] = word.split('=', 2);
			return { name, words: [`--${word}`], ...(value === undefined ? {} : { value }) };
		}),
		'client',
	);
const small: PartitionLimits = { partition: 'gpu', seconds: 7_200, cpusPerNode: 4, memoryMb: 24_003 };

describe('what a job asks for', () => {
	it.each([
		['head', { time: '1-00:00:00', cpus: '8', memory: '200G' }],
		['client', { time: '1-00:00:00', cpus: '16', memory: '50G' }],
	] as const)('a %s by default', (role, expected) => {
		for (const limits of [
			undefined,
			{ partition: 'main' },
			{ partition: 'main', seconds: 86_400, cpusPerNode: 16, memoryMb: 204_800 },
		]) {
			const asked = planJob(role, own(), limits);
			expect(asked).toMatchObject({
				...expected,
				nodes: '1',
				tasksPerNode: '1',
				signal: 'B:USR1@600',
				leadSeconds: 600,
				notes: [],
			});
		}
	});

	it('is lowered to what the partition allows, and said', () => {
		expect(planJob('head', own(), small)).toMatchObject({
			time: '02:00:00',
			cpus: '4',
			memory: '24003M',
			notes: [
				'time limit lowered from 1-00:00:00 to 02:00:00: partition gpu allows no more',
				'CPUs lowered from 8 to 4: partition gpu allows no more',
				'memory lowered from 200G to 24003M: partition gpu allows no more',
			],
		});
	});

	it('is a share of one machine, said in one line', () => {
		const limits = { partition: 'local', cpusPerNode: 2, memoryMb: 7231, because: 'a third of n' };
		const notes = (...said: string[]) => planJob('client', own(...said), limits).notes;
		expect(notes()).toEqual(['CPUs 2, memory 7231M: a third of n']);
		expect(notes('cpus-per-task=1')).toEqual(['memory 7231M: a third of n']);
		expect(notes('cpus-per-task=1', 'mem=1G')).toEqual([]);
	});

	it.each([
		['time=90', { time: undefined, leadSeconds: 600 }],
		['time=20', { time: undefined, leadSeconds: 300 }],
		['time=1', { time: undefined, leadSeconds: 15 }],
		['time=UNLIMITED', { time: undefined, leadSeconds: 600 }],
		['signal=USR1@77', { signal: 'B:USR1@77', leadSeconds: 77 }],
		['signal=RB:USR1@77', { signal: 'RB:USR1@77', leadSeconds: 77 }],
		['nodes=2', { nodes: undefined, tasksPerNode: '1', cpus: '4' }],
		['nodelist=a,b', { nodes: undefined }],
		['nodefile=x', { nodes: undefined }],
		['cpus-per-task=64', { cpus: undefined, tasksPerNode: '1' }],
		['cpus-per-gpu=2', { cpus: undefined }],
		['ntasks=3', { cpus: undefined, tasksPerNode: undefined }],
		['ntasks-per-node=3', { cpus: undefined, tasksPerNode: undefined }],
		['mem=1T', { memory: undefined }],
		['mem-per-cpu=1G', { memory: undefined }],
		['mem-per-gpu=1G', { memory: undefined }],
	])("takes the user's --%s as it is", (word, expected) => {
		const asked = planJob('client', own(word), small);
		expect(asked).toMatchObject(expected);
		// What the user says is not lowered, and not spoken of.
		const name = word.startsWith('time') ? 'time' : word.startsWith('mem') ? 'memory' : undefined;
		if (name) expect(asked.notes.join()).not.toContain(name);
	});

	it.each([
		[[], true],
		[['time=5'], true],
		[['time=5', 'cpus-per-task=1'], true],
		[['time=5', 'cpus-per-task=1', 'mem=1G'], false],
		[['time=5', 'ntasks=1', 'mem-per-cpu=1G'], false],
	])('%j: the partition must be asked: %s', (words, expected) => {
		expect(needsLimits(own(...words))).toBe(expected);
	});

	it('is never more than the default nor than what is allowed, and leads by a quarter of its time at most', () => {
		const limits = fc.record(
			{
				seconds: fc.integer({ min: 60, max: 5_000_000 }).map((seconds) => seconds - (seconds % 60)),
				cpusPerNode: fc.integer({ min: 1, max: 256 }),
				memoryMb: fc.integer({ min: 500, max: 2_000_000 }),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(fc.constantFrom('head', 'client'), limits, (role, limits) => {
				const asked = planJob(role, own(), { partition: 'p', ...limits });
				const seconds = sbatchTimeSeconds(asked.time ?? '');
				expect(seconds).toBe(Math.min(86_400, limits.seconds ?? 86_400));
				expect(Number(asked.cpus)).toBe(Math.min(role === 'head' ? 8 : 16, limits.cpusPerNode ?? 16));
				const megabytes = Number(asked.memory?.slice(0, -1)) * (asked.memory?.endsWith('G') ? 1024 : 1);
				expect(megabytes).toBe(Math.min((role === 'head' ? 200 : 50) * 1024, limits.memoryMb ?? 1e9));
				expect(asked.leadSeconds).toBeLessThanOrEqual(Math.min(600, seconds / 4));
				expect(asked.leadSeconds).toBeGreaterThan(Math.min(600, seconds / 4) - 1);
			}),
		);
	});
});

describe('dependencies', () => {
	it.each([
		[undefined, undefined, undefined],
		['afterok:1', undefined, 'afterok:1'],
		[undefined, 'after:9', 'after:9'],
		['afterok:1:2,singleton', 'after:9', 'afterok:1:2,singleton,after:9'],
		['afterok:1?afterok:2', undefined, 'afterok:1?afterok:2'],
	])('%s and ours %s are %s', (theirs, ours, merged) => {
		expect(mergeDependency(theirs, ours)).toBe(merged);
	});

	it('with alternatives cannot be joined with ours', () => {
		expect(() => mergeDependency('afterok:1?afterok:2', 'after:9')).toThrowError(
			expect.objectContaining({ kind: 'usage' }),
		);
	});
});
