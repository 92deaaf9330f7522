// SBATCH_* variables. sbatch lets them beat a script's #SBATCH lines, so those that bear on what rayslurm plans are read as
// the weakest of a person's options, and sbatch is shown them no more: each counts once, and the plan knows it. What would
// steer options that rayslurm owns is not shown either. All others are between the person and sbatch.
import type { SbatchOption } from './sbatch-options.ts';

const OPTIONS: Readonly<Record<string, string>> = {
	SBATCH_ACCOUNT: 'account',
	SBATCH_CPUS_PER_GPU: 'cpus-per-gpu',
	SBATCH_EXPORT: 'export',
	SBATCH_JOB_NAME: 'job-name',
	SBATCH_MEM_PER_CPU: 'mem-per-cpu',
	SBATCH_MEM_PER_GPU: 'mem-per-gpu',
	SBATCH_MEM_PER_NODE: 'mem',
	SBATCH_PARTITION: 'partition',
	SBATCH_QOS: 'qos',
	SBATCH_TIMELIMIT: 'time',
};

/** sbatch lets the stronger of these replace the weaker only while the weaker is a variable: as words they clash. */
const ALTERNATIVES: readonly (readonly string[])[] = [
	['mem', 'mem-per-cpu', 'mem-per-gpu'],
	['cpus-per-gpu', 'cpus-per-task'],
];

const OWNED = [
	'ARRAY_INX',
	'CLUSTERS',
	'COMMENT',
	'DEPENDENCY',
	'ERROR',
	'INPUT',
	'OUTPUT',
	'SIGNAL',
	'TEST_ONLY',
	'WAIT',
];

/** Those that sbatch must not see. */
export const HIDDEN_FROM_SBATCH: ReadonlySet<string> = new Set([
	...Object.keys(OPTIONS),
	...OWNED.map((name) => `SBATCH_${name}`),
]);

/** The person's options, those of the environment first. */
export function withVariables(
	environment: Readonly<Record<string, string | undefined>>,
	typed: readonly SbatchOption[],
): readonly SbatchOption[] {
	const said = new Set(typed.flatMap(({ name }) => ALTERNATIVES.find((names) => names.includes(name)) ?? [name]));
	const options = Object.entries(OPTIONS).flatMap(([variable, name]): SbatchOption[] => {
		const value = environment[variable];
		// An empty variable is how people switch one off.
		return value === undefined || value === '' || said.has(name)
			? []
			: [{ name, value, words: [`--${name}=${value}`] }];
	});
	return [...options, ...typed];
}
