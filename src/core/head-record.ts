// What was asked for when a head was submitted, kept in its corner of the state folder: enough to find it by name, and to
// submit it again. One line of JSON.
import type { JobId } from './world.ts';

export interface HeadRecord {
	/** Records from before there was a second one do not say it. */
	readonly scheduler: string;
	readonly job: JobId;
	/** The cluster's. A cluster outlives its heads; each head has a record of its own. */
	readonly name: string | undefined;
	readonly submitted: string;
	/** The rendered script. */
	readonly script: string;
	/** The words for the scheduler's submit command. */
	readonly options: readonly string[];
	readonly typed: readonly string[];
	/** Where it was typed: relative words among its options count from there. */
	readonly folder?: string | undefined;
	/** The head before it in the same cluster. */
	readonly predecessor?: JobId | undefined;
	/** The folder of the Ray environment that rayslurm keeps, where its Ray comes from one. */
	readonly kept?: string | undefined;
	/** Those submitted with it: whenever it is submitted again, they are too. */
	readonly workers?: WorkersRecord | undefined;
}

export interface WorkersRecord {
	readonly job: JobId;
	readonly script: string;
	readonly options: readonly string[];
}

export function renderHeadRecord(record: HeadRecord): string {
	return `${JSON.stringify({ schemaVersion: 1, ...record })}\n`;
}

export function parseHeadRecord(text: string): HeadRecord | undefined {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return undefined;
	}
	const { scheduler, job, name, submitted, script, options, typed, folder, predecessor, kept, workers } =
		fieldsOf(data);
	if (typeof job !== 'string' || typeof submitted !== 'string' || typeof script !== 'string') return undefined;
	if (!areWords(options) || !areWords(typed)) return undefined;
	const theirs = workersOf(workers);
	return {
		scheduler: typeof scheduler === 'string' ? scheduler : 'slurm',
		job,
		name: typeof name === 'string' ? name : undefined,
		submitted,
		script,
		options,
		typed,
		...(typeof folder === 'string' && folder.startsWith('/') ? { folder } : {}),
		...(typeof predecessor === 'string' ? { predecessor } : {}),
		...(typeof kept === 'string' ? { kept } : {}),
		...(theirs === undefined ? {} : { workers: theirs }),
	};
}

function workersOf(value: unknown): WorkersRecord | undefined {
	const { job, script, options } = fieldsOf(value);
	return typeof job === 'string' && typeof script === 'string' && areWords(options)
		? { job, script, options }
		: undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function areWords(value: unknown): value is readonly string[] {
	return Array.isArray(value) && value.every((word) => typeof word === 'string');
}
