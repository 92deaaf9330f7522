import { describe, expect, it } from 'vitest';
import { type Machine, readJobSurroundings } from '../../src/core/job-surroundings.ts';

const MEBIBYTE = 1024 * 1024;
const machine: Machine = { cpus: 64, memoryBytes: 256_000 * MEBIBYTE, userName: 'alice', uid: 1001 };
const JOB = { SLURM_JOB_ID: '12345', SLURM_CPUS_ON_NODE: '8' };

const read = (environment: Record<string, string>, more: Partial<Machine> = {}) =>
	readJobSurroundings({ ...JOB, ...environment }, { ...machine, ...more });

describe('what a job gives a node', () => {
	it('is read from its environment', () => {
		expect(read({ SLURM_MEM_PER_NODE: '51200', SLURM_JOB_NODELIST: 'dws-[01-02]', SLURM_RESTART_COUNT: '1' })).toEqual({
			jobId: '12345',
			restarts: 1,
			cpus: 8,
			gpus: 0,
			memoryBytes: 51_200 * MEBIBYTE,
			memoryPerCpu: false,
			nodes: ['dws-01', 'dws-02'],
			userName: 'alice',
			uid: 1001,
		});
	});

	it.each([{}, { SLURM_JOB_ID: '' }, { SLURM_JOB_ID: '1_2' }, { SLURM_JOB_ID: 'x' }])(
		'is nothing outside a job: %j',
		(environment) => {
			expect(readJobSurroundings(environment, machine)).toBeUndefined();
		},
	);

	it.each<[string, Record<string, string>, Partial<Machine>, number]>([
		['by node', { SLURM_MEM_PER_NODE: '1024' }, {}, 1_024],
		['by CPU', { SLURM_MEM_PER_CPU: '1024' }, {}, 8_192],
		['by GPU', { SLURM_MEM_PER_GPU: '1024', SLURM_GPUS_ON_NODE: '3' }, {}, 3_072],
		['as a share where none was asked for', {}, {}, 32_000],
		['as a share of --mem=0', { SLURM_MEM_PER_NODE: '0' }, {}, 32_000],
		['never more than the machine has', { SLURM_MEM_PER_NODE: '999999999' }, {}, 256_000],
		['never more than its control group', { SLURM_MEM_PER_NODE: '2048' }, { memoryLimitBytes: 100 * MEBIBYTE }, 100],
		['with more CPUs than the machine shows', { SLURM_CPUS_ON_NODE: '128' }, {}, 256_000],
		['from a word that is no number', { SLURM_MEM_PER_NODE: '1e9', SLURM_MEM_PER_CPU: '-1' }, {}, 32_000],
	])('memory %s', (_, environment, more, megabytes) => {
		expect(read(environment, more)?.memoryBytes).toBe(megabytes * MEBIBYTE);
	});

	it.each([
		[{}, 0],
		[{ SLURM_GPUS_ON_NODE: '4', SLURM_JOB_GPUS: '0' }, 4],
		[{ SLURM_GPUS_ON_NODE: '0', SLURM_JOB_GPUS: '0' }, 0],
		[{ SLURM_STEP_GPUS: '0,1' }, 2],
		[{ SLURM_JOB_GPUS: '2,5,7' }, 3],
		[{ SLURM_JOB_GPUS: '' }, 0],
	])('GPUs from %j', (environment, gpus) => {
		expect(read(environment as Record<string, string>)?.gpus).toBe(gpus);
	});

	it.each([
		[{ SLURM_CPUS_PER_TASK: '3' }, 8],
		[{ SLURM_CPUS_ON_NODE: '', SLURM_CPUS_PER_TASK: '3' }, 3],
		[{ SLURM_CPUS_ON_NODE: '' }, 1],
	])('CPUs from %j', (environment, cpus) => {
		expect(read(environment as Record<string, string>)?.cpus).toBe(cpus);
	});

	it.each([
		[{ SLURM_MEM_PER_NODE: '1' }, false],
		[{ SLURM_MEM_PER_CPU: '1' }, true],
		[{ SLURM_MEM_PER_GPU: '1' }, true],
	])('%j: a step may not name its memory by node: %s', (environment, expected) => {
		expect(read(environment as Record<string, string>)?.memoryPerCpu).toBe(expected);
	});

	it('a node that has no list of nodes names itself', () => {
		expect(read({ SLURMD_NODENAME: 'dws-03' })?.nodes).toEqual(['dws-03']);
	});
});
