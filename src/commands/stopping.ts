// What `stop` and `head restart` have in common: the question before it, and what a person sees of it.
import { counted } from '../core/counted.ts';
import { durationInWords, parseDurationMs } from '../core/duration.ts';
import type { StopPlan, StopTarget } from '../core/stop-plan.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { type StopOutcome, type StoppedJob, type StopWish, stopJobs } from '../flows/stop-jobs.ts';
import { confirm } from './confirm.ts';
import type { StopSearch } from './find-stops.ts';
import type { OwnOption, OwnValues } from './own-options.ts';
import { say, steps } from './progress.ts';
import { type Project, schedulerOf, searchOf } from './project.ts';
import type { Shell } from './shell.ts';

export const STOP_OPTIONS: readonly OwnOption[] = [
	{ name: 'yes', kind: 'switch', describe: 'do not ask, also where clients are connected' },
	{ name: 'force', kind: 'switch', describe: 'at once: clients and scripts get no grace' },
	{ name: 'timeout', kind: 'text', describe: 'how long the end is awaited (15m)' },
];

export async function stopSearch(shell: Shell, project: Project): Promise<StopSearch> {
	const world = await shell.world(schedulerOf(shell, project.settings));
	return { ...searchOf(shell, project), world, here: project.layout };
}

/** Longer than the grace that a head gives its clients unless it is told otherwise. */
const PATIENCE_MS = 900_000;

export function patienceOf(own: OwnValues): number {
	const wished = own['timeout'];
	return typeof wished === 'string' ? parseDurationMs(wished, '--timeout') : PATIENCE_MS;
}

/** Nothing is done on an unanswered question. */
export function refuseIfUnknown(world: World, { unknown }: StopPlan): void {
	if (unknown === undefined) return;
	throw new Trouble(
		'scheduler-silent',
		`${world.scheduler.title} did not say how job ${unknown.job} is: ${unknown.why}`,
		{
			hint: 'try again in a minute; nothing was stopped',
		},
	);
}

/** True unless clients are connected and the person does not want them stopped. */
export async function mayStop(own: OwnValues, what: string, { connected }: StopPlan): Promise<boolean> {
	if (connected.length === 0 || own['yes'] === true) return true;
	return confirm(`${what} with ${counted(connected.length, 'connected client')} (${shortList(connected)})?`);
}

/** undefined: the person has detached. */
export async function stopAndShow(
	shell: Shell,
	world: World,
	plan: StopPlan,
	wish: StopWish,
	show: (end: StoppedJob) => void,
): Promise<StopOutcome | undefined> {
	const began = world.clock.monotonicMs();
	const step = steps(shell, () => world.clock.monotonicMs() - began);
	const interrupted = shell.interrupted().then(() => undefined);
	const outcome = await Promise.race([
		stopJobs(world, plan, wish, {
			told: (jobs) => step.done(`told to stop: ${jobs.map(inWords).join(', ')}`),
			cancelled: (jobs) => step.done(`taken out of the queue: ${shortList(jobs)}`),
			ended: (end) => {
				if (plan.targets.some(({ job }) => job === end.job)) show(end);
				else step.done(`${endInWords(end)}`);
			},
			silent: (why) => step.note(`${world.scheduler.title} does not answer (${why}); the jobs' own words are awaited`),
		}),
		interrupted,
	]);
	if (outcome === undefined) {
		const names = plan.targets.map(({ job }) => job);
		say(
			shell,
			`\nDetached; the order stands: ${shortList(names)}. Look with: rayslurm status ${names.length === 1 ? names[0] : '--all'}`,
		);
		return undefined;
	}
	const { waiting, left } = outcome;
	if (waiting.length > 0) step.note(`still in the queue: ${shortList(waiting)}; rayslurm stop takes them out, too`);
	const targets = new Set(plan.targets.map(({ job }) => job));
	for (const job of left.filter((each) => !targets.has(each)))
		step.note(`client ${job} is still there; end it at once with: rayslurm stop ${job} --force`);
	return outcome;
}

/** For programs, however it went. */
export function factsOf({ over }: StopPlan, outcome: StopOutcome) {
	return { ...outcome, over: over.map(({ job, role }) => ({ job, role })) };
}

/** The jobs asked for that are not over, as an error. */
export function leftTrouble(world: World, plan: StopPlan, outcome: StopOutcome, wish: StopWish): Trouble | undefined {
	const jobs = outcome.left.filter((job) => plan.targets.some((target) => target.job === job));
	if (jobs.length === 0) return undefined;
	const hint = wish.atOnce ? world.scheduler.cancelHint(jobs.join(' ')) : `rayslurm stop ${jobs.join(' ')} --force`;
	return new Trouble('deadline', `Not over after ${durationInWords(wish.patienceMs)}: ${jobs.join(', ')}`, {
		hint: `the order stands; end them at once with: ${hint}`,
		facts: factsOf(plan, outcome),
	});
}

export function endInWords({ job, role, reason, code, cancelled }: StoppedJob): string {
	const who = role === 'head' ? `Head ${job}` : `Client ${job}`;
	if (cancelled) return `${who} taken out of the queue`;
	if (code !== undefined) return role === 'head' ? `${who} ended: ${reason}` : `${who} ended with code ${code}`;
	if (reason === 'rejoin') return `${who} goes on with the next head`;
	return `${who} ended${reason === undefined ? '' : `: ${reason}`}`;
}

export function inWords({ job, role }: Pick<StopTarget, 'job' | 'role'>): string {
	return `${role} ${job}`;
}

export function shortList(jobs: readonly JobId[], most = 8): string {
	const shown = jobs.slice(0, most).join(', ');
	return jobs.length > most ? `${shown} and ${jobs.length - most} more` : shown;
}
