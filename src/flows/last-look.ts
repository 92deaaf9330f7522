// How long somebody who waits with a deadline waits for one more answer: what is asked before it may come a little after it,
// and a silent scheduler does not make it a quarter of a minute.
import type { World } from '../core/world.ts';

const LAST_LOOK_MS = 2_000;

export interface Deadline {
	isOver(): boolean;
	/** undefined: the answer did not come in time. */
	within<Value>(answer: Promise<Value>): Promise<Value | undefined>;
}

export function deadlineIn({ clock }: World, timeoutMs: number | undefined): Deadline {
	if (timeoutMs === undefined) return { isOver: () => false, within: (answer) => answer };
	const endMs = clock.monotonicMs() + timeoutMs;
	return {
		isOver: () => clock.monotonicMs() >= endMs,
		within: (answer) => {
			const leftMs = Math.max(0, endMs - clock.monotonicMs()) + LAST_LOOK_MS;
			return Promise.race([answer, clock.sleep(leftMs).then(() => undefined)]);
		},
	};
}
