// How long somebody who waits with a deadline waits for one more answer: what is asked before it may come a little after it,
// and a silent scheduler does not make it a quarter of a minute: what is known without it decides then.
import { allUnknown } from '../core/queue.ts';
import type { World } from '../core/world.ts';
import type { AskQueue } from './survey.ts';

const LAST_LOOK_MS = 2_000;

export interface Deadline {
	isOver(): boolean;
	/** What the look sees, with the scheduler's word or, where that does not come in time, without. */
	look<Value>(ask: AskQueue, look: (ask: AskQueue) => Promise<Value>): Promise<Value>;
}

export function deadlineIn({ clock, scheduler }: World, timeoutMs: number | undefined): Deadline {
	if (timeoutMs === undefined) return { isOver: () => false, look: (ask, look) => look(ask) };
	const endMs = clock.monotonicMs() + timeoutMs;
	const silence: AskQueue = async (jobs) => ({
		states: allUnknown(jobs, new Error(`${scheduler.title} did not answer in this time`)),
		ageMs: 0,
	});
	return {
		isOver: () => clock.monotonicMs() >= endMs,
		look: (ask, look) => {
			const leftMs = Math.max(0, endMs - clock.monotonicMs()) + LAST_LOOK_MS;
			return Promise.race([look(ask), clock.sleep(leftMs).then(() => look(silence))]);
		},
	};
}
