// A head that submits its own successor in time, from inside its job: the same script with the same options. The rule is
// core/succession.ts.
import type { HeadEnd } from '../core/head-life.ts';
import { type HeadRecord, parseHeadRecord, renderHeadRecord } from '../core/head-record.ts';
import type { HeadLayout, Layout } from '../core/layout.ts';
import {
	type Renewal,
	readSuccessor,
	renderSuccessor,
	submitsAtMs,
	successorAtEnd,
	successorOptions,
} from '../core/succession.ts';
import type { JobId, World } from '../core/world.ts';
import type { ClientWatch } from './census.ts';
import { isUnsure, recordSubmitted } from './submit-job.ts';
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
	settle(reason: HeadEnd['reason']): Promise<JobId | undefined>;
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
	let dueMs = await dueAt(world, beganMs, wish);
	let askAgainMs = Number.NEGATIVE_INFINITY;

	const submit = async () => {
		successor = await submitSuccessor(world, layout, jobId, wish.how);
		world.log.say(`Successor: submitted as job ${successor}; it starts ${wish.how} this head ends`);
	};
	const tryToSubmit = () =>
		submit().catch((error: Error) => {
			world.log.warn(`Successor: not submitted: ${error.message}`);
			// Slurm may have it all the same, and a second would be one too many.
			if (isUnsure(error)) dueMs = Number.POSITIVE_INFINITY;
		});
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
			if (successor !== undefined || trying !== undefined || world.clock.now().getTime() < dueMs) return;
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
			const todo = successorAtEnd(reason, successor !== undefined);
			if (todo === 'submit' && dueMs < Number.POSITIVE_INFINITY) await tryToSubmit();
			if (todo !== 'cancel' || successor === undefined) return successor;
			const job = successor;
			const state = (await world.scheduler.states([job])).get(job);
			if (state?.kind !== 'pending') {
				world.log.say(`Successor: ${job} is left as it is: it runs already, or nobody could say`);
				return job;
			}
			await world.scheduler.cancel([job], 'pending');
			world.log.say(`Successor: ${job} is cancelled, since this head ends: ${reason}`);
			successor = undefined;
			await world.files.remove(head.successor);
			return undefined;
		},
	};
}

/** One that an earlier life of this job submitted, and that is not known to be over. */
async function livingSuccessor(world: World, head: HeadLayout): Promise<JobId | undefined> {
	const job = readSuccessor((await world.files.readState(head.successor)) ?? '');
	if (job === undefined) return undefined;
	const state = await world.scheduler.states([job]).catch(() => undefined);
	const kind = state?.get(job)?.kind;
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

async function submitSuccessor(world: World, layout: Layout, jobId: JobId, how: Renewal): Promise<JobId> {
	const head = layout.head(jobId);
	const record = parseHeadRecord((await world.files.readState(head.record)) ?? '');
	await world.files.makePrivateFolder(layout.state); // Still ours: or it throws.
	const kept = record?.script.startsWith(`${layout.scripts}/`) && !record.script.includes('/../');
	const script = record && kept ? await world.files.readState(record.script) : undefined;
	if (record === undefined || script === undefined) throw new Error(`${head.record} or its script is not there`);
	const scriptPath = `${layout.scripts}/head-${world.randomHex(8)}.sbatch`;
	await world.files.write(scriptPath, script);
	const options = successorOptions(record.options, how, jobId);
	const job = await world.scheduler.submit({ script, scriptPath, options });
	const next = layout.head(job);
	await recordSubmitted(world, job, async () => {
		// First of all what clients follow.
		await world.files.write(head.successor, renderSuccessor(job));
		await world.files.makeFolder(next.clients);
		const submitted = world.clock.now().toISOString();
		const renewed: HeadRecord = { ...record, job, script: scriptPath, submitted, predecessor: jobId };
		await world.files.write(next.record, renderHeadRecord(renewed));
		await world.register.add({ job, name: record.name, outputDir: layout.outputDir });
	});
	return job;
}
