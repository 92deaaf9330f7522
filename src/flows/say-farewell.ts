// The end that is announced inside the head's supervisor: all clients are told at once, and awaited. The rule is
// core/farewell.ts.
import { counted } from '../core/counted.ts';
import type { HeadEvent } from '../core/events.ts';
import { countdownMark, type FarewellState, graceBeforeKill, graceWithin, stepFarewell } from '../core/farewell.ts';
import type { HeadLayout } from '../core/layout.ts';
import { orderToEnd } from '../core/order-to-end.ts';
import { inGroups, isMeant, nameOf } from '../core/task-names.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import type { ClientWatch } from './census.ts';
import { journal } from './journal.ts';
import { readClients } from './read-clients.ts';
import { recordTakenOut } from './taken-out.ts';
import { timeLeftMs } from './time-left.ts';

export interface FarewellWish {
	readonly graceMs: number;
	/** What becomes of clients that wait in the queue for a head that ends. */
	readonly pending: 'cancel' | 'keep';
	/** Asked when SIGUSR1 is heard while clients are awaited: no more waiting. */
	readonly hurried?: () => Promise<boolean>;
}

/** Why the head ends. `limit`: the time that is left is Slurm's to tell. `stop`: there is time, and still Slurm may have less.
 *  `order`: Slurm's SIGKILL follows its SIGTERM. `at once`: nothing is left to wait for, and still they are told. */
export type Haste = 'limit' | 'stop' | 'order' | 'at once';
const LABELS: Readonly<Record<Haste, string>> = {
	limit: 'Time limit',
	stop: 'Stop',
	order: 'Ending',
	'at once': 'Ending',
};

const LOOK_EVERY_MS = 500;
/** The clients' own words are read at each look; the queue is for those that could not say theirs. Its answer is shared, and
 *  made anew every 5 seconds. */
const ASK_EVERY_MS = 1_000;
const QUEUE_LATE_MS = 10_000;

export async function sayFarewell(
	world: World,
	head: HeadLayout,
	clients: ClientWatch,
	wish: FarewellWish,
	haste: Haste,
	/** Of the clients in the queue those that need not be turned away. */
	awaitedElsewhere: (coming: readonly JobId[]) => Promise<readonly JobId[]>,
): Promise<void> {
	clients.anew();
	const tell = journal<HeadEvent>(world, head.events);
	const announced = haste === 'limit' || haste === 'stop';
	const grace = graceOf(world, wish, haste);
	let askedAt: number | undefined;
	let asking = false;
	let state: FarewellState = { beganMs: world.clock.monotonicMs(), awaited: [], told: false };
	let said = '';
	let emptied: Promise<void> | undefined;
	/** Beside the waiting: a scheduler that is slow to answer must not hold up the end. */
	const ask = () => {
		asking = true;
		const answer = clients.ask(true).finally(() => {
			asking = false;
		});
		emptied ??= answer.then(async ({ coming }) => {
			if (announced) await emptyQueue(world, head, coming, await awaitedElsewhere(coming), wish);
		});
	};
	for (;;) {
		const nowMs = world.clock.monotonicMs();
		// Telling comes first: the queue is asked for the first time when that is done.
		if (state.told && !asking && (askedAt === undefined || nowMs - askedAt >= ASK_EVERY_MS)) {
			askedAt = nowMs;
			ask();
		}
		const { connected } = await clients.look();
		const step = stepFarewell(state, { nowMs, connected }, grace());
		state = step.state;
		const { action } = step;
		if (action.do === 'tell') {
			const told = await tellAll(world, action.jobs, LABELS[haste]);
			if (told) await tell({ step: 'told', clients: action.jobs.length });
			state = { ...state, told };
			continue;
		}
		for (const job of action.finished) world.log.say(`Client ${job} has ended`);
		if (action.do === 'end') {
			if (emptied === undefined) ask();
			await Promise.race([emptied, world.clock.sleep(QUEUE_LATE_MS)]);
			world.log.say(`${LABELS[haste]}: ${action.because}`);
			return;
		}
		// One line for each client less, and for each mark of the countdown.
		const count = `${connected.length} ${countdownMark(grace() - (nowMs - state.beganMs))}`;
		if (count !== said) world.log.say(`${LABELS[haste]}: ${action.because}`);
		said = count;
		// An order to end now ends the waiting; what it says was heard already.
		const heard = announced ? world.ear.take() : [];
		if (orderToEnd(heard) || (heard.includes('USR1') && (await wish.hurried?.()))) return;
		await world.ear.wait(LOOK_EVERY_MS);
	}
}

/** Begins with what is known at once; Slurm's answer, when it comes, only makes it shorter. */
function graceOf(world: World, wish: FarewellWish, haste: Haste): () => number {
	if (haste === 'at once') return () => 0;
	let graceMs = haste === 'order' ? graceBeforeKill(undefined) : wish.graceMs;
	const began = world.clock.monotonicMs();
	if (haste !== 'order') {
		void timeLeftMs(world).then((leftMs) => {
			const passedMs = world.clock.monotonicMs() - began;
			graceMs = graceWithin(wish.graceMs, leftMs === undefined ? undefined : leftMs + passedMs);
		});
	} else {
		void world.scheduler.killWaitMs().then(
			(ms) => {
				graceMs = Math.min(wish.graceMs, graceBeforeKill(ms));
			},
			() => {},
		);
	}
	return () => graceMs;
}

async function tellAll(world: World, jobs: readonly JobId[], label: string): Promise<boolean> {
	try {
		await world.scheduler.signal(jobs, 'USR1');
		world.log.say(`${label}: told ${counted(jobs.length, 'client')}: ${jobs.join(', ')}`);
		return true;
	} catch (error) {
		world.log.warn(`The clients could not be told, and will be told again: ${(error as Error).message}`);
		return false;
	}
}

async function emptyQueue(
	world: World,
	head: HeadLayout,
	coming: readonly JobId[],
	kept: readonly JobId[],
	wish: FarewellWish,
): Promise<void> {
	if (kept.length > 0) world.log.say(`Still in the queue, for the head that follows: ${kept.join(', ')}`);
	const rest = coming.filter((job) => !kept.includes(job));
	if (rest.length === 0) return;
	if (wish.pending === 'keep') {
		world.log.say(`Still in the queue, and kept there: ${rest.join(', ')}`);
		return;
	}
	// Tasks of an array that run have been told, like all others.
	const silent = (await readClients(world, head)).filter(
		(client) => client.events.length === 0 && rest.some((job) => isMeant(client, job)),
	);
	try {
		await world.scheduler.cancel(rest, 'pending');
		const states = await world.scheduler.states(silent.map(nameOf));
		const are = (...kinds: KnownState['kind'][]) =>
			silent.map(nameOf).filter((name) => kinds.includes(states.get(name)?.kind ?? 'unknown'));
		const cancelled = are('ended', 'gone');
		if (cancelled.length > 0) world.log.say(`Still in the queue, and cancelled: ${inGroups(cancelled).join(', ')}`);
		await recordTakenOut(
			world,
			cancelled.map((name) => ({ name, corner: head })),
		);
		// Those whose environment is being set up hear of it when that is done.
		const starting = are('running');
		if (starting.length > 0) {
			await world.scheduler.signal(starting, 'USR1');
			world.log.say(`About to join, and told: ${inGroups(starting).join(', ')}`);
		}
	} catch (error) {
		world.log.warn(`Clients that have not joined could not be turned away: ${(error as Error).message}`);
	}
}
