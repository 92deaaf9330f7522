// Rows of the overview, through overview-file.ts; a run that cannot be recorded must not fail its script.
import type { Layout } from '../core/layout.ts';
import type { RunEnd } from '../core/overview.ts';
import type { Runs, Scheduler } from '../core/world.ts';
import { log } from './log.ts';
import type { OverviewPlace } from './overview-file.ts';

const LOCK_WAIT_MS = 10_000;

export function runs(scheduler: Scheduler): Runs {
	const wish = {
		job: process.env['SLURM_JOB_ID'] ?? '',
		waitMs: LOCK_WAIT_MS,
		// A holder on another host is gone when its job is; a login node's process cannot be asked after.
		isGone: async ({ job }: { readonly job: string }) => {
			if (!/^\d+$/.test(job)) return false;
			const state = await scheduler.states([job]).then(
				(states) => states.get(job)?.kind,
				() => undefined,
			);
			return state === 'ended' || state === 'gone';
		},
	};
	return {
		begin: (layout, run) => attempt(async () => (await file()).recordStart(placeOf(layout), run)),
		end: (layout, run, code) =>
			attempt(async () => {
				const end: RunEnd = { ended: new Date().toISOString(), exitCode: code };
				const { note } = await (await file()).recordEnd(placeOf(layout), run, end, wish);
				if (note !== undefined) log.warn(note);
			}),
		open: async (layout) => (await attempt(async () => (await file()).openRuns(placeOf(layout)))) ?? [],
		adopt: (layout, over) =>
			attempt(async () => {
				if (over.length === 0) return;
				await (await file()).adoptOrphans(
					placeOf(layout),
					(run) => (over.includes(run.jobId) ? { ended: '' } : undefined),
					wish,
				);
			}),
	};
}

const file = () => import('./overview-file.ts');

function placeOf(layout: Layout): OverviewPlace {
	return { state: layout.state, overview: layout.overview };
}

async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
	try {
		return await action();
	} catch (error) {
		log.warn(`the overview could not be kept: ${(error as Error).message}`);
		return undefined;
	}
}
