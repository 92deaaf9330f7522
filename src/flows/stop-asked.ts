// Inside a job: SIGUSR1 was heard. Did a person ask it to stop? core/stop-request.ts says whether the request is for this life.
import type { HeadEnd } from '../core/head-life.ts';
import type { Layout } from '../core/layout.ts';
import { isForThisLife, parseStopRequest, type StopRequest, stopBecause } from '../core/stop-request.ts';
import type { World } from '../core/world.ts';

const LOOKS = 2;
const LOOK_AGAIN_MS = 250;

/** Looks twice: what was written on another machine may be seen a moment late. */
export async function stopAsked(world: World, layout: Layout): Promise<StopRequest | undefined> {
	const { jobId, arrayTask, restarts } = await world.node.job();
	const names = arrayTask === undefined ? [] : [arrayTask, ...arrayTask.split('_', 1)];
	for (let look = 1; ; look += 1) {
		await world.files.list(layout.stops);
		for (const job of [jobId, ...names]) {
			const request = parseStopRequest((await world.files.readState(layout.stopRequest(job))) ?? '');
			if (request && isForThisLife(request, { restarts, nowMs: world.clock.now().getTime() })) return request;
		}
		if (look === LOOKS) return undefined;
		await world.clock.sleep(LOOK_AGAIN_MS);
	}
}

/** A head that hears SIGUSR1 ends for its time limit, unless it was asked to stop. */
export async function endAsAsked(world: World, layout: Layout, end: HeadEnd): Promise<HeadEnd> {
	const request = end.reason === 'time limit' ? await stopAsked(world, layout) : undefined;
	if (request === undefined) return end;
	return {
		do: 'end',
		reason: 'stop',
		code: 0,
		because: stopBecause(request),
		...(request.atOnce ? { atOnce: true } : {}),
		successor: request.successor,
	};
}
