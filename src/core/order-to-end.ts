// What a supervisor heard, read as an order to end now. USR1 is none: it only says that the time is nearly over.
import type { EarWord } from './world.ts';

export interface OrderToEnd {
	/** 128+n, as a shell says it. */
	readonly code: number;
	readonly because: string;
}

/** Slurm's own order, which its SIGKILL follows: scancel, preemption, a requeue. */
export const BY_SIGTERM = 143;
/** The word that the time is nearly over, or that its head has others go. */
export const BY_SIGUSR1 = 138;

/** After its own order Slurm may start a job anew; after no other end, a crash included. */
export function mayComeBack({ code }: { readonly code?: number }): boolean {
	return code === BY_SIGTERM;
}

const SIGNALS: Readonly<Partial<Record<EarWord, number>>> = { HUP: 1, INT: 2, USR2: 12, TERM: 15 };

export function orderToEnd(heard: readonly EarWord[]): OrderToEnd | undefined {
	for (const word of heard) {
		const number = SIGNALS[word];
		if (number !== undefined) return { code: 128 + number, because: `SIG${word} received` };
	}
	// Without its batch shell a supervisor is as one whose terminal was hung up.
	return heard.includes('ORPHANED') ? { code: 129, because: 'the batch shell is gone' } : undefined;
}

/** Where nothing has begun yet that could be finished, the word that the time is nearly over ends it as well. */
export function orderWhileStarting(heard: readonly EarWord[]): OrderToEnd | undefined {
	return orderToEnd(heard) ?? (heard.includes('USR1') ? { code: BY_SIGUSR1, because: 'SIGUSR1 received' } : undefined);
}
