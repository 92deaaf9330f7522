// sbatch's --export: what of the submitter's environment a job inherits. ALL unless said; NONE leaves a login's bare words.

type Variables = Readonly<Record<string, string | undefined>>;

export interface JobExport {
	readonly all: boolean;
	readonly names: readonly string[];
	readonly set: Readonly<Record<string, string>>;
}

/** What a login gives, and no job does well without. */
const BARE = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'LANG', 'TERM', 'TZ'];

export function readJobExport(text: string | undefined): JobExport {
	const words = (text ?? 'ALL').split(',').filter((word) => word !== '');
	const set: Record<string, string> = {};
	const names: string[] = [];
	let all = false;
	for (const word of words) {
		const at = word.indexOf('=');
		if (at > 0) set[word.slice(0, at)] = word.slice(at + 1);
		else if (word.toUpperCase() === 'ALL') all = true;
		else if (!/^(?:none|nil)$/i.test(word)) names.push(word);
	}
	return { all, names, set };
}

export function inherited(asked: JobExport, environment: Variables): Record<string, string> {
	const kept = Object.entries(environment).filter(
		([name]) => (asked.all || BARE.includes(name) || asked.names.includes(name)) && !staysBehind(name),
	);
	return {
		...Object.fromEntries(kept.filter((pair): pair is [string, string] => pair[1] !== undefined)),
		...asked.set,
	};
}

/** A job must not inherit the job it was submitted from, nor a token, nor Ray's address of another cluster. */
export function staysBehind(name: string): boolean {
	return (
		(/^SLURM/.test(name) && !['SLURM_CONF', 'SLURM_CLUSTERS', 'SLURM_TIME_FORMAT'].includes(name)) ||
		/^(RAY_ADDRESS|RAY_API_SERVER_ADDRESS|RAY_AUTH_|RAY_HEAD_JOB_ID|RAY_TMPDIR|RAYSLURM_)/.test(name)
	);
}
