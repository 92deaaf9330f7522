// Stops jobs and sees to it that they are over: running ones are told by a request and a signal, waiting ones are cancelled;
// then their own words and the queue are awaited. What could not be told is not left behind as a request.
import { orderNames, type StopPlan, type StopTarget } from '../core/stop-plan.ts';
import { type Named, nameOf } from '../core/task-names.ts';
import type { KnownState, World } from '../core/world.ts';
import { LastWords } from './last-words.ts';
import { recordNeverBegan, recordTakenOut } from './taken-out.ts';
import { type StopOrder, tellToStop, withdraw } from './tell-to-stop.ts';

export interface StopWish extends StopOrder {
	/** How long the ends are awaited. */
	readonly patienceMs: number;
}

export interface StopProgress {
	told(jobs: readonly StopTarget[]): void;
	cancelled(jobs: readonly StopTarget[]): void;
	/** All that were seen at one look. */
	ended(ends: readonly StoppedJob[]): void;
	silent(why: string): void;
}

export interface StoppedJob extends Named {
	readonly role: 'head' | 'client';
	/** Its own word, where it said one; else the scheduler's. */
	readonly reason?: string | undefined;
	readonly code?: number | undefined;
	/** It had not begun. */
	readonly cancelled?: true;
}

export interface StopOutcome {
	readonly ended: readonly StoppedJob[];
	/** Not over when the patience was. */
	readonly left: readonly StopTarget[];
	/** In the queue for a head that follows, or kept there by its head's own rule. */
	readonly waiting: readonly StopTarget[];
}

const LOOK_EVERY_MS = 200;
/** Contract: an answer is at most this old while something is ending. */
const ASK_EVERY_MS = 5_000;
/** From a job's last word to its end in the scheduler's books: a client's nodes leave the cluster after that word. */
const VERIFY_AFTER_MS = { head: 500, client: 1_500 };
/** A job that has said its end is over, also where the scheduler has stopped answering. */
const OWN_WORD_MS = 60_000;
/** Clients that a head could not await any more end by themselves once they see that it is gone. */
const STRAGGLERS_MS = 30_000;

export async function stopJobs(
	world: World,
	plan: StopPlan,
	wish: StopWish,
	progress: StopProgress,
): Promise<StopOutcome> {
	await tellToStop(world, plan.tell, wish);
	if (plan.tell.length > 0) progress.told(plan.tell);
	if (plan.cancel.length > 0) {
		await world.scheduler.cancel(orderNames(plan.cancel), 'pending');
		progress.cancelled(plan.cancel);
	}
	return new Watch(world, plan, wish, progress).untilOver();
}

/** target: asked for. client: it ends with its head, which tells it. bystander: what a head that ends cancels, and may keep. */
interface Watched {
	readonly target: StopTarget;
	readonly part: 'target' | 'client' | 'bystander';
	readonly cancelled: boolean;
	saidAtMs?: number;
	end?: StoppedJob;
}

class Watch {
	readonly #world: World;
	readonly #wish: StopWish;
	readonly #progress: StopProgress;
	readonly #all: readonly Watched[];
	readonly #told: Set<StopTarget>;
	readonly #words: LastWords;

	constructor(world: World, plan: StopPlan, wish: StopWish, progress: StopProgress) {
		this.#world = world;
		this.#wish = wish;
		this.#progress = progress;
		this.#told = new Set(plan.tell);
		this.#words = new LastWords(world);
		const cancelled = new Set(plan.cancel.map(nameOf));
		const of = (part: Watched['part']) => (target: StopTarget) => ({
			...{ target, part },
			cancelled: cancelled.has(nameOf(target)),
		});
		this.#all = [
			...plan.targets.map(of('target')),
			...plan.connected.map(of('client')),
			...plan.waiting.map(of('bystander')),
		];
	}

	async untilOver(): Promise<StopOutcome> {
		const { clock } = this.#world;
		if (this.#all.length === 0) return { ended: [], left: [], waiting: [] };
		const queue = await this.#world.queue(this.#all.map(({ target }) => nameOf(target)));
		queue.every(ASK_EVERY_MS);
		const began = clock.monotonicMs();
		let verifyAt: number | undefined;
		let targetsOverAt: number | undefined;
		let silence = '';
		try {
			for (;;) {
				await this.#hear();
				await this.#see(queue.known());
				const silent = [...queue.known().values()].find((state) => state.kind === 'unknown');
				if (silent?.kind === 'unknown' && silent.why !== silence) this.#progress.silent(silent.why);
				silence = silent?.kind === 'unknown' ? silent.why : '';
				const nowMs = clock.monotonicMs();
				if (this.#open('target').length === 0) targetsOverAt ??= nowMs;
				const tooLate = nowMs - began >= this.#wish.patienceMs;
				const enough = targetsOverAt !== undefined && nowMs - targetsOverAt >= STRAGGLERS_MS;
				if (tooLate || enough || this.#awaited().length === 0) return await this.#outcome();
				// All have said their end, or were cancelled: one question now is worth more than waiting for the next answer.
				const quiet = this.#awaited().every(({ saidAtMs, cancelled }) => saidAtMs !== undefined || cancelled);
				const isClient = this.#awaited().some(({ target }) => target.role === 'client');
				if (quiet) verifyAt ??= nowMs + VERIFY_AFTER_MS[isClient ? 'client' : 'head'];
				if (verifyAt !== undefined && nowMs >= verifyAt) {
					verifyAt = Number.POSITIVE_INFINITY;
					await this.#ask();
				} else await clock.sleep(LOOK_EVERY_MS);
			}
		} finally {
			queue.stop();
		}
	}

	#open(part?: Watched['part']): readonly Watched[] {
		return this.#all.filter((each) => each.end === undefined && (part === undefined || each.part === part));
	}

	#awaited(): readonly Watched[] {
		return this.#open().filter(({ part }) => part !== 'bystander');
	}

	async #ask(): Promise<void> {
		const open = this.#open();
		const names = open.map(({ target }) => nameOf(target));
		const saidTheirEnd = new Set(
			open.filter(({ saidAtMs }) => saidAtMs !== undefined).map(({ target }) => nameOf(target)),
		);
		await this.#see(await this.#world.scheduler.states(names, saidTheirEnd).catch(() => new Map()));
	}

	/** Their own last words. */
	async #hear(): Promise<void> {
		const open = this.#open();
		await this.#words.look(open.map(({ target }) => target));
		for (const each of open) {
			const last = await this.#words.of(each.target);
			// It goes on with another head: then it is none of those that end.
			if (each.part === 'client' && (last?.step === 'left' || last?.step === 'moved'))
				each.end = endOf(each.target, { reason: 'rejoin' });
			else if (last?.step === 'ended') each.saidAtMs ??= this.#world.clock.monotonicMs();
		}
		this.#tellEnds(open);
	}

	/** What the queue says. */
	async #see(states: ReadonlyMap<string, KnownState>): Promise<void> {
		const open = this.#open();
		const begun: StopTarget[] = [];
		for (const each of open) {
			const { target, cancelled, part, saidAtMs } = each;
			const state = states.get(nameOf(target));
			const longSaid = saidAtMs !== undefined && this.#world.clock.monotonicMs() - saidAtMs >= OWN_WORD_MS;
			if (state?.kind === 'ended' || state?.kind === 'gone' || (longSaid && state?.kind !== 'running')) {
				const last = await this.#words.of(target);
				// Somebody else may have seen first that it is over.
				const silent = last === undefined || (last.step === 'ended' && last.reason === 'never began');
				const said = !silent && last.step === 'ended' ? { reason: last.reason, code: last.code } : undefined;
				const never = silent && !target.spoke && (cancelled || part === 'bystander');
				const how = state?.kind === 'ended' ? state.how : undefined;
				each.end = endOf(target, { ...(said ?? { reason: how }), ...(never ? { cancelled: true } : {}) });
			} else if (cancelled && state?.kind === 'running' && !this.#told.has(target)) begun.push(target);
		}
		this.#tellEnds(open);
		if (begun.length === 0) return;
		// They began while they were being cancelled.
		for (const target of begun) this.#told.add(target);
		await tellToStop(this.#world, begun, this.#wish);
		this.#progress.told(begun);
	}

	#tellEnds(those: readonly Watched[]): void {
		const ends = those.flatMap(({ end }) => end ?? []);
		if (ends.length > 0) this.#progress.ended(ends);
	}

	async #outcome(): Promise<StopOutcome> {
		const over = this.#all.filter(({ end }) => end !== undefined);
		const left = this.#awaited().map(({ target }) => target);
		await withdraw(
			this.#world,
			[...this.#told].filter((target) => !left.includes(target)),
		);
		const takenOut = over.flatMap(({ end, target }) => (end?.cancelled ? target : []));
		const of = (role: StopTarget['role']) => takenOut.filter((target) => target.role === role);
		await recordTakenOut(
			this.#world,
			of('client').map((target) => ({ name: nameOf(target), corner: target.layout.head(target.head) })),
		);
		for (const { layout, job } of of('head')) await recordNeverBegan(this.#world, layout, job);
		return {
			ended: over.flatMap(({ end }) => end ?? []),
			left,
			waiting: this.#open('bystander').map(({ target }) => target),
		};
	}
}

function endOf({ job, task, role }: StopTarget, how: Omit<StoppedJob, 'job' | 'role'>): StoppedJob {
	return { job, ...(task === undefined ? {} : { task }), role, ...how };
}
