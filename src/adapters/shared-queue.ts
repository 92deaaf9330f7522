// Slurm's word for loops: one squeue answers every loop of this user on this host, at most every 15 seconds. Where the
// answer cannot be shared, that is said once and this loop asks for itself, no more often.
import type { JobId, KnownState, QueueWatch, Scheduler } from '../core/world.ts';
import { log } from './log.ts';
import { askAlone, type Turn, takeTurn } from './shared-answer.ts';

const USUAL_MS = 15_000;
const FIRST_LOOK_AFTER_MS = 2_000;
const SHORTEST_MS = 200;

export function watchQueue(
	scheduler: Scheduler,
	jobs: readonly JobId[],
	firstLookAfterMs = FIRST_LOOK_AFTER_MS,
): QueueWatch {
	let known: ReadonlyMap<JobId, KnownState> = new Map();
	let everyMs = USUAL_MS;
	let timer = setTimeout(look, firstLookAfterMs);
	let looking = false;
	let stopped = false;
	let warned = false;
	async function look() {
		looking = true;
		const { states, againMs, unshared } = await takeTurn(scheduler, jobs).catch(
			async (error: Error): Promise<Turn> => ({ ...(await askAlone(scheduler, jobs)), unshared: error.message }),
		);
		known = new Map([...known, ...states]);
		if (unshared !== undefined && !warned) {
			log.warn(`Slurm's answers cannot be shared with other commands, so each asks for itself: ${unshared}`);
			warned = true;
		}
		looking = false;
		// Whoever hears of the job in another way adds what is longer than usual.
		if (!stopped) timer = setTimeout(look, Math.max(againMs + Math.max(everyMs - USUAL_MS, 0), SHORTEST_MS));
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
