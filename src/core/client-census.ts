// Who uses a head, from what its clients wrote into the shared folder and from the queue. A client's own word that it has
// ended counts at once; one that could not say it (killed, its node lost) counts as ended when Slurm says so, and never
// because nobody answered.
import { type ClientEvent, newestLife } from './events.ts';
import type { JobId, KnownState } from './world.ts';

export interface ClientTrace {
	readonly job: JobId;
	readonly events: readonly ClientEvent[];
}

export interface Census {
	/** Have begun, and are not known to have ended. */
	readonly connected: readonly JobId[];
	/** In the queue, or between its start there and its first word. */
	readonly coming: readonly JobId[];
}

/** What a client's own words say: no more of it here; an end by an order, after which Slurm may start it anew; or nothing. */
export type OwnWord = 'over' | 'ordered' | 'open';

const ORDERED = 143;

export function ownWord({ events }: ClientTrace): OwnWord {
	const last = newestLife(events).at(-1);
	if (last?.step === 'left' || last?.step === 'moved') return 'over';
	if (last?.step !== 'ended') return 'open';
	return last.code === ORDERED ? 'ordered' : 'over';
}

export function takeCensus(traces: readonly ClientTrace[], states: ReadonlyMap<JobId, KnownState>): Census {
	const connected: JobId[] = [];
	const coming: JobId[] = [];
	for (const trace of traces) {
		const { job, events } = trace;
		const word = ownWord(trace);
		const kind = states.get(job)?.kind;
		if (word === 'over' || kind === 'ended' || kind === 'gone') continue;
		// Preempted or requeued, it comes back by itself: only where Slurm knows better does its own word stand.
		if (word === 'ordered' && (kind === 'running' || kind === 'ending')) continue;
		if (word === 'open' && events.length > 0 && kind !== 'pending') connected.push(job);
		else coming.push(job);
	}
	return { connected, coming };
}
