// What a client's SIGUSR1 means: its head that ends, its own time that is nearly over, or Slurm that wants the node back
// sooner than it had said; and how long the script may take.
import type { HeadEnding } from '../core/client-life.ts';
import { graceWithin } from '../core/farewell.ts';
import type { StopRequest } from '../core/stop-request.ts';
import { SLURM_EARLY_MS } from '../core/succession.ts';
import type { World } from '../core/world.ts';
import type { ClientJob } from './client-job.ts';
import type { HeadSigns } from './head-signs.ts';
import { stopAsked } from './stop-asked.ts';
import { timeLeftMs } from './time-left.ts';

export interface Notice {
	/** A person asked this client to stop; whatever becomes of its head. */
	readonly stop?: StopRequest | undefined;
	readonly headEnding: HeadEnding | undefined;
	readonly graceMs: number;
}

export function noticeTo(world: World, { leadMs, layout }: ClientJob, signs: HeadSigns): () => Promise<Notice> {
	const graceMs = Math.max(leadMs - 30_000, leadMs / 2);
	return async () => {
		const { endsAtMs } = await world.node.job();
		const leftMs = endsAtMs === undefined ? undefined : endsAtMs - world.clock.now().getTime();
		const stop = await stopAsked(world, layout);
		if (stop) return { stop, headEnding: undefined, graceMs: graceWithin(graceMs, leftMs) };
		if (leftMs !== undefined && leftMs <= leadMs + SLURM_EARLY_MS) return { headEnding: undefined, graceMs };
		const headEnding = await signs.ending();
		if (headEnding !== undefined || leftMs === undefined) return { headEnding, graceMs };
		// Too early for either: only Slurm knows. Hundreds of clients are told by their head at once, and do not get here.
		return { headEnding, graceMs: graceWithin(graceMs, await timeLeftMs(world)) };
	};
}
