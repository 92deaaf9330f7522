// Who still needs a kept environment: processes on this machine, and jobs that were submitted with it.
import type { KeptEnvironment } from '../core/kept-environment.ts';
import type { PythonEnvironments } from '../core/python-environments.ts';
import { Trouble } from '../core/trouble.ts';
import type { KnownState, Scheduler } from '../core/world.ts';

/** Who submitted more than this since is not asked after the oldest. */
const MOST_JOBS = 200;

/** In words. What a scheduler does not say about a job counts as a use. */
export async function usersOf(
	python: PythonEnvironments,
	kept: KeptEnvironment,
	worldOf: (scheduler: string) => Promise<{ readonly scheduler: Scheduler }>,
): Promise<readonly string[]> {
	const [processes, uses] = await Promise.all([python.processes(kept), python.uses(kept)]);
	const jobs = new Map<string, Set<string>>();
	for (const { scheduler, job } of uses.slice(-MOST_JOBS)) {
		if (scheduler === undefined || job === undefined) continue;
		jobs.set(scheduler, (jobs.get(scheduler) ?? new Set()).add(job));
	}
	const alive = [];
	for (const [scheduler, ids] of jobs) alive.push(...(await aliveOf(worldOf, scheduler, [...ids])));
	return [...alive, ...processes.map(({ pid, command }) => `process ${pid} (${shortened(command)})`)];
}

async function aliveOf(
	worldOf: (scheduler: string) => Promise<{ readonly scheduler: Scheduler }>,
	name: string,
	jobs: readonly string[],
): Promise<readonly string[]> {
	try {
		const states = await (await worldOf(name)).scheduler.states(jobs);
		return jobs.flatMap((job) => inWords(job, states.get(job)));
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		return [`perhaps job ${jobs.at(-1)}: ${error.message}`];
	}
}

function inWords(job: string, state: KnownState | undefined): readonly string[] {
	if (state === undefined || state.kind === 'ended' || state.kind === 'gone') return [];
	return [state.kind === 'unknown' ? `perhaps job ${job} (${state.why})` : `job ${job} (${state.kind})`];
}

function shortened(command: string): string {
	return command.length > 60 ? `${command.slice(0, 60)}…` : command;
}
