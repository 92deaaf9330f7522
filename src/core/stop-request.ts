// What a person asks of a running job: to stop. It is a file in the shared state folder, and SIGUSR1 so that it is heard at
// once. The signal alone says that the time is nearly over; with the file it says who wants it, and how.
import { isJobId } from './target.ts';
import type { JobId } from './world.ts';

export interface StopRequest {
	readonly at: string;
	/** Which life of the job is meant, by how often Slurm has restarted it; absent where the job had not spoken yet. */
	readonly life?: string | undefined;
	/** Without any grace. */
	readonly atOnce: boolean;
	/** What was typed. */
	readonly because: string;
	/** The head that was submitted to follow this one. */
	readonly successor?: JobId | undefined;
}

/** Signal and file are sent together: an older file was for a signal that is long past. Clocks may differ by as much. */
const FRESH_MS = 600_000;

export function renderStopRequest(request: StopRequest): string {
	return `${JSON.stringify({ schemaVersion: 1, ...request })}\n`;
}

export function parseStopRequest(text: string): StopRequest | undefined {
	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch {
		return undefined;
	}
	const { at, life, atOnce, because, successor } = (typeof data === 'object' && data !== null ? data : {}) as Readonly<
		Record<string, unknown>
	>;
	if (typeof at !== 'string' || typeof because !== 'string') return undefined;
	return {
		at,
		...(typeof life === 'string' ? { life } : {}),
		atOnce: atOnce === true,
		because,
		...(typeof successor === 'string' && isJobId(successor) ? { successor } : {}),
	};
}

/** One for an earlier life of a job that was put back into the queue counts no more. */
export function isForThisLife(
	{ at, life }: StopRequest,
	now: { readonly restarts: number; readonly nowMs: number },
): boolean {
	const fresh = Math.abs(now.nowMs - Date.parse(at)) <= FRESH_MS;
	return fresh && (life === undefined || life === String(now.restarts));
}

/** The life that a head's incarnation, or a client's first word, names. */
export function lifeOf(incarnation: string): string {
	return incarnation.split('-', 1)[0] ?? incarnation;
}

export function stopBecause({ because }: StopRequest): string {
	return `told to stop: ${because}`;
}
