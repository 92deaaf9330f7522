import { describe, expect, it } from 'vitest';
import { jobVariables } from '../../src/core/job-variables.ts';
import { readMachineRequest } from '../../src/core/machine-request.ts';
import { optionsOf } from '../../src/core/sbatch-lines.ts';

const facts = {
	id: '7',
	array: undefined,
	hostName: 'vm',
	userName: 'me',
	uid: 5,
	gid: 6,
	submitDirectory: '/here',
};
const variables = (...argv: string[]) =>
	jobVariables(readMachineRequest(optionsOf('', argv), 'job.sh', { cpus: 8, memoryMb: 16_000, gpus: 0 }, 'vm'), facts);

describe('a batch script reads of its job', () => {
	it('who, where and how much', () => {
		expect(variables('-c', '2', '--mem=100')).toMatchObject({
			SLURM_JOB_ID: '7',
			SLURM_JOB_NAME: 'job.sh',
			SLURM_JOB_UID: '5',
			SLURM_JOB_GID: '6',
			SLURM_JOB_NODELIST: 'vm',
			SLURM_SUBMIT_DIR: '/here',
			SLURM_CPUS_PER_TASK: '2',
			SLURM_CPUS_ON_NODE: '2',
			SLURM_MEM_PER_NODE: '100',
		});
	});

	it('CPUs for a task, and memory for a CPU, only where they were asked for so', () => {
		expect(variables()).not.toHaveProperty('SLURM_CPUS_PER_TASK');
		expect(variables()).not.toHaveProperty('SLURM_MEM_PER_CPU');
		const perCpu = variables('--mem-per-cpu=100', '-c3');
		expect(perCpu).toMatchObject({ SLURM_MEM_PER_CPU: '100' });
		expect(perCpu).not.toHaveProperty('SLURM_MEM_PER_NODE');
	});
});
