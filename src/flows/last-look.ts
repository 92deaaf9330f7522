// How long somebody who waits with a deadline waits for one more answer: what is asked before it may come a little after it,
// and a silent scheduler does not make it a quarter of a minute: what is known without it decides then.
import { allUnknown } from '../core/queue.ts';
import type { World } from '../core/world.ts';
import type { AskQueue } from './survey.ts';

const LAST_LOOK_MS = 2_000;
/** Nobody waits longer for a scheduler anyhow. */
const LONGEST_ANSWER_MS = 60_000;

export interface Deadline {
	isOver(): boolean;
	/** The same question, which is not waited for long after the deadline. */
	bounded(ask: AskQueue): AskQueue;
}

export function deadlineIn({ clock, scheduler }: World, timeoutMs: number | undefined): Deadline {
	if (timeoutMs === undefined) return { isOver: () => false, bounded: (ask) => ask };
	const endMs = clock.monotonicMs() + timeoutMs;
	const silence: AskQueue = async (jobs) => ({
		states: allUnknown(jobs, new Error(`${scheduler.title} did not answer in this time`)),
		ageMs: 0,
	});
	return {
		isOver: () => clock.monotonicMs() >= endMs,
		bounded: (ask) => (jobs, ended) => {
			const leftMs = Math.max(0, endMs - clock.monotonicMs()) + LAST_LOOK_MS;
			if (leftMs > LONGEST_ANSWER_MS) return ask(jobs, ended);
			return Promise.race([ask(jobs, ended), clock.sleep(leftMs).then(() => silence(jobs, ended))]);
		},
	};
}
