// A head that submits its own successor in time, from inside its job: the same script with the same options. The rule is
// core/succession.ts.
import type { EndReason } from '../core/end-reasons.ts';
import type { HeadLayout, Layout } from '../core/layout.ts';
import { type Renewal, readSuccessor, submitsAtMs, successorAtEnd } from '../core/succession.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import type { ClientWatch } from './census.ts';
import { readHeadRecord } from './records.ts';
import { isUnsure } from './submit-job.ts';
import { prepareSuccessor, submitSuccessor } from './submit-successor.ts';
import { jobEnds } from './time-left.ts';

export interface RenewWish {
	readonly how: Renewal;
	readonly leadMs: number;
}

export interface RenewWatch {
	/** Has the successor submitted when its time has come, beside everything else. Cheap to call at every tick. */
	look(): void;
	/** The successor, in words, when it can be joined and no client of this head is left. */
	replacedBy(): Promise<string | undefined>;
	/** This head ends: the successor is submitted, kept or cancelled. Its id, where there is one then. */
	settle(reason: EndReason): Promise<JobId | undefined>;
}

export const NOT_RENEWED: RenewWatch = {
	look: () => {},
	replacedBy: async () => undefined,
	settle: async () => undefined,
};

/** The end may be moved (scontrol update), so it is asked for again before it counts. */
const TRY_AGAIN_MS = 60_000;
const ASK_EVERY_MS = 30_000;

export async function renewHead(
	world: World,
	layout: Layout,
	jobId: JobId,
	clients: ClientWatch,
	wish: RenewWish,
): Promise<RenewWatch> {
	const head = layout.head(jobId);
	// An earlier life of this job may have submitted it.
	let successor = await livingSuccessor(world, head);
	const beganMs = world.clock.now().getTime();
	const bornMs = world.clock.monotonicMs();
	let dueMs = await dueAt(world, beganMs, wish);
	let askAgainMs = Number.NEGATIVE_INFINITY;
	let unsure = false;

	const tryToSubmit = async () => {
		try {
			const next = await prepareSuccessor(world, layout, jobId, wish.how);
			successor = await submitSuccessor(world, layout, jobId, next, (job) =>
				world.log.say(`Successor: submitted as job ${job}; it starts ${wish.how} this head ends`),
			);
		} catch (error) {
			world.log.warn(`Successor: not submitted: ${(error as Error).message}`);
			// Slurm may have it all the same, and a second would be one too many.
			unsure = isUnsure(error);
		}
	};
	const submitWhenDue = async () => {
		dueMs = await dueAt(world, beganMs, wish);
		const now = world.clock.now().getTime();
		if (now < dueMs) return;
		dueMs = now + TRY_AGAIN_MS;
		await tryToSubmit();
	};
	let trying: Promise<void> | undefined;

	return {
		look() {
			if (successor !== undefined || unsure || trying !== undefined || world.clock.now().getTime() < dueMs) return;
			trying = submitWhenDue().finally(() => {
				trying = undefined;
			});
		},
		async replacedBy() {
			if (successor === undefined || world.clock.monotonicMs() < askAgainMs) return undefined;
			if ((await world.readInfo(layout.info(successor), successor)).kind !== 'read') return undefined;
			askAgainMs = world.clock.monotonicMs() + ASK_EVERY_MS;
			const { connected, coming } = await clients.ask(false);
			if (connected.length + coming.length > 0) return undefined;
			return `its successor ${successor} is there, and no client is left`;
		},
		async settle(reason) {
			await trying;
			const todo = successorAtEnd(reason, successor !== undefined, world.clock.monotonicMs() - bornMs);
			if (todo === 'submit' && !unsure) await tryToSubmit();
			if (todo === 'submit' || successor === undefined || reason === 'replaced') return successor;
			const job = successor;
			const state = await stateOf(world, job);
			if (state?.kind === 'ended' || state?.kind === 'gone') {
				world.log.say(
					`Successor: ${job} has ended already, and whoever ended it ended the line: no other is submitted`,
				);
				return undefined;
			}
			if (todo === 'keep') return job;
			if (state?.kind !== 'pending') {
				world.log.say(`Successor: ${job} is left as it is: it runs already, or nobody could say`);
				return job;
			}
			if (reason === 'stopped' && (await isDisplaced(world))) {
				world.log.say(`Successor: ${job} is kept: this head was not stopped by hand, another job takes its place`);
				return job;
			}
			const { workers } = (await readHeadRecord(world, layout.head(job))) ?? {};
			await world.scheduler.cancel([job, ...(workers === undefined ? [] : [workers.job])], 'pending');
			world.log.say(`Successor: ${job} is cancelled, since this head ends: ${reason}`);
			successor = undefined;
			// Another may have taken its place, submitted by a person.
			if (readSuccessor((await world.files.readState(head.successor)) ?? '') === job)
				await world.files.remove(head.successor);
			return undefined;
		},
	};
}

async function isDisplaced(world: World): Promise<boolean> {
	const { jobId, restarts } = await world.node.job();
	return world.scheduler.displaced(jobId, restarts).catch(() => false);
}

async function stateOf(world: World, job: JobId): Promise<KnownState | undefined> {
	return (await world.scheduler.states([job]).catch(() => undefined))?.get(job);
}

/** One that an earlier life of this job submitted, and that is not known to be over. */
async function livingSuccessor(world: World, head: HeadLayout): Promise<JobId | undefined> {
	const job = readSuccessor((await world.files.readState(head.successor)) ?? '');
	if (job === undefined) return undefined;
	const kind = (await stateOf(world, job))?.kind;
	if (kind !== 'ended' && kind !== 'gone') return job;
	await world.files.remove(head.successor);
	return undefined;
}

/** Infinity where this job has no end. */
async function dueAt(world: World, beganMs: number, wish: RenewWish): Promise<number> {
	const { endsAtMs } = await world.node.job();
	const ends = (await jobEnds(world))?.getTime() ?? endsAtMs;
	return ends === undefined ? Number.POSITIVE_INFINITY : submitsAtMs(beganMs, ends, wish.leadMs);
}
