// What a Slurm job gives this node, from its environment: never what the whole node has.
import { expandHosts } from './host-list.ts';
import type { JobSurroundings } from './world.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Machine {
	readonly cpus: number;
	readonly memoryBytes: number;
	/** The memory limit of our own control group, where there is one. */
	readonly memoryLimitBytes?: number | undefined;
	readonly userName: string;
	readonly uid: number;
}

const MEBIBYTE = 1024 * 1024;

export function readJobSurroundings(environment: Environment, machine: Machine): JobSurroundings | undefined {
	const jobId = environment['SLURM_JOB_ID'];
	if (jobId === undefined || !/^\d+$/.test(jobId)) return undefined;
	const cpus = natural(environment['SLURM_CPUS_ON_NODE']) ?? natural(environment['SLURM_CPUS_PER_TASK']) ?? 1;
	const gpus = countGpus(environment);
	return {
		jobId,
		restarts: natural(environment['SLURM_RESTART_COUNT']) ?? 0,
		...endOf(environment),
		...taskOf(environment),
		cpus,
		gpus,
		memoryBytes: Math.min(
			jobMemoryBytes(environment, cpus, gpus) ??
				Math.floor((machine.memoryBytes * Math.min(cpus, machine.cpus)) / machine.cpus),
			machine.memoryBytes,
			machine.memoryLimitBytes ?? Number.POSITIVE_INFINITY,
		),
		memoryPerCpu: environment['SLURM_MEM_PER_CPU'] !== undefined || environment['SLURM_MEM_PER_GPU'] !== undefined,
		nodes: expandHosts(environment['SLURM_JOB_NODELIST'] ?? environment['SLURMD_NODENAME'] ?? ''),
		userName: machine.userName,
		uid: machine.uid,
	};
}

function jobMemoryBytes(environment: Environment, cpus: number, gpus: number): number | undefined {
	const perNode = natural(environment['SLURM_MEM_PER_NODE']);
	if (perNode !== undefined && perNode > 0) return perNode * MEBIBYTE;
	const perCpu = natural(environment['SLURM_MEM_PER_CPU']);
	if (perCpu !== undefined && perCpu > 0) return perCpu * cpus * MEBIBYTE;
	const perGpu = natural(environment['SLURM_MEM_PER_GPU']);
	if (perGpu !== undefined && perGpu > 0 && gpus > 0) return perGpu * gpus * MEBIBYTE;
	return undefined; // --mem=0, or memory is not counted here: our share by CPUs.
}

function countGpus(environment: Environment): number {
	const counted = natural(environment['SLURM_GPUS_ON_NODE']);
	if (counted !== undefined) return counted;
	const listed = environment['SLURM_STEP_GPUS'] ?? environment['SLURM_JOB_GPUS'] ?? environment['GPU_DEVICE_ORDINAL'];
	return listed === undefined || listed === '' ? 0 : listed.split(',').length;
}

function endOf(environment: Environment): { readonly endsAtMs?: number } {
	const seconds = natural(environment['SLURM_JOB_END_TIME']);
	return seconds === undefined ? {} : { endsAtMs: seconds * 1000 };
}

function taskOf(environment: Environment): { readonly arrayTask?: string } {
	const array = natural(environment['SLURM_ARRAY_JOB_ID']);
	const index = natural(environment['SLURM_ARRAY_TASK_ID']);
	return array === undefined || index === undefined ? {} : { arrayTask: `${array}_${index}` };
}

function natural(text: string | undefined): number | undefined {
	return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
