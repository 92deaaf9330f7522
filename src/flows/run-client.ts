// A client inside its job: one stay with a head, and where it was asked to rejoin, another with each head that follows.
import type { ClientEvent } from '../core/events.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { headFolderName } from './find-head.ts';
import { journal } from './journal.ts';
import { awaitNextHead } from './next-head.ts';
import { type ClientEnd, type ClientJob, looksForNext, stayWithHead } from './stay-with-head.ts';

export async function runClient(world: World, asked: ClientJob): Promise<number> {
	const { jobId } = await world.node.job();
	let client = asked;
	for (let stay = 1; ; stay++) {
		const end = await stayWithHead(world, client, jobId, stay > 1);
		const next = looksForNext(client, end) ? await nextHead(world, client, jobId, end) : undefined;
		if (next === undefined || next.kind === 'none') {
			const { code, because } = next ?? end;
			if (next) await tellClient(world, client, jobId, { step: 'ended', reason: because, code });
			world.log.say(`Client ${jobId} ended with code ${code}: ${because}`);
			return code;
		}
		client = { ...client, head: { kind: 'job', job: next.job } };
	}
}

type Next =
	| { readonly kind: 'job'; readonly job: JobId }
	| { readonly kind: 'none'; readonly code: number; readonly because: string };

async function nextHead(world: World, client: ClientJob, jobId: JobId, end: ClientEnd): Promise<Next> {
	const { head, rejoinMs = 0, layout } = client;
	if (head.kind !== 'job') throw new Error('a cluster named by its address has no next head');
	await tellClient(world, client, jobId, { step: 'left', reason: end.because });
	world.log.say(`Left head ${head.job}: ${end.because}; waiting for the head that follows`);
	try {
		const info = await awaitNextHead(world, layout, { job: head.job, incarnation: end.incarnation }, rejoinMs);
		const job = info.slurmJobId;
		world.log.say(`Head ${job} follows`);
		if (job !== head.job) await tellClient(world, client, jobId, { step: 'moved', head: job });
		return { kind: 'job', job };
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		world.log.error(error);
		// A script that was told, and ended in its own way, has said how it went.
		return { kind: 'none', code: end.code === 0 ? error.exitCode : end.code, because: error.message };
	}
}

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

function tellClient(world: World, client: ClientJob, jobId: JobId, event: WithoutTime<ClientEvent>): Promise<void> {
	return journal<ClientEvent>(world, client.layout.head(headFolderName(client.head)).clientEvents(jobId))(event);
}
