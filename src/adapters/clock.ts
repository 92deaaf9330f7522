// The real clock.
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/world.ts';

export const clock: Clock = {
	now: () => new Date(),
	monotonicMs: () => performance.now(),
	sleep: (ms) => delay(ms),
};
