// Slurm's word for loops: one squeue answers every loop of this user on this host, at most every 15 seconds, or 5 for one that
// knows that something ends. Where the answer cannot be shared, that is said once and each asks for itself, no more often.
import type { QueueLook, QueueWatch } from '../core/queue.ts';
import type { JobId, KnownState, Scheduler } from '../core/world.ts';
import { log } from './log.ts';
import { askAlone, FRESH_MS, FRESH_WHILE_ENDING_MS, type Turn, takeTurn } from './shared-answer.ts';

const FIRST_LOOK_AFTER_MS = 2_000;
const SHORTEST_MS = 200;

export function watchQueue(
	scheduler: Scheduler,
	jobs: readonly JobId[],
	firstLookAfterMs = FIRST_LOOK_AFTER_MS,
): QueueWatch {
	const turn = turnsOf(scheduler);
	let known: ReadonlyMap<JobId, KnownState> = new Map();
	let everyMs = FRESH_MS;
	let timer = setTimeout(look, firstLookAfterMs);
	let looking = false;
	let stopped = false;
	async function look() {
		looking = true;
		const { states, againMs } = await turn(jobs, everyMs < FRESH_MS);
		known = new Map([...known, ...states]);
		looking = false;
		// Whoever hears of the job in another way adds what is longer than usual.
		if (!stopped) timer = setTimeout(look, Math.max(againMs + Math.max(everyMs - FRESH_MS, 0), SHORTEST_MS));
	}
	return {
		known: () => known,
		every: (ms) => {
			if (ms === everyMs || stopped) return;
			everyMs = ms;
			if (looking) return;
			clearTimeout(timer);
			timer = setTimeout(look, ms);
		},
		stop: () => {
			stopped = true;
			clearTimeout(timer);
		},
	};
}

/** Single looks, for who loops by himself. */
export function looksAtQueue(
	scheduler: Scheduler,
): (jobs: readonly JobId[], somethingEnds: boolean) => Promise<QueueLook> {
	const turn = turnsOf(scheduler);
	let alone: { readonly look: QueueLook; readonly jobs: ReadonlySet<JobId>; readonly at: number } | undefined;
	return async (jobs, somethingEnds) => {
		const ageMs = alone === undefined ? Number.POSITIVE_INFINITY : Date.now() - alone.at;
		const freshMs = somethingEnds ? FRESH_WHILE_ENDING_MS : FRESH_MS;
		if (alone && ageMs >= 0 && ageMs < freshMs && jobs.every((job) => alone?.jobs.has(job)))
			return { ...alone.look, ageMs };
		const { states, ageMs: answered, unshared } = await turn(jobs, somethingEnds);
		const look = { states, ageMs: answered };
		alone = unshared === undefined ? undefined : { look, jobs: new Set(jobs), at: Date.now() };
		return look;
	};
}

function turnsOf(scheduler: Scheduler): (jobs: readonly JobId[], somethingEnds: boolean) => Promise<Turn> {
	let warned = false;
	return async (jobs, somethingEnds) => {
		const turn = await takeTurn(scheduler, jobs, somethingEnds ? FRESH_WHILE_ENDING_MS : FRESH_MS).catch(
			async (error: Error): Promise<Turn> => ({ ...(await askAlone(scheduler, jobs)), unshared: error.message }),
		);
		if (turn.unshared !== undefined && !warned) {
			log.warn(`Slurm's answers cannot be shared with other commands, so each asks for itself: ${turn.unshared}`);
			warned = true;
		}
		return turn;
	};
}
