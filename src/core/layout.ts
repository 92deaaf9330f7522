// Where everything lives below the output folder. Only this file spells these names.

export interface Layout {
	readonly outputDir: string;
	readonly slurmLogs: string;
	readonly overview: string;
	readonly latestInfo: string;
	/** 0700: tokens, registrations, rendered scripts, decision logs. */
	readonly state: string;
	readonly scripts: string;
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
	/** One JSON line for each thing that happened, written by the head's supervisor alone. */
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

/** Ids of the clients whose traces a head's corner holds, by the names of these. */
export function clientJobs(names: readonly string[]): readonly string[] {
	return [...new Set(names.flatMap((name) => /^([1-9]\d{0,9})\./.exec(name)?.[1] ?? []))];
}

/** Of the two that the scheduler writes for a head or a client: what it said, and its errors. */
export function isLogOf(name: string, job: string): boolean {
	return /^\d+-ray-(?:head|client)-.*\.(?:out|err)$/s.test(name) && name.startsWith(`${job}-`);
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
