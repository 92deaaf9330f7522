// What was asked for when a client was submitted, registered with its head: so the head knows it without asking Slurm. One
// line of JSON.
import type { JobId } from './world.ts';

export interface ClientRecord {
	readonly job: JobId;
	/** As typed; a worker has none. */
	readonly script?: string | undefined;
	readonly arguments: readonly string[];
	/** It goes on with the head that follows. */
	readonly rejoin: boolean;
	/** Its indices, where it is an array: 1-4. */
	readonly array?: string | undefined;
	/** A person took it out of the queue before it began; of an array, these of its indices. It will say nothing of itself. */
	readonly takenOut?: string | true | undefined;
	readonly submitted: string;
	/** The rendered script. */
	readonly rendered?: string | undefined;
}

export function renderClientRecord(record: ClientRecord): string {
	return `${JSON.stringify({ schemaVersion: 1, ...record })}\n`;
}

export function parseClientRecord(text: string): ClientRecord | undefined {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return undefined;
	}
	const {
		job,
		script,
		arguments: words = [],
		rejoin,
		array,
		takenOut,
		submitted,
		rendered,
	} = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
	if (typeof job !== 'string' || typeof submitted !== 'string') return undefined;
	if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return undefined;
	const typed = typeof script === 'string' ? { script } : {};
	const many = typeof array === 'string' ? { array } : {};
	const out: Pick<ClientRecord, 'takenOut'> = typeof takenOut === 'string' || takenOut === true ? { takenOut } : {};
	const where = typeof rendered === 'string' ? { rendered } : {};
	return { job, ...typed, ...where, arguments: words, rejoin: rejoin === true, ...many, ...out, submitted };
}
