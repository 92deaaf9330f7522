// The demo's clean end: all jobs of its folder are ended, and it is looked whether they are over.
import { counted } from '../core/counted.ts';
import type { Layout } from '../core/layout.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { jobsIn } from './head-folders.ts';
import { steps } from './progress.ts';
import type { Shell } from './shell.ts';

const LOOK_EVERY_MS = 100;
/** Longer than from SIGTERM to SIGKILL, and a moment to sweep. */
const LIMIT_MS = 60_000;

/** told: the story, which may still be submitting a job. */
export async function endDemo(
	shell: Shell,
	world: World,
	{ layout, folder }: { readonly layout: Layout; readonly folder: string },
	told: Promise<unknown>,
): Promise<void> {
	const began = world.clock.monotonicMs();
	let settled = false;
	void told.then(
		() => (settled = true),
		() => (settled = true),
	);
	let jobs: readonly JobId[] = [];
	let cancelled = '';
	for (;;) {
		jobs = jobsIn(layout);
		if (jobs.join() !== cancelled) {
			await world.scheduler.cancel(jobs);
			cancelled = jobs.join();
		}
		const states = jobs.length === 0 ? new Map() : await world.scheduler.states(jobs);
		const over = jobs.every((job) => ['ended', 'gone'].includes(states.get(job)?.kind ?? ''));
		if (over && settled) break;
		if (world.clock.monotonicMs() - began > LIMIT_MS) {
			throw new Trouble('failed', `Jobs of the demo have not ended: ${jobs.join(', ')}`, {
				hint: `rayslurm local jobs ${jobs.join(' ')} shows them; their files are in ${folder}`,
			});
		}
		await world.clock.sleep(LOOK_EVERY_MS);
	}
	for (const head of await world.register.heads())
		if (head.outputDir === layout.outputDir) await world.register.forget(head);
	if (jobs.length > 0)
		steps(shell, () => world.clock.monotonicMs() - began).done(
			`${counted(jobs.length, 'job')} ended; all files are gone`,
		);
}
