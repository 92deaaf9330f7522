// Which head follows one that has ended: the successor it submitted, that one's successor, or the same job put back into the
// queue by Slurm as a new incarnation.
import type { HeadInfo } from '../core/connection.ts';
import type { Layout } from '../core/layout.ts';
import { BY_SIGUSR1, orderToEnd } from '../core/order-to-end.ts';
import { stopBecause } from '../core/stop-request.ts';
import { readSuccessor } from '../core/succession.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { stopAsked } from './stop-asked.ts';

const LOOK_EVERY_MS = 500;
/** What the scheduler calls ended may have a successor whose record is still on its way through the shared file system. */
const LATE_WORDS_MS = 10_000;

/** The last head in a line of successors: the job itself where none was submitted. */
export async function lastInLine(world: World, layout: Layout, job: JobId): Promise<JobId> {
	const seen = new Set<JobId>();
	let last = job;
	while (!seen.has(last)) {
		seen.add(last);
		const head = layout.head(last);
		await world.files.list(head.folder);
		last = readSuccessor((await world.files.readState(head.successor)) ?? '') ?? last;
	}
	return last;
}

export async function awaitNextHead(
	world: World,
	layout: Layout,
	left: { readonly job: JobId; readonly incarnation: string | undefined },
	deadlineMs: number,
): Promise<HeadInfo> {
	let last = await lastInLine(world, layout, left.job);
	let queue = await world.queue([left.job, last]);
	let overSince: number | undefined;
	try {
		for (;;) {
			const now = await lastInLine(world, layout, left.job);
			if (now !== last) {
				queue.stop();
				last = now;
				queue = await world.queue([left.job, last]);
			}
			const nowMs = world.clock.monotonicMs();
			if (nowMs > deadlineMs) throw noneFollows(left.job, 'none was ready to follow it in time');
			await world.files.list(layout.outputDir);
			const info = (await readyHead(world, layout, last, left)) ?? (await readyHead(world, layout, left.job, left));
			if (info !== undefined) return info;
			const over = [left.job, last].every((job) => isOver(queue.known().get(job)));
			overSince = over ? (overSince ?? nowMs) : undefined;
			if (overSince !== undefined && nowMs - overSince > LATE_WORDS_MS) throw noneFollows(left.job, 'none follows it');
			// USR1 may be the old head's word, said twice; this job's own end is in the deadline. Or a person's.
			const heard = world.ear.take();
			const stop = heard.includes('USR1') ? await stopAsked(world, layout) : undefined;
			const order = orderToEnd(heard) ?? (stop && { code: BY_SIGUSR1, because: stopBecause(stop) });
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

/** Not the one that was left, which may not have been able to take its info file away. */
async function readyHead(
	world: World,
	layout: Layout,
	job: JobId,
	left: { readonly job: JobId; readonly incarnation: string | undefined },
): Promise<HeadInfo | undefined> {
	const reading = await world.readInfo(layout.info(job), job);
	if (reading.kind !== 'read') return undefined;
	return job !== left.job || reading.info.incarnation !== left.incarnation ? reading.info : undefined;
}

function isOver(state: KnownState | undefined): boolean {
	return state?.kind === 'ended' || state?.kind === 'gone';
}

function noneFollows(job: JobId, what: string): Trouble {
	return new Trouble('head-not-running', `Ray head node job ${job} is not running, and ${what}`, {
		hint: 'start a head that submits its own successor with: rayslurm head submit --renew',
	});
}
