// One thing that doctor has found: well, to be known, or wrong. What is not well always comes with a line to type or to set.

export type Group = 'Scheduler' | 'Site' | 'Ray' | 'Folders' | 'Room' | 'Limits' | 'Network' | 'Settings' | 'Job';
export type Level = 'ok' | 'warning' | 'problem';

export interface Finding {
	readonly group: Group;
	/** The compute node it was found on; absent: here. */
	readonly node?: string;
	readonly level: Level;
	readonly what: string;
	readonly fix?: string;
}

export interface Findings {
	ok(what: string): Finding;
	warning(what: string, fix: string): Finding;
	problem(what: string, fix: string): Finding;
}

export function findingsOf(group: Group, node?: string): Findings {
	const place = { group, ...(node === undefined ? {} : { node }) };
	return {
		ok: (what) => ({ ...place, level: 'ok', what }),
		warning: (what, fix) => ({ ...place, level: 'warning', what, fix }),
		problem: (what, fix) => ({ ...place, level: 'problem', what, fix }),
	};
}

export function isHealthy(findings: readonly Finding[]): boolean {
	return findings.every(({ level }) => level !== 'problem');
}
