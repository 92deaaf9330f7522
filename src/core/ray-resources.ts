// What a node of the cluster gives to Ray: what its job has, never what the machine has.
import type { JobSurroundings } from './world.ts';

export interface ResourceWishes {
	readonly objectStoreBytes: number;
	readonly numCpus?: number | undefined;
	readonly numGpus?: number | undefined;
	readonly memory?: number | undefined;
}

export interface RayResources {
	readonly cpus: number;
	readonly gpus: number;
	readonly memoryBytes: number;
	readonly objectStoreBytes: number;
	/** What was lowered, and why. */
	readonly notes: readonly string[];
}

/** Ray refuses a smaller store. */
const SMALLEST_STORE = 80_000_000;

export function planResources(
	job: JobSurroundings,
	wishes: ResourceWishes,
	sharedMemoryFreeBytes: number | undefined,
): RayResources {
	const notes: string[] = [];
	const lower = (bytes: number, room: number, because: string) => {
		const limit = Math.max(Math.floor(room), SMALLEST_STORE);
		if (bytes <= limit) return bytes;
		notes.push(`object store lowered from ${gigabytes(bytes)} to ${gigabytes(limit)}: ${because}`);
		return limit;
	};
	const wanted = Math.max(wishes.objectStoreBytes, SMALLEST_STORE);
	let store = lower(wanted, job.memoryBytes / 3, `a third of the job's ${gigabytes(job.memoryBytes)}`);
	if (sharedMemoryFreeBytes !== undefined) {
		// A store that does not fit into shared memory would end as files in /tmp.
		store = lower(store, sharedMemoryFreeBytes * 0.9, `/dev/shm has ${gigabytes(sharedMemoryFreeBytes)} free`);
	}
	return {
		cpus: wishes.numCpus ?? job.cpus,
		gpus: wishes.numGpus ?? job.gpus,
		memoryBytes: wishes.memory ?? Math.max(job.memoryBytes - store, SMALLEST_STORE),
		objectStoreBytes: store,
		notes,
	};
}

export interface NodeMemory {
	readonly totalBytes: number;
	readonly availableBytes: number;
	/** The limit of the job's own control group: Ray then measures inside it. */
	readonly limitBytes?: number | undefined;
}

/** Ray's memory monitor acts at this part of what it measures. On a shared node without a control group it sees everybody's
 *  memory, so what others use already is added: their use must not kill our tasks, and ours must not exceed the job's. */
export function memoryThreshold(jobBytes: number, memory: NodeMemory): number {
	const measured = Math.min(memory.totalBytes, memory.limitBytes ?? memory.totalBytes);
	const others = measured === memory.totalBytes ? memory.totalBytes - memory.availableBytes : 0;
	// A small job is a small part of a large node: rounded to thousandths it would come to nothing.
	return Math.round(Math.min(0.95, (others + 0.95 * jobBytes) / measured) * 1e6) / 1e6;
}

export function gigabytes(bytes: number): string {
	if (bytes < 1e9) return `${Math.floor(bytes / 1e6)} MB`;
	return `${(bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0)} GB`;
}
