// Waiting for the world, with a bound, and with words for the day it does not come about.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience<T> {
	/** When to stop waiting; by default as soon as something truthy is seen. */
	is?: (seen: T) => boolean;
	timeoutMs?: number;
	everyMs?: number;
}

/** Looks until it sees what is wanted, and returns that. A look that throws counts as not yet. */
export async function until<T>(what: string, look: () => T | Promise<T>, patience: Patience<T> = {}): Promise<T> {
	const { is = Boolean, timeoutMs = 30_000, everyMs = 100 } = patience;
	const start = performance.now();
	let lastSeen = 'nothing';
	while (true) {
		try {
			const seen = await look();
			if (is(seen)) return seen;
			lastSeen = shown(seen);
		} catch (error) {
			lastSeen = String(error);
		}
		if (performance.now() - start > timeoutMs) {
			throw new Error(`Waited ${timeoutMs / 1000} s until ${what}; last seen: ${lastSeen}`);
		}
		await sleep(everyMs);
	}
}

function shown(seen: unknown): string {
	return (typeof seen === 'string' ? seen : JSON.stringify(seen, undefined, 1)) ?? 'undefined';
}
