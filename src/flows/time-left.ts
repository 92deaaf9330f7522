// How long this job still has, as Slurm sees it now: a time limit can be moved, and a job that is preempted has less.
import type { World } from '../core/world.ts';

const ANSWER_MS = 3_000;
const LONG_PAST_MS = 60_000;

/** undefined where nobody answers in time, or there is no end in sight. */
export async function timeLeftMs(world: World): Promise<number | undefined> {
	const ends = await Promise.race([jobEnds(world), world.clock.sleep(ANSWER_MS).then(() => undefined)]);
	const leftMs = ends === undefined ? undefined : ends.getTime() - world.clock.now().getTime();
	// Long past: the hour that the clock shows twice, or two clocks that disagree.
	return leftMs === undefined || leftMs < -LONG_PAST_MS ? undefined : leftMs;
}

export async function jobEnds(world: World): Promise<Date | undefined> {
	const { jobId } = await world.node.job();
	const states = await world.scheduler.states([jobId]).catch(() => undefined);
	const state = states?.get(jobId);
	// Without an offset: the clock of this very process, which squeue was told to speak in.
	const ends = state?.kind === 'running' && state.ends !== undefined ? new Date(state.ends) : undefined;
	return ends === undefined || Number.isNaN(ends.getTime()) ? undefined : ends;
}
