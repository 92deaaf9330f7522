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

/** One more step in a running job, from outside of it: beside whatever runs there, and as small as a step can be. */
export function visitWords(job: string, nodes: readonly string[], program: readonly string[]): readonly string[] {
	return [
		'srun',
		`--jobid=${job}`,
		`--nodes=${nodes.length}`,
		`--ntasks=${nodes.length}`,
		'--ntasks-per-node=1',
		`--nodelist=${nodes.join(',')}`,
		'--cpus-per-task=1',
		// None of its own; with none said it would ask for as much as the job has.
		'--mem=0',
		'--overlap',
		// A step that finds no room says so, instead of waiting for the job's end.
		'--immediate=30',
		'--kill-on-bad-exit=0',
		'--quit-on-interrupt',
		'--quiet',
		...program,
	];
}
