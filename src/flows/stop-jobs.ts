// Stops jobs and sees to it that they are over: running ones are told by a request and a signal, waiting ones are cancelled;
// then their own words and the queue are awaited. What could not be told is not left behind as a request.
import type { ClientEvent, HeadEvent } from '../core/events.ts';
import { bashWords } from '../core/quote.ts';
import type { StopPlan, StopTarget } from '../core/stop-plan.ts';
import { renderStopRequest, type StopRequest } from '../core/stop-request.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { eventsOf } from './stop-targets.ts';

export interface StopWish {
	readonly atOnce: boolean;
	/** What was typed. */
	readonly because: string;
	readonly successor?: JobId | undefined;
	/** How long the ends are awaited. */
	readonly patienceMs: number;
}

export interface StopProgress {
	told(jobs: readonly StopTarget[]): void;
	cancelled(jobs: readonly JobId[]): void;
	ended(end: StoppedJob): void;
	silent(why: string): void;
}

export interface StoppedJob {
	readonly job: JobId;
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
	readonly left: readonly JobId[];
	/** In the queue for a head that follows, or kept there by its head's own rule. */
	readonly waiting: readonly JobId[];
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
	await tell(world, plan.tell, wish);
	if (plan.tell.length > 0) progress.told(plan.tell);
	if (plan.cancel.length > 0) {
		await world.scheduler.cancel(plan.cancel, 'pending');
		progress.cancelled(plan.cancel);
	}
	return new Watch(world, plan, wish, progress).untilOver();
}

async function tell(world: World, targets: readonly StopTarget[], wish: StopWish): Promise<void> {
	if (targets.length === 0) return;
	const { atOnce, because, successor } = wish;
	const at = world.clock.now().toISOString();
	const written: StopTarget[] = [];
	try {
		for (const target of targets) {
			const { layout, job, life } = target;
			if (!(await world.files.isPrivate(layout.state))) throw notPrivate(layout.state);
			await world.files.makeFolder(layout.stops);
			const request: StopRequest = { at, life, atOnce, because, successor };
			await world.files.write(layout.stopRequest(job), renderStopRequest(request));
			written.push(target);
		}
		await world.scheduler.signal(
			targets.map(({ job }) => job),
			'USR1',
		);
	} catch (error) {
		await withdraw(world, written);
		throw error;
	}
}

/** Where a job has its state there is one already; one that is made now would be somebody else's idea. */
function notPrivate(state: string): Trouble {
	return new Trouble('failed', `${state} is not there, or not private to you: nobody was told to stop`, {
		hint: `look who it belongs to, with: ls -ld ${bashWords([state])}`,
	});
}

async function withdraw(world: World, targets: readonly StopTarget[]): Promise<void> {
	for (const { layout, job } of targets) await world.files.remove(layout.stopRequest(job)).catch(() => {});
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

	constructor(world: World, plan: StopPlan, wish: StopWish, progress: StopProgress) {
		this.#world = world;
		this.#wish = wish;
		this.#progress = progress;
		this.#told = new Set(plan.tell);
		const cancelled = new Set(plan.cancel);
		const of = (part: Watched['part']) => (target: StopTarget) => ({
			...{ target, part },
			cancelled: cancelled.has(target.job),
		});
		const client = (job: JobId) => clientOf(plan.targets, job);
		this.#all = [
			...plan.targets.map(of('target')),
			...plan.connected.flatMap(client).map(of('client')),
			...plan.waiting.flatMap(client).map(of('bystander')),
		];
	}

	async untilOver(): Promise<StopOutcome> {
		const { clock } = this.#world;
		if (this.#all.length === 0) return { ended: [], left: [], waiting: [] };
		const queue = await this.#world.queue(this.#all.map(({ target }) => target.job));
		queue.every(ASK_EVERY_MS);
		const began = clock.monotonicMs();
		let verifyAt: number | undefined;
		let targetsOverAt: number | undefined;
		let silence = '';
		try {
			for (;;) {
				await this.#hear();
				for (const each of this.#open()) await this.#see(each, queue.known().get(each.target.job));
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
		const jobs = open.map(({ target }) => target.job);
		const saidTheirEnd = new Set(open.filter(({ saidAtMs }) => saidAtMs !== undefined).map(({ target }) => target.job));
		const states = await this.#world.scheduler.states(jobs, saidTheirEnd).catch(() => new Map<JobId, KnownState>());
		for (const each of open) await this.#see(each, states.get(each.target.job));
	}

	/** Their own last words. */
	async #hear(): Promise<void> {
		for (const each of this.#open()) {
			const last = await lastWord(this.#world, each.target);
			// It goes on with another head: then it is none of those that end.
			if (each.part === 'client' && (last?.step === 'left' || last?.step === 'moved'))
				this.#over(each, { reason: 'rejoin' });
			else if (last?.step === 'ended') each.saidAtMs ??= this.#world.clock.monotonicMs();
		}
	}

	async #see(each: Watched, state: KnownState | undefined): Promise<void> {
		const { target, cancelled, part, saidAtMs } = each;
		if (each.end !== undefined) return;
		const longSaid = saidAtMs !== undefined && this.#world.clock.monotonicMs() - saidAtMs >= OWN_WORD_MS;
		if (state?.kind === 'ended' || state?.kind === 'gone' || (longSaid && state?.kind !== 'running')) {
			const last = await lastWord(this.#world, target);
			const said = last?.step === 'ended' ? { reason: last.reason, code: last.code } : undefined;
			const never = said === undefined && !target.spoke && (cancelled || part === 'bystander');
			const how = state?.kind === 'ended' ? state.how : undefined;
			this.#over(each, { ...(said ?? { reason: how }), ...(never ? { cancelled: true } : {}) });
		} else if (cancelled && state?.kind === 'running' && !this.#told.has(target)) {
			// It began while it was being cancelled.
			this.#told.add(target);
			await tell(this.#world, [target], this.#wish);
			this.#progress.told([target]);
		}
	}

	#over(each: Watched, how: Omit<StoppedJob, 'job' | 'role'>): void {
		each.end = { job: each.target.job, role: each.target.role, ...how };
		this.#progress.ended(each.end);
	}

	async #outcome(): Promise<StopOutcome> {
		const ended = this.#all.flatMap(({ end }) => (end === undefined ? [] : [end]));
		const left = this.#awaited().map(({ target }) => target.job);
		const obeyed = [...this.#told].filter(({ job }) => !left.includes(job));
		await withdraw(this.#world, obeyed);
		return { ended, left, waiting: this.#open('bystander').map(({ target }) => target.job) };
	}
}

function clientOf(heads: readonly StopTarget[], job: JobId): readonly StopTarget[] {
	const head = heads.find(({ clients }) => clients.some((client) => client.job === job));
	if (head === undefined) return [];
	const spoke = head.clients.some((client) => client.job === job && client.spoke);
	return [{ job, role: 'client', layout: head.layout, head: head.job, word: 'open', spoke, clients: [] }];
}

async function lastWord(world: World, { layout, head, job, role }: StopTarget) {
	const corner = layout.head(head);
	await world.files.list(role === 'head' ? corner.folder : corner.clients);
	if (role === 'head') return (await eventsOf<HeadEvent>(world, corner.events)).at(-1);
	return (await eventsOf<ClientEvent>(world, corner.clientEvents(job))).at(-1);
}
