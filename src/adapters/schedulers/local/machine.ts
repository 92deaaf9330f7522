// What this machine can promise to jobs. Jobs of other users are not known here, so what they take is not counted.
import { readdirSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { Machine } from '../../../core/take-turns.ts';
import { controlGroupLimit } from '../../this-node.ts';

const MEBIBYTE = 1024 * 1024;

/** A tenth of the memory, but not less and not more than these, is left to the system and to who sits at it. */
const LEFT_MB = { least: 512, most: 4096 };

/** From a job's SIGTERM to its SIGKILL, as Slurm's KillWait. */
export const KILL_WAIT_MS = 30_000;

export async function thisMachine(): Promise<Machine> {
	const bytes = Math.min(totalmem(), (await controlGroupLimit()) ?? Number.POSITIVE_INFINITY);
	const megabytes = Math.floor(bytes / MEBIBYTE);
	const left = Math.min(Math.max(megabytes / 10, LEFT_MB.least), LEFT_MB.most);
	return {
		cpus: wishedCpus() ?? availableParallelism(),
		memoryMb: Math.max(1, Math.floor(megabytes - left)),
		gpus: countGpus(),
	};
}

/** The setting local-cpus: a person may let jobs share processors. The word reaches a job's own commands too. */
export function wishedCpus(): number | undefined {
	const text = process.env['RAYSLURM_LOCAL_CPUS'] ?? '';
	return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}

function countGpus(): number {
	try {
		return readdirSync('/proc/driver/nvidia/gpus').length;
	} catch {
		return 0;
	}
}
