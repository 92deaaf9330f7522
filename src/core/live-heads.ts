// Which heads and clients may still live, told by files alone: what their supervisors wrote, and whether the info file is
// still there. For offering them to a person who types; whoever acts on one asks the scheduler.
import { ownWord } from './client-census.ts';
import { type ClientEvent, type HeadEvent, newestLife } from './events.ts';

/** A job that has said nothing for so long does not wait in a queue any more. */
const PATIENCE_MS = 7 * 86_400_000;

export interface HeadTrace {
	readonly events: readonly HeadEvent[];
	readonly infoIsThere: boolean;
	readonly submittedMs: number | undefined;
}

/** In a word how far it is; undefined: it has ended. */
export function headWord({ events, infoIsThere, submittedMs }: HeadTrace, nowMs: number): string | undefined {
	const life = newestLife(events);
	const last = life.at(-1);
	if (last === undefined) return mayWait(submittedMs, nowMs) ? 'pending' : undefined;
	if (last.step === 'ended') return undefined;
	if (last.step === 'ending') return infoIsThere ? 'ending' : undefined;
	if (life.some(({ step }) => step === 'joinable')) {
		// Who kills a head's supervisor leaves no last word; its guard takes the info file away.
		return infoIsThere ? 'joinable' : undefined;
	}
	return mayWait(Date.parse(last.at), nowMs) ? 'starting' : undefined;
}

export function clientWord(
	events: readonly ClientEvent[],
	submittedMs: number | undefined,
	nowMs: number,
): string | undefined {
	if (ownWord({ events }) !== 'open') return undefined;
	const last = newestLife(events).at(-1);
	if (last === undefined) return mayWait(submittedMs, nowMs) ? 'pending' : undefined;
	return last.step === 'running' ? 'starting' : 'running';
}

function mayWait(sinceMs: number | undefined, nowMs: number): boolean {
	return sinceMs === undefined || !Number.isFinite(sinceMs) || nowMs - sinceMs < PATIENCE_MS;
}
