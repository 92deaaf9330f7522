// ulimits of a process, from /proc/PID/limits.

export interface ProcLimits {
	/** undefined: unlimited, all of them. */
	readonly openFilesHard: number | undefined;
	readonly processesSoft: number | undefined;
	readonly processesHard: number | undefined;
	readonly addressSpaceSoft: number | undefined;
}

export function parseLimits(text: string): ProcLimits {
	const row = (name: string) => {
		const [, soft, hard] = new RegExp(`^${name} +(\\S+) +(\\S+)`, 'm').exec(text) ?? [];
		return { soft: numberOf(soft), hard: numberOf(hard) };
	};
	return {
		openFilesHard: row('Max open files').hard,
		processesSoft: row('Max processes').soft,
		processesHard: row('Max processes').hard,
		addressSpaceSoft: row('Max address space').soft,
	};
}

function numberOf(word: string | undefined): number | undefined {
	return word !== undefined && /^\d+$/.test(word) ? Number(word) : undefined;
}
