// Who holds a lock: enough to tell, on the same machine, whether that process still runs, and elsewhere whom to ask about.

/** Where a pid means something. */
export interface ProcessTable {
	readonly host: string;
	readonly bootId: string;
	/** On one host and boot, containers have others, where the same pid is another process. */
	readonly pidSpace: string;
}

/** One process, told from all others that had or will have its pid. */
export interface ProcessName extends ProcessTable {
	readonly pid: number;
	/** In clock ticks since the boot; a pid that is used again has another. */
	readonly startTime: string;
}

export interface Holder extends ProcessName {
	readonly job: string;
	/** This one holding of the lock. */
	readonly nonce: string;
}

const FIELDS = ['job', 'host', 'bootId', 'pidSpace', 'pid', 'startTime', 'nonce'] as const;

export function renderHolder(holder: Holder): string {
	return JSON.stringify(Object.fromEntries(FIELDS.map((field) => [field, holder[field]])));
}

export function parseHolder(text: string): Holder | undefined {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return undefined;
	}
	const record = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
	const well = FIELDS.every((field) => typeof record[field] === (field === 'pid' ? 'number' : 'string'));
	return well && /^[0-9a-f]{8,64}$/.test(String(record['nonce'])) ? (record as unknown as Holder) : undefined;
}

/** What this host can say about a process from elsewhere is nothing: then only the scheduler can tell. */
export type Presence = 'gone' | 'alive' | 'unknown';

export function presence(
	it: ProcessName,
	here: ProcessTable,
	startTimeOf: (pid: number) => string | undefined,
): Presence {
	if (it.host !== here.host) return 'unknown';
	if (it.bootId !== here.bootId) return 'gone';
	if (it.pidSpace !== here.pidSpace) return 'unknown';
	return startTimeOf(it.pid) === it.startTime ? 'alive' : 'gone';
}
