// Where everything lives below the output folder. Only this file spells these names.

export interface Layout {
	readonly outputDir: string;
	readonly slurmLogs: string;
	readonly overview: string;
	readonly latestInfo: string;
	/** 0700: tokens, registrations, rendered scripts, decision logs. */
	readonly state: string;
	readonly scripts: string;
	script(role: 'head' | 'client', mark: string): string;
	/** A corner for each head. */
	readonly heads: string;
	/** One for each look of doctor at a node, removed when it is over. */
	doctor(look: string): string;
	/** 0700: Ray's session logs of a job that ended badly, a folder for each node. */
	rayLogs(job: string): string;
	/** What people ask of running jobs, one small file each. */
	readonly stops: string;
	stopRequest(job: string): string;
	info(headJob: string): string;
	head(headJob: string): HeadLayout;
}

/** A head's own corner of the state folder. */
export interface HeadLayout {
	readonly folder: string;
	/** What was asked for at submission: cluster name, options. */
	readonly record: string;
	/** One JSON line for each thing that happened, written by the head's supervisor; of one that never began, its end alone. */
	readonly events: string;
	/** One JSON line for each look inside the idle window: what was seen, and what followed from it. */
	readonly decisions: string;
	/** The head that was submitted to follow this one. */
	readonly successor: string;
	readonly clients: string;
	clientRecord(job: string): string;
	clientEvents(job: string): string;
	/** A requeued head has the same job id and a new incarnation: its own token. */
	token(incarnation: string): string;
}

/** What each of them may be called, by which they are found again; where it is a job's, the first group is its id. */
export const NAMES = {
	info: /^ray_head_([1-9]\d{0,9})\.info$/,
	stopRequest: /^([1-9]\d{0,9}(?:_\d{1,7})?)\.json$/,
	token: /^token-\d+-[0-9a-f]+$/,
	log: /^([1-9]\d{0,9})-ray-(?:head|client)-[A-Za-z0-9._+=@-]{1,100}\.(?:out|err)$/,
	rayLogs: /^([1-9]\d{0,9})-ray-logs$/,
	head: /^(?:[1-9]\d{0,9}|[A-Za-z0-9._-]{1,253}_\d{1,5})$/,
	script: /^(head|client)-[0-9a-f]{16}\.sbatch$/,
} as const;

/** Ids of the clients whose traces a head's corner holds, by the names of these. */
export function clientJobs(names: readonly string[]): readonly string[] {
	return [...new Set(names.flatMap((name) => /^([1-9]\d{0,9})\./.exec(name)?.[1] ?? []))];
}

/** After the job's id, without .out or .err. A job's name may hold a slash, or anything else; a file's may not, and Slurm's
 *  %x would put it in unchanged. */
export function logName(role: 'head' | 'client', jobName: string): string {
	return `-ray-${role}-${jobName.replace(/[^A-Za-z0-9._+=@-]/g, '_').slice(0, 100) || 'job'}`;
}

/** Of the two that the scheduler writes for a head or a client: what it said, and its errors. */
export function isLogOf(name: string, job: string): boolean {
	return NAMES.log.exec(name)?.[1] === job;
}

export function layoutOf(outputDir: string): Layout {
	const state = `${outputDir}/.rayslurm`;
	return {
		outputDir,
		slurmLogs: `${outputDir}/slurm_logs`,
		overview: `${outputDir}/experiment_overview.csv`,
		latestInfo: `${outputDir}/ray_head_latest.info`,
		state,
		scripts: `${state}/scripts`,
		script: (role, mark) => `${state}/scripts/${role}-${mark}.sbatch`,
		heads: `${state}/heads`,
		doctor: (look) => `${state}/doctor-${look}`,
		rayLogs: (job) => `${outputDir}/slurm_logs/${job}-ray-logs`,
		stops: `${state}/stop`,
		stopRequest: (job) => `${state}/stop/${job}.json`,
		info: (headJob) => `${outputDir}/ray_head_${headJob}.info`,
		head: (headJob) => headLayout(`${state}/heads/${headJob}`),
	};
}

function headLayout(folder: string): HeadLayout {
	return {
		folder,
		record: `${folder}/head.json`,
		events: `${folder}/events.jsonl`,
		decisions: `${folder}/decisions.jsonl`,
		successor: `${folder}/successor.json`,
		clients: `${folder}/clients`,
		clientRecord: (job) => `${folder}/clients/${job}.json`,
		clientEvents: (job) => `${folder}/clients/${job}.events.jsonl`,
		token: (incarnation) => `${folder}/token-${incarnation}`,
	};
}
