// The environments that rayslurm keeps, as commands use them: where they are, and one of them, made when it is missing.
import type { KeptEnvironment, RayWish } from '../core/kept-environment.ts';
import type { World } from '../core/world.ts';
import { type Kept, keepPython } from '../flows/keep-python.ts';
import { makingDisplay } from './making-display.ts';
import type { Shell } from './shell.ts';

export async function keepAndShow(shell: Shell, world: World, folder: string, wish: RayWish): Promise<Kept> {
	const began = world.clock.monotonicMs();
	const display = makingDisplay(shell, () => world.clock.monotonicMs() - began);
	try {
		return await keepPython(world, { folder, wish }, display);
	} finally {
		display.close();
	}
}

/** For `python remove`, which keeps what a job still needs. */
export async function noteJobs(
	world: World,
	kept: KeptEnvironment | undefined,
	jobs: readonly (string | undefined)[],
): Promise<void> {
	if (kept === undefined) return;
	const at = world.clock.now().toISOString();
	const scheduler = world.scheduler.name;
	for (const job of jobs) if (job !== undefined) await world.python.noteUse(kept, { at, scheduler, job });
}
