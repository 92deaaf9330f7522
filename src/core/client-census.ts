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

/** Those whose own words do not say that they have ended: the ones Slurm has to be asked about. */
export function withoutEnd(traces: readonly ClientTrace[]): readonly ClientTrace[] {
	return traces.filter(({ events }) => newestLife(events).at(-1)?.step !== 'ended');
}

export function takeCensus(traces: readonly ClientTrace[], states: ReadonlyMap<JobId, KnownState>): Census {
	const connected: JobId[] = [];
	const coming: JobId[] = [];
	for (const { job, events } of withoutEnd(traces)) {
		const kind = states.get(job)?.kind;
		if (kind === 'ended' || kind === 'gone') continue;
		if (events.length > 0 && kind !== 'pending') connected.push(job);
		else coming.push(job);
	}
	return { connected, coming };
}
