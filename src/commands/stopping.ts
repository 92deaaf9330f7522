// What `stop` and `head restart` have in common: the question before it, and what a person sees of it.
import { counted } from '../core/counted.ts';
import { durationInWords, parseDurationMs } from '../core/duration.ts';
import { orderNames, type StopPlan, type StopTarget } from '../core/stop-plan.ts';
import { inGroups, nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
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
	const clients = `${counted(connected.length, 'connected client')} (${shortList(connected.map(nameOf))})`;
	return confirm(`${what} with ${clients}?`);
}

/** undefined: the person has detached. */
export async function stopAndShow(
	shell: Shell,
	world: World,
	plan: StopPlan,
	wish: StopWish,
	show: (line: string) => void,
): Promise<StopOutcome | undefined> {
	const asked = new Set(plan.targets.map(nameOf));
	const began = world.clock.monotonicMs();
	const step = steps(shell, () => world.clock.monotonicMs() - began);
	const interrupted = shell.interrupted().then(() => undefined);
	const outcome = await Promise.race([
		stopJobs(world, plan, wish, {
			told: (targets) => step.done(`told to stop: ${inWords(targets).join(', ')}`),
			cancelled: (targets) => step.done(`taken out of the queue: ${shortList(targets.map(nameOf))}`),
			ended(ends) {
				const isTarget = (end: StoppedJob) => asked.has(nameOf(end));
				for (const line of endsInWords(ends.filter(isTarget))) show(line);
				for (const line of endsInWords(ends.filter((end) => !isTarget(end)))) step.done(line);
			},
			silent: (why) => step.note(`${world.scheduler.title} does not answer (${why}); the jobs' own words are awaited`),
		}),
		interrupted,
	]);
	if (outcome === undefined) {
		const names = orderNames(plan.targets);
		say(
			shell,
			`\nDetached; the order stands: ${shortList(names)}. Look with: rayslurm status ${names.length === 1 ? names[0] : '--all'}`,
		);
		return undefined;
	}
	const { waiting, left } = outcome;
	if (waiting.length > 0)
		step.note(`still in the queue: ${shortList(waiting.map(nameOf))}; rayslurm stop takes them out, too`);
	for (const client of left.filter((each) => !asked.has(nameOf(each))))
		step.note(`client ${nameOf(client)} is still there; end it at once with: rayslurm stop ${nameOf(client)} --force`);
	return outcome;
}

/** The jobs asked for that are not over, as an error. */
export function leftTrouble(world: World, plan: StopPlan, outcome: StopOutcome, wish: StopWish): Trouble | undefined {
	const targets = outcome.left.filter((target) => plan.targets.includes(target));
	if (targets.length === 0) return undefined;
	const names = orderNames(targets).join(' ');
	const hint = wish.atOnce ? world.scheduler.cancelHint(names) : `rayslurm stop ${names} --force`;
	const jobs = shortList(targets.map(nameOf));
	return new Trouble('deadline', `Not over after ${durationInWords(wish.patienceMs)}: ${jobs}`, {
		hint: `the order stands; end them at once with: ${hint}`,
		facts: stopFacts(plan, outcome),
	});
}

export function factsOf({ job, task, role }: StopTarget) {
	return { job, ...(task === undefined ? {} : { task }), role };
}

/** For programs, however it went. */
export function stopFacts({ over }: StopPlan, { ended, left, waiting }: StopOutcome) {
	return { ended, left: left.map(nameOf), waiting: waiting.map(nameOf), over: over.map(factsOf) };
}

/** Tasks of one array that ended in one way share a line. */
function endsInWords(ends: readonly StoppedJob[]): readonly string[] {
	const lines = new Map<string, { readonly who: string; readonly how: string; readonly names: string[] }>();
	for (const end of ends) {
		const [who, how] = [end.role === 'head' ? 'Head' : 'Client', endInWords(end)];
		const line = lines.get(who + how) ?? { who, how, names: [] };
		line.names.push(nameOf(end));
		lines.set(who + how, line);
	}
	return [...lines.values()].flatMap(({ who, how, names }) => inGroups(names).map((name) => `${who} ${name} ${how}`));
}

function endInWords({ role, reason, code, cancelled }: StoppedJob): string {
	if (cancelled) return 'taken out of the queue';
	if (code !== undefined) return role === 'head' ? `ended: ${reason}` : `ended with code ${code}`;
	if (reason === 'rejoin') return 'goes on with the next head';
	return `ended${reason === undefined ? '' : `: ${reason}`}`;
}

/** head 7, client 26_[1-3] */
export function inWords(targets: readonly StopTarget[]): readonly string[] {
	const of = (role: StopTarget['role']) =>
		inGroups(targets.filter((each) => each.role === role).map(nameOf)).map((name) => `${role} ${name}`);
	return [...of('head'), ...of('client')];
}

/** Tasks of one array as one. */
export function shortList(jobs: readonly string[], most = 8): string {
	const groups = inGroups(jobs);
	const shown = groups.slice(0, most).join(', ');
	return groups.length > most ? `${shown} and ${groups.length - most} more` : shown;
}
