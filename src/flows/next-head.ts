// Which head follows one that has ended: the successor it submitted, that one's successor, or the same job put back into the
// queue by Slurm as a new incarnation.
import type { HeadInfo } from '../core/connection.ts';
import { durationInWords } from '../core/duration.ts';
import type { Layout } from '../core/layout.ts';
import { orderToEnd } from '../core/order-to-end.ts';
import { readSuccessor } from '../core/succession.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';

const LOOK_EVERY_MS = 500;
/** What Slurm calls ended may have a successor whose record is still on its way through the shared file system. */
const LATE_WORDS_MS = 10_000;

/** The last head in a line of successors: the job itself where none was submitted. */
export async function lastInLine(world: World, layout: Layout, job: JobId): Promise<JobId> {
	const seen = new Set<JobId>();
	let last = job;
	while (!seen.has(last)) {
		seen.add(last);
		const head = layout.head(last);
		await world.files.list(head.folder);
		last = readSuccessor((await world.files.readText(head.successor)) ?? '') ?? last;
	}
	return last;
}

export async function awaitNextHead(
	world: World,
	layout: Layout,
	left: { readonly job: JobId; readonly incarnation: string | undefined },
	limitMs: number,
): Promise<HeadInfo> {
	const began = world.clock.monotonicMs();
	let job = await lastInLine(world, layout, left.job);
	let queue = await world.queue([job]);
	let overSince: number | undefined;
	try {
		for (;;) {
			const last = await lastInLine(world, layout, job);
			if (last !== job) {
				queue.stop();
				job = last;
				queue = await world.queue([job]);
			}
			await world.files.list(layout.outputDir);
			const reading = await world.readInfo(layout.info(job), job);
			if (reading.kind === 'read' && (job !== left.job || reading.info.incarnation !== left.incarnation)) {
				return reading.info;
			}
			const now = world.clock.monotonicMs();
			const kind = queue.known().get(job)?.kind;
			overSince = kind === 'ended' || kind === 'gone' ? (overSince ?? now) : undefined;
			if (overSince !== undefined && now - overSince > LATE_WORDS_MS) throw noneFollows(left.job, 'none follows it');
			if (now - began > limitMs)
				throw noneFollows(left.job, `none was ready to follow it within ${durationInWords(limitMs)}`);
			// USR1 may be the old head's word, said twice.
			const order = orderToEnd(world.ear.take());
			if (order) {
				const message = `Told to end while waiting for the next head: ${order.because}`;
				throw new Trouble('interrupted', message, { exitCode: order.code });
			}
			await world.ear.wait(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}

function noneFollows(job: JobId, what: string): Trouble {
	return new Trouble('head-not-running', `Ray head node job ${job} is not running, and ${what}`, {
		hint: 'start a head that submits its own successor with: rayslurm head submit --renew',
	});
}
