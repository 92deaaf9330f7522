// `logs -f`: shows a job's output until the job has ended, which is not when its files are quiet. Its supervisor's own word
// in the shared folder says so, and its closing line that it has left; where neither could be said, the scheduler's word.
import { type ClientEvent, type HeadEvent, parseEvents } from '../core/events.ts';
import type { HeadLayout, Layout } from '../core/layout.ts';
import { mayComeBack } from '../core/order-to-end.ts';
import { allUnknown } from '../core/queue.ts';
import { isJobId } from '../core/target.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { type QueueListener, queueWords } from './queue-words.ts';

export interface FollowedJob {
	readonly job: JobId;
	readonly kind: 'head' | 'client';
	readonly layout: Layout;
	/** The corner of its head, where its events are. */
	readonly head: HeadLayout;
}

export interface FollowProgress extends QueueListener {
	/** Shows what was written since the last call; resolves to whether there was anything. */
	show(): Promise<boolean>;
	/** Whether the supervisor has said its closing line. */
	closed(): Promise<boolean>;
}

const LOOK_EVERY_MS = 200;
/** A job that has told of itself tells of its end as well. */
const ASK_SLURM_EVERY_MS = 30_000;
/** As often as one answer is shared by all. */
const ASK_SLURM_SOON_MS = 1_000;
/** From a client's word that it has ended until its node has left the cluster, and its logs are kept. */
const LEAVING_MS = 60_000;
/** A job that was told to end may be put back into the queue: its state is asked for once more after each of these. */
const SETTLING_MS = [0, 500, 1_000, 2_000, 4_000];

export async function followJob(world: World, asked: FollowedJob, progress: FollowProgress): Promise<void> {
	const { job } = asked;
	const queue = await world.queue([job]);
	const endBySlurm = queueWords(world.clock, progress, world.scheduler.title);
	let { head } = asked;
	let first = true;
	/** The end of an earlier life, after which the job has been put back into the queue. */
	let passed: string | undefined;
	let endedAtMs: number | undefined;
	try {
		for (;;) {
			const last = await lastEvent(world, asked, head);
			if (last !== undefined && last.at !== passed) queue.every(ASK_SLURM_EVERY_MS);
			await progress.show();
			if (last?.step === 'moved' && isJobId(last.head)) head = asked.layout.head(last.head);
			if (last?.step === 'ended' && last.at !== passed) {
				const nowMs = world.clock.monotonicMs();
				endedAtMs ??= nowMs;
				const closed = (await progress.closed()) || nowMs - endedAtMs > LEAVING_MS;
				// Its own word is enough, unless it was told to end: whoever told it may start it anew.
				if (closed && !first && !mayComeBack(last)) return await showTheRest(world, progress);
				if (first || closed) {
					const state = await settledState(world, job, progress, first);
					if (isOver(state)) return await showTheRest(world, progress);
					if (closed || state.kind === 'pending') {
						passed = last.at;
						endedAtMs = undefined;
						queue.every(ASK_SLURM_SOON_MS);
					}
				}
			}
			first = false;
			if (endBySlurm(queue.known().get(job)) !== undefined) return await showTheRest(world, progress);
			await world.clock.sleep(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}

async function lastEvent(
	world: World,
	{ job, kind }: FollowedJob,
	head: HeadLayout,
): Promise<HeadEvent | ClientEvent | undefined> {
	await world.files.list(kind === 'head' ? head.folder : head.clients);
	const text = (await world.files.readState(kind === 'head' ? head.events : head.clientEvents(job))) ?? '';
	return parseEvents<HeadEvent | ClientEvent>(text).at(-1);
}

/** What becomes of it, while output still comes. Asked at most a few times, and once where it ended before anybody looked. */
async function settledState(world: World, job: JobId, progress: FollowProgress, once: boolean): Promise<KnownState> {
	let state: KnownState = { kind: 'unknown', why: 'not asked' };
	for (const waitMs of once ? [0] : SETTLING_MS) {
		if (waitMs > 0) await world.clock.sleep(waitMs);
		await progress.show();
		const states = await world.scheduler.states([job]).catch((error: Error) => allUnknown([job], error));
		state = states.get(job) ?? state;
		if (state.kind !== 'running' && state.kind !== 'ending') break;
	}
	return state;
}

/** Its own word counts where the scheduler says nothing. */
function isOver({ kind }: KnownState): boolean {
	return kind === 'ended' || kind === 'gone' || kind === 'unknown';
}

export async function showTheRest(world: World, progress: Pick<FollowProgress, 'show'>): Promise<void> {
	do await world.clock.sleep(LOOK_EVERY_MS);
	while (await progress.show());
}
