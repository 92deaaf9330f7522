// Medians of whole commands and of waits, in milliseconds.
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const [low = 0, high = 0] =
		sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
	return (low + high) / 2;
}

export async function timed(action: () => Promise<unknown>): Promise<number> {
	const began = performance.now();
	await action();
	return performance.now() - began;
}

/** Asks every few milliseconds; what is awaited here takes a second or so, and never more than a minute. */
export async function until(what: string, check: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
	const deadline = performance.now() + limitMs;
	while (!(await check())) {
		if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
		await delay(5);
	}
}

export async function isFilled(path: string): Promise<boolean> {
	return ((await stat(path).catch(() => undefined))?.size ?? 0) > 0;
}

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(2)} s`;
}
