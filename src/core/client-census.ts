// Who uses a head, from what its clients wrote into the shared folder and from the queue. A client's own word that it has
// ended counts at once; one that could not say it (killed, its node lost) counts as ended when Slurm says so, and never
// because nobody answered. Slurm's word counts where it is younger than the client's own.
import { type ClientEvent, newestLife } from './events.ts';
import { mayComeBack } from './order-to-end.ts';
import type { JobId, KnownState } from './world.ts';

export interface ClientTrace {
	readonly job: JobId;
	readonly events: readonly ClientEvent[];
	/** When the last of them was read for the first time, on a clock that never jumps. */
	readonly readAtMs: number;
	/** Of an array: so many of its tasks have not begun yet. Its id may be that of one of them as well. */
	readonly toBegin?: number | undefined;
}

/** What Slurm said, and when. */
export interface QueueWord {
	readonly states: ReadonlyMap<JobId, KnownState>;
	readonly atMs: number;
}

export interface Census {
	/** Have begun, and are not known to have ended. */
	readonly connected: readonly JobId[];
	/** In the queue, or between its start there and its first word. */
	readonly coming: readonly JobId[];
}

/** What a client's own words say: no more of it here; an end by an order, after which Slurm may start it anew; or nothing. */
export type OwnWord = 'over' | 'ordered' | 'open';

export function ownWord({ events }: Pick<ClientTrace, 'events'>): OwnWord {
	const last = newestLife(events).at(-1);
	if (last?.step === 'left' || last?.step === 'moved') return 'over';
	if (last?.step !== 'ended') return 'open';
	return mayComeBack(last) ? 'ordered' : 'over';
}

export function takeCensus(traces: readonly ClientTrace[], { states, atMs }: QueueWord): Census {
	const connected: JobId[] = [];
	const coming: JobId[] = [];
	for (const trace of traces) {
		const { job, events, readAtMs, toBegin = 0 } = trace;
		const word = ownWord(trace);
		const tasksWait = toBegin > 0 && !NONE_WAITS.has(states.get(job)?.kind);
		if (tasksWait) coming.push(job);
		const kind = events.length === 0 || readAtMs <= atMs ? states.get(job)?.kind : undefined;
		if (word === 'over' || kind === 'ended' || kind === 'gone') continue;
		// Preempted or requeued, it comes back by itself: only where Slurm knows better does its own word stand.
		if (word === 'ordered' && (kind === 'running' || kind === 'ending')) continue;
		if (word === 'open' && events.length > 0 && kind !== 'pending') connected.push(job);
		else if (!tasksWait) coming.push(job);
	}
	return { connected, coming };
}

/** Said of an array, whose state is that of its liveliest task. */
const NONE_WAITS = new Set<KnownState['kind'] | undefined>(['ending', 'ended', 'gone']);
