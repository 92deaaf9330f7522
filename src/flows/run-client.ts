// A client inside its job: one stay with a head, and where it was asked to rejoin, another with each head that follows.
import type { ClientEvent } from '../core/events.ts';
import { SLURM_EARLY_MS } from '../core/succession.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import type { ClientJob } from './client-job.ts';
import { headFolderName } from './find-head.ts';
import { journal, type WithoutTime } from './journal.ts';
import { awaitNextHead } from './next-head.ts';
import { registerMove } from './register-move.ts';
import { type ClientEnd, looksForNext, stayWithHead } from './stay-with-head.ts';

export async function runClient(world: World, asked: ClientJob): Promise<number> {
	const { jobId } = await world.node.job();
	let client = asked;
	let resumed = false;
	/** Begins with the first head that ends, and anew with each that was served. */
	let deadlineMs: number | undefined;
	for (;;) {
		const end = await stayWithHead(world, client, jobId, resumed);
		resumed ||= end.served === true;
		if (end.served || deadlineMs === undefined) deadlineMs = await rejoinDeadline(world, client);
		const next = looksForNext(client, end) ? await nextHead(world, client, jobId, end, deadlineMs) : undefined;
		if (next === undefined || next.kind === 'none') {
			const { code, because } = next ?? end;
			if (next) await tellClient(world, client, jobId, { step: 'ended', reason: because, code });
			world.log.say(`Client ${jobId} ended with code ${code}: ${because}`);
			return code;
		}
		client = { ...client, head: { kind: 'job', job: next.job } };
	}
}

/** On the clock that never jumps: what was asked for, and never into this job's own last minutes. */
async function rejoinDeadline(world: World, { rejoinMs = 0, leadMs }: ClientJob): Promise<number> {
	const { endsAtMs = Number.POSITIVE_INFINITY } = await world.node.job();
	const ownMs = endsAtMs - leadMs - SLURM_EARLY_MS - world.clock.now().getTime();
	return world.clock.monotonicMs() + Math.min(rejoinMs, ownMs);
}

type Next =
	| { readonly kind: 'job'; readonly job: JobId }
	| { readonly kind: 'none'; readonly code: number; readonly because: string };

async function nextHead(
	world: World,
	client: ClientJob,
	jobId: JobId,
	end: ClientEnd,
	deadlineMs: number,
): Promise<Next> {
	const { head, layout } = client;
	if (head.kind !== 'job') throw new Error('a cluster named by its address has no next head');
	await tellClient(world, client, jobId, { step: 'left', reason: end.because });
	world.log.say(`Left head ${head.job}: ${end.because}; waiting for the head that follows`);
	try {
		const info = await awaitNextHead(world, layout, { job: head.job, incarnation: end.incarnation }, deadlineMs);
		const job = info.slurmJobId;
		world.log.say(`Head ${job} follows`);
		if (job !== head.job) {
			await registerMove(world, layout, head.job, job);
			await tellClient(world, client, jobId, { step: 'moved', head: job });
		}
		return { kind: 'job', job };
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		world.log.error(error);
		// A script that was told, and ended in its own way, has said how it went.
		const own = end.code === 0 || error.kind === 'interrupted' ? error.exitCode : end.code;
		return { kind: 'none', code: own, because: error.message };
	}
}

function tellClient(world: World, client: ClientJob, jobId: JobId, event: WithoutTime<ClientEvent>): Promise<void> {
	return journal<ClientEvent>(world, client.layout.head(headFolderName(client.head)).clientEvents(jobId))(event);
}
