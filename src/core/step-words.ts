// The words of srun that start one program on each of a job's other nodes.

export interface Step {
	readonly nodes: readonly string[];
	readonly cpus: number;
	/** Slurm refuses --mem beside a job's --mem-per-cpu. */
	readonly memoryPerCpu: boolean;
	readonly program: readonly string[];
}

/** The batch step keeps its resources, so the new step shares them; our words reach every task over standard input. */
export function stepWords({ nodes, cpus, memoryPerCpu, program }: Step): readonly string[] {
	return [
		'srun',
		`--nodes=${nodes.length}`,
		`--ntasks=${nodes.length}`,
		'--ntasks-per-node=1',
		`--nodelist=${nodes.join(',')}`,
		`--cpus-per-task=${cpus}`,
		...(memoryPerCpu ? [] : ['--mem=0']),
		'--overlap',
		'--kill-on-bad-exit=0',
		'--wait=0',
		'--unbuffered',
		'--label',
		...program,
	];
}
