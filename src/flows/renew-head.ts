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
import { watchClients } from './census.ts';
import { jobEnds } from './time-left.ts';

export interface RenewWish {
	readonly how: Renewal;
	readonly leadMs: number;
}

export interface RenewWatch {
	/** Submits the successor when its time has come. Cheap to call at every tick. */
	look(): Promise<void>;
	/** The successor, in words, when it can be joined and no client of this head is left. */
	replacedBy(): Promise<string | undefined>;
	/** This head ends: the successor is submitted, kept or cancelled. Its id, where there is one then. */
	settle(reason: HeadEnd['reason']): Promise<JobId | undefined>;
}

export const NOT_RENEWED: RenewWatch = {
	look: async () => {},
	replacedBy: async () => undefined,
	settle: async () => undefined,
};

/** The end may be moved (scontrol update), so it is asked for again before it counts. */
const TRY_AGAIN_MS = 60_000;
const ASK_EVERY_MS = 30_000;

export async function renewHead(world: World, layout: Layout, jobId: JobId, wish: RenewWish): Promise<RenewWatch> {
	const head = layout.head(jobId);
	// An earlier life of this job may have submitted it.
	let successor = readSuccessor((await world.files.readText(head.successor)) ?? '');
	const beganMs = world.clock.now().getTime();
	let dueMs = await dueAt(world, beganMs, wish);
	const clients = watchClients(world, head);
	let askAgainMs = Number.NEGATIVE_INFINITY;

	const submit = async () => {
		successor = await submitSuccessor(world, layout, head, jobId, wish.how);
		world.log.say(`Successor: submitted as job ${successor}; it starts ${wish.how} this head ends`);
	};
	const fails = (error: Error) => world.log.warn(`Successor: not submitted: ${error.message}`);

	return {
		async look() {
			if (successor !== undefined || world.clock.now().getTime() < dueMs) return;
			dueMs = await dueAt(world, beganMs, wish);
			const now = world.clock.now().getTime();
			if (now < dueMs) return;
			dueMs = now + TRY_AGAIN_MS;
			await submit().catch(fails);
		},
		async replacedBy() {
			if (successor === undefined || world.clock.monotonicMs() < askAgainMs) return undefined;
			if ((await world.readInfo(layout.info(successor), successor)).kind !== 'read') return undefined;
			askAgainMs = world.clock.monotonicMs() + ASK_EVERY_MS;
			const { connected, coming } = await clients.ask();
			if (connected.length + coming.length > 0) return undefined;
			return `its successor ${successor} is there, and no client is left`;
		},
		async settle(reason) {
			const todo = successorAtEnd(reason, successor !== undefined);
			if (todo === 'submit') await submit().catch(fails);
			if (todo === 'cancel' && successor !== undefined) {
				const job = successor;
				successor = undefined;
				await world.files.remove(head.successor);
				await world.scheduler.cancel([job]).then(
					() => world.log.say(`Successor: ${job} is cancelled, since this head ends: ${reason}`),
					(error: Error) => world.log.warn(`Successor: ${job} could not be cancelled: ${error.message}`),
				);
			}
			return successor;
		},
	};
}

/** Infinity where this job has no end. */
async function dueAt(world: World, beganMs: number, wish: RenewWish): Promise<number> {
	const { endsAtMs } = await world.node.job();
	const ends = (await jobEnds(world))?.getTime() ?? endsAtMs;
	return ends === undefined ? Number.POSITIVE_INFINITY : submitsAtMs(beganMs, ends, wish.leadMs);
}

async function submitSuccessor(
	world: World,
	layout: Layout,
	head: HeadLayout,
	jobId: JobId,
	how: Renewal,
): Promise<JobId> {
	const record = parseHeadRecord((await world.files.readText(head.record)) ?? '');
	const script = record && (await world.files.readText(record.script));
	if (record === undefined || script === undefined) throw new Error(`${head.record} or its script is not there`);
	const scriptPath = `${layout.scripts}/head-${world.randomHex(8)}.sbatch`;
	await world.files.write(scriptPath, script);
	const options = successorOptions(record.options, how, jobId);
	const job = await world.scheduler.submit({ script, scriptPath, options });
	const next: HeadRecord = {
		...record,
		job,
		script: scriptPath,
		submitted: world.clock.now().toISOString(),
		predecessor: jobId,
	};
	const nextHead = layout.head(job);
	await world.files.makeFolder(nextHead.clients);
	await world.files.write(nextHead.record, renderHeadRecord(next));
	await world.files.write(head.successor, renderSuccessor(job));
	await world.register.add({ job, name: record.name, outputDir: layout.outputDir });
	return job;
}
