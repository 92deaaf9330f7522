// A head that is to be followed by another: when its successor is submitted, with which options, and what becomes of it when
// the head ends in another way than by its time limit.
import type { EndReason } from './end-reasons.ts';
import { readRecorded } from './recorded-options.ts';
import { isJobId } from './target.ts';
import type { JobId } from './world.ts';

/** The successor may start while its predecessor still runs, so that no time is without a head; or only after it. */
export type Renewal = 'before' | 'after';

export const RENEWALS: readonly Renewal[] = ['before', 'after'];

/** In leads before the end: one is the farewell's own, the others are for the queue. */
const LEADS_BEFORE_END = 3;
/** However short a head's life is: successors must not chase one another through the queue. */
const LEAST_PART_OF_LIFE = 1 / 2;
/** Slurm may signal this much before the lead. */
export const SLURM_EARLY_MS = 75_000;

export function submitsAtMs(beganMs: number, endsAtMs: number, leadMs: number): number {
	const lifeMs = endsAtMs - beganMs;
	return Math.max(endsAtMs - LEADS_BEFORE_END * leadMs - SLURM_EARLY_MS, beganMs + lifeMs * LEAST_PART_OF_LIFE);
}

/** What was meant for the first head's start alone does not travel: its working folder is where the successor is submitted. */
const ONCE = new Set(['dependency', 'begin', 'deadline', 'chdir']);

/** The first head's own words to sbatch, for its successor. */
export function successorOptions(options: readonly string[], renewal: Renewal, predecessor: JobId): readonly string[] {
	const kept = readRecorded(options)
		.filter((each) => !each.options.some(({ name }) => ONCE.has(name)))
		.flatMap(({ words }) => words);
	return renewal === 'after' ? [...kept, `--dependency=afterany:${predecessor}`] : kept;
}

/** A head whose Ray died before this may be followed by one that dies in the same way, and so on through the queue. */
const LEAST_LIFE_MS = 600_000;

/** `submit`: one is wanted that has not been submitted yet. `cancel`: nobody wants it any more. */
export function successorAtEnd(reason: EndReason, submitted: boolean, livedMs: number): 'submit' | 'cancel' | 'keep' {
	// Unused, or told to stop: then so is what would follow. One that was submitted already may follow a head that broke.
	if (submitted) return reason === 'idle' || reason === 'stop' || reason === 'stopped' ? 'cancel' : 'keep';
	return reason === 'time limit' || (reason === 'Ray died' && livedMs >= LEAST_LIFE_MS) ? 'submit' : 'keep';
}

/** The rendered script of a head's workers, for the next head's. */
export function forNextHead(script: string, job: JobId, next: JobId): string {
	return script.replaceAll(new RegExp(`(--head=|client of )${job}(?!\\d)`, 'g'), (_, before) => `${before}${next}`);
}

export function renderSuccessor(job: JobId): string {
	return `${JSON.stringify({ schemaVersion: 1, job })}\n`;
}

export function readSuccessor(text: string): JobId | undefined {
	try {
		const { job } = JSON.parse(text) as { job?: unknown };
		return typeof job === 'string' && isJobId(job) ? job : undefined;
	} catch {
		return undefined;
	}
}
