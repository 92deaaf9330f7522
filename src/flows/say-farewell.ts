// The time limit inside the head's supervisor: all clients are told at once, and awaited. The rule is core/farewell.ts.
import { takeCensus } from '../core/client-census.ts';
import { type FarewellState, stepFarewell } from '../core/farewell.ts';
import type { HeadLayout } from '../core/layout.ts';
import { orderToEnd } from '../core/order-to-end.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { askQueue, readTraces } from './census.ts';

export interface FarewellWish {
	readonly graceMs: number;
	/** What becomes of clients that wait in the queue for a head that ends. */
	readonly pending: 'cancel' | 'keep';
}

const LOOK_EVERY_MS = 500;
/** The clients' own words are read at each look; the queue is for those that could not say theirs. */
const ASK_EVERY_MS = 5_000;

export async function sayFarewell(world: World, head: HeadLayout, wish: FarewellWish): Promise<void> {
	let states: ReadonlyMap<JobId, KnownState> = new Map();
	let askedAt = Number.NEGATIVE_INFINITY;
	let state: FarewellState = { beganMs: world.clock.monotonicMs(), awaited: [], told: false };
	let said = '';
	for (;;) {
		const traces = await readTraces(world, head);
		const nowMs = world.clock.monotonicMs();
		// Telling comes first: the queue is asked for the first time when that is done.
		if (state.told && nowMs - askedAt >= ASK_EVERY_MS) {
			askedAt = nowMs;
			states = await askQueue(world, traces);
		}
		const { connected, coming } = takeCensus(traces, states);
		const step = stepFarewell(state, { nowMs, connected }, wish.graceMs);
		state = step.state;
		const { action } = step;
		if (action.do === 'tell') {
			const told = await tellAll(world, action.jobs);
			state = { ...state, told };
			if (told && askedAt === Number.NEGATIVE_INFINITY) await turnAway(world, coming, wish);
			continue;
		}
		for (const job of action.finished) world.log.say(`Client ${job} has ended`);
		if (action.do === 'end') {
			if (!state.told) await turnAway(world, coming, wish);
			world.log.say(`Time limit: ${action.because}`);
			return;
		}
		const count = action.because.slice(0, action.because.indexOf(','));
		if (count !== said) world.log.say(`Time limit: ${action.because}`);
		said = count;
		// An order to end now ends the waiting; what it says was heard already.
		if (orderToEnd(world.ear.take())) return;
		await world.ear.wait(LOOK_EVERY_MS);
	}
}

async function tellAll(world: World, jobs: readonly JobId[]): Promise<boolean> {
	try {
		await world.scheduler.signal(jobs, 'USR1');
		world.log.say(`Time limit: told ${jobs.length} client${jobs.length === 1 ? '' : 's'}: ${jobs.join(', ')}`);
		return true;
	} catch (error) {
		world.log.warn(`The clients could not be told, and will be told again: ${(error as Error).message}`);
		return false;
	}
}

async function turnAway(world: World, coming: readonly JobId[], wish: FarewellWish): Promise<void> {
	if (coming.length === 0) return;
	if (wish.pending === 'keep') {
		world.log.say(`Still in the queue, and kept there: ${coming.join(', ')}`);
		return;
	}
	await world.scheduler.cancel(coming).then(
		() => world.log.say(`Still in the queue, and cancelled: ${coming.join(', ')}`),
		(error: Error) => world.log.warn(`Clients in the queue could not be cancelled: ${error.message}`),
	);
}
