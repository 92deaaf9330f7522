// What rayslurm does with each sbatch option a person gives: takes it over, refuses it, or passes it on.
import { type ReadOption, shownWord } from './option-table.ts';
import type { Role } from './ports.ts';
import { Trouble } from './trouble.ts';

export type { Role };
export type SbatchOption = ReadOption;

export type Ownership = {
	/** Seconds before the time limit at which the job is to be signalled. */
	leadSeconds?: number;
	/** `--signal=R:…`: the job may overlap a reservation; only the signal option can say so. */
	overlapsReservation?: true;
	dependency?: string;
	comment?: string;
	exported?: string;
	jobName?: string;
	timeLimit?: string;
	nodes?: string;
	partition?: string;
	chdir?: string;
	array?: string;
	has(name: string): boolean;
	/** Words for sbatch's argv, without the options that are merged with ours. */
	passed: string[];
};

const MERGED = new Set(['dependency', 'comment', 'export', 'job-name', 'signal', 'parsable', 'wait']);

const TOLD = {
	dependency: 'dependency',
	comment: 'comment',
	exported: 'export',
	jobName: 'job-name',
	timeLimit: 'time',
	nodes: 'nodes',
	partition: 'partition',
	chdir: 'chdir',
	array: 'array',
};
type Told = keyof typeof TOLD;

type Refusal = { because: string; hint: string };

const LOGS: Refusal = { because: 'rayslurm names the log files', hint: 'choose their folder with --output-dir DIR' };
const CLUSTERS: Refusal = {
	because: 'one rayslurm speaks to one Slurm cluster',
	hint: 'log in on that cluster and type the command there',
};
const ASKS_SBATCH: Refusal = { because: 'it asks sbatch itself', hint: 'type sbatch --help, or rayslurm --help' };

const REFUSED: ReadonlyMap<string, Refusal> = new Map([
	['output', LOGS],
	['error', LOGS],
	['wrap', { because: 'the job runs Ray', hint: 'see the script that would be submitted with --dry-run' }],
	['test-only', { because: 'rayslurm has its own', hint: 'see what would be submitted with --dry-run' }],
	['clusters', CLUSTERS],
	['cluster', CLUSTERS],
	['help', ASKS_SBATCH],
	['usage', ASKS_SBATCH],
	['version', ASKS_SBATCH],
	['autocomplete', ASKS_SBATCH],
]);

export function isRefused(name: string): boolean {
	return REFUSED.has(name);
}

const ARRAY_OF_HEADS: Refusal = {
	because: 'every head is a cluster of its own',
	hint: 'submit one head at a time; clients can be an array',
};

/** An option given twice counts as it was given last, as in sbatch. */
export function readOwnership(options: readonly SbatchOption[], role: Role): Ownership {
	const values = new Map<string, string | undefined>();
	for (const option of options) {
		const refusal = option.name === 'array' && role === 'head' ? ARRAY_OF_HEADS : REFUSED.get(option.name);
		if (refusal) {
			throw new Trouble('usage', `sbatch's --${option.name} cannot be given: ${refusal.because}`, {
				hint: refusal.hint,
			});
		}
		values.set(option.name, option.value);
	}
	const told: Partial<Record<Told, string>> = {};
	for (const [key, name] of Object.entries(TOLD) as [Told, string][]) {
		const value = values.get(name);
		if (value !== undefined) told[key] = value;
	}
	const signal = values.get('signal');
	return {
		...told,
		...(signal === undefined ? {} : readSignal(signal)),
		has: (name) => values.has(name),
		passed: options.filter(({ name }) => !MERGED.has(name)).flatMap(sbatchWords),
	};
}

/** Long options as one word, so that no value can be taken for an option; letters as they were typed. */
function sbatchWords({ name, value, words }: SbatchOption): string[] {
	if (!words[0]?.startsWith('--')) return words;
	return [value === undefined ? `--${name}` : `--${name}=${value}`];
}

/** sbatch's form is [R][B][:]SIGNAL[@SECONDS], 60 seconds where none are given. Ours is SIGUSR1; B is always so. */
function readSignal(text: string): { leadSeconds: number; overlapsReservation?: true } {
	const match = /^(R?)B?(R?):?(?:(?:SIG)?USR1|10)(?:@(\d{1,5}))?$/i.exec(text);
	const leadSeconds = Number(match?.[3] ?? 60);
	if (!match || leadSeconds < 1 || leadSeconds > 65_535) {
		throw new Trouble('usage', `--signal: only USR1 can be moved, not ${shownWord(text)}`, {
			hint: 'write --signal=USR1@SECONDS with 1 to 65535 seconds before the time limit',
		});
	}
	return match[1] || match[2] ? { leadSeconds, overlapsReservation: true } : { leadSeconds };
}

const TIME_FORMS = [
	/^(?<d>\d+)-(?:(?<h>\d+)(?::(?<m>\d+)(?::(?<s>\d+))?)?)?$/,
	/^(?<h>\d+):(?<m>\d+):(?<s>\d+)$/,
	/^(?<m>\d+)(?::(?<s>\d+))?$/,
];

/** The limit sbatch makes of a time, in seconds: whole minutes, rounded up. None (`0`, `UNLIMITED`) is Infinity. */
export function sbatchTimeSeconds(text: string, option = '--time'): number {
	if (/^(?:-1|infinite|unlimited)$/i.test(text)) return Number.POSITIVE_INFINITY;
	const parts = TIME_FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
	const { d = 0, h = 0, m = 0, s = 0 } = parts ?? {};
	const seconds = ((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s);
	// Slurm counts in 32 bits and makes nonsense of more.
	if (parts === undefined || seconds > 0x7fffffff) {
		throw new Trouble('usage', `${option}: not a time of sbatch's: ${shownWord(text)}`, {
			hint: 'write 90 (minutes), 1:30:00, 2-12:00:00 (days-hours:…) or UNLIMITED',
		});
	}
	return seconds === 0 ? Number.POSITIVE_INFINITY : Math.ceil(seconds / 60) * 60;
}
