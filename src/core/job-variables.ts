// The variables that tell a batch script of its job, named as Slurm names them.
import type { Turn } from './job-entry.ts';
import type { MachineRequest } from './machine-request.ts';

export interface JobFacts {
	readonly id: string;
	readonly array: { readonly job: string; readonly index: number } | undefined;
	readonly hostName: string;
	readonly userName: string;
	readonly uid: number;
	readonly gid: number;
	readonly submitDirectory: string;
}

export function jobVariables(request: MachineRequest, facts: JobFacts): Readonly<Record<string, string>> {
	const { id, hostName, array } = facts;
	const indices = request.array?.indices ?? [];
	return {
		SLURM_JOB_ID: id,
		SLURM_JOBID: id,
		SLURM_JOB_NAME: request.name,
		SLURM_JOB_USER: facts.userName,
		SLURM_JOB_UID: String(facts.uid),
		SLURM_JOB_GID: String(facts.gid),
		SLURM_JOB_PARTITION: 'local',
		SLURM_CLUSTER_NAME: 'local',
		SLURM_SUBMIT_DIR: facts.submitDirectory,
		SLURM_SUBMIT_HOST: hostName,
		SLURM_JOB_NODELIST: hostName,
		SLURM_NODELIST: hostName,
		SLURMD_NODENAME: hostName,
		SLURM_JOB_NUM_NODES: '1',
		SLURM_NNODES: '1',
		SLURM_NTASKS: String(request.tasks),
		SLURM_NPROCS: String(request.tasks),
		SLURM_TASKS_PER_NODE: String(request.tasks),
		SLURM_CPUS_ON_NODE: String(request.cpus),
		SLURM_JOB_CPUS_PER_NODE: String(request.cpus),
		...(request.cpusPerTask === undefined ? {} : { SLURM_CPUS_PER_TASK: String(request.cpusPerTask) }),
		...(request.memoryMbPerCpu === undefined
			? { SLURM_MEM_PER_NODE: String(request.memoryMb) }
			: { SLURM_MEM_PER_CPU: String(request.memoryMbPerCpu) }),
		SLURM_NODEID: '0',
		SLURM_PROCID: '0',
		SLURM_LOCALID: '0',
		SLURM_GTIDS: '0',
		...(array === undefined
			? {}
			: {
					SLURM_ARRAY_JOB_ID: array.job,
					SLURM_ARRAY_TASK_ID: String(array.index),
					SLURM_ARRAY_TASK_COUNT: String(indices.length),
					SLURM_ARRAY_TASK_MIN: String(indices[0]),
					SLURM_ARRAY_TASK_MAX: String(indices.at(-1)),
					SLURM_ARRAY_TASK_STEP: String(request.array?.step ?? 1),
				}),
		ENVIRONMENT: 'BATCH',
	};
}

/** Known when its turn has come. */
export function turnVariables({ started, ends, gpus }: Turn): Readonly<Record<string, string>> {
	const list = gpus.join(',');
	return {
		SLURM_JOB_START_TIME: String(started),
		...(ends === 0 ? {} : { SLURM_JOB_END_TIME: String(ends) }),
		...(gpus.length === 0
			? {}
			: {
					SLURM_GPUS_ON_NODE: String(gpus.length),
					SLURM_JOB_GPUS: list,
					SLURM_STEP_GPUS: list,
					CUDA_VISIBLE_DEVICES: list,
					GPU_DEVICE_ORDINAL: list,
				}),
	};
}
