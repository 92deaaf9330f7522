// The words of srun that start a program inside a job that runs: on each of its other nodes, or beside what a person has there.

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

/** One more step in a running job, from outside of it: it shares what the job's other steps have, so it never waits for them. */
function besideWords(nodes: readonly string[]): readonly string[] {
	return [
		`--nodelist=${nodes.join(',')}`,
		`--nodes=${nodes.length}`,
		`--ntasks=${nodes.length}`,
		'--overlap',
		// None of its own; with none said it would ask for as much as the job has.
		'--mem=0',
	];
}

/** As small as a step can be. */
export function visitWords(job: string, nodes: readonly string[], program: readonly string[]): readonly string[] {
	return [
		'srun',
		`--jobid=${job}`,
		...besideWords(nodes),
		'--ntasks-per-node=1',
		'--cpus-per-task=1',
		// A step that finds no room says so, instead of waiting for the job's end.
		'--immediate=30',
		'--kill-on-bad-exit=0',
		'--quit-on-interrupt',
		'--quiet',
		...program,
	];
}

export interface Inside {
	readonly job: string;
	readonly node: string;
	/** Of the step: by it a signal finds its way there. */
	readonly name: string;
	readonly cwd: string;
	/** The person's terminal goes along: what runs there has one of its own. */
	readonly terminal: boolean;
	readonly program: readonly string[];
}

/** Said before the program's first word: what looks like srun's behind it may be the program's own. */
export const BEGUN = 'srun: begun by rayslurm';

/** srun would not say that a program is missing as others do: a shell does, and reads nothing of the words. */
const startingWith = (words: string) => ['/bin/sh', '-c', `${words}exec "$@"`, 'exec'];

export function insideWords({ job, node, name, cwd, terminal, program }: Inside): readonly string[] {
	return [
		'srun',
		`--jobid=${job}`,
		`--job-name=${name}`,
		...besideWords([node]),
		'--export=ALL',
		`--chdir=${cwd}`,
		// Told to end by ctrl-C it passes that on at once, instead of asking for a second one. (--unbuffered would give the
		// program a terminal as its output, and so colours in a pipe.) Of a terminal's words none are taken for srun's.
		...(terminal ? ['--pty', ...startingWith('')] : ['--disable-status', ...startingWith(`echo '${BEGUN}' >&2; `)]),
		...program,
	];
}

/** What srun says where nothing was started: nobody answered, or the job is over, or Slurm's controller has begun anew and for
 *  some seconds does not know what its nodes have. */
export function notStarted(line: string): 'silent' | 'over' | 'not yet' | undefined {
	const why = /^srun: error: Unable to (?:confirm allocation|create step) for job \d+: (.*)$/.exec(line)?.[1];
	if (why === undefined) return undefined;
	if (/contact slurm controller|timed out|zero bytes/i.test(why)) return 'silent';
	if (/memory required by task is not available/i.test(why)) return 'not yet';
	return /invalid job id|already completing|expired/i.test(why) ? 'over' : undefined;
}

export const STEPS_OF = ['squeue', '--local', '-h', '-s', '-o', '%i|%j', '-j'];

/** By the answer to the words above: the step of this name. */
export function stepNamed(answer: string, name: string): string | undefined {
	const rows = answer.split('\n').map((row) => row.split('|'));
	return rows.find(([step = '', called]) => called === name && /^\d+\.\d+$/.test(step))?.[0];
}

/** What steers srun in the shell of who types: habits of theirs, or the job they sit in. */
export function steersSrun(name: string): boolean {
	return /^(?:SRUN_|SLURM_|PMI|SLURMD_)/.test(name) && !['SLURM_CONF', 'SLURM_CLUSTERS'].includes(name);
}
