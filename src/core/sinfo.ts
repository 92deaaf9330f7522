// What a partition allows, from one sinfo with fixed fields.
import { sbatchTimeSeconds } from './sbatch-options.ts';
import type { PartitionLimits } from './world.ts';

export function sinfoArgs(partition: string | undefined): string[] {
	return ['-h', '-e', '-o', '%P|%l|%c|%m', ...(partition === undefined ? [] : [`--partition=${partition}`])];
}

/** Of several kinds of nodes the one with the most memory: a job of our size fits there or nowhere. */
export function parseSinfo(stdout: string, partition: string | undefined): PartitionLimits | undefined {
	const rows = stdout
		.split('\n')
		.map((line) => line.split('|'))
		.filter((fields) => fields.length === 4)
		.map(([name = '', time = '', cpus = '', memory = '']) => ({
			name: name.replace(/\*$/, ''),
			isDefault: name.endsWith('*'),
			seconds: limitOf(time),
			cpus: Number.parseInt(cpus, 10),
			memory: Number.parseInt(memory, 10),
		}))
		.filter((row) => (partition === undefined ? row.isDefault : partition.split(',').includes(row.name)));
	const largest = rows.toSorted((a, b) => b.memory - a.memory || b.cpus - a.cpus)[0];
	if (largest === undefined) return undefined;
	return {
		partition: largest.name,
		seconds: largest.seconds,
		cpusPerNode: largest.cpus > 0 ? largest.cpus : undefined,
		// A cluster that does not count memory shows 1 MB.
		memoryMb: largest.memory > 1 ? largest.memory : undefined,
	};
}

function limitOf(text: string): number | undefined {
	try {
		const seconds = sbatchTimeSeconds(text);
		return seconds === Number.POSITIVE_INFINITY ? undefined : seconds;
	} catch {
		return undefined;
	}
}
