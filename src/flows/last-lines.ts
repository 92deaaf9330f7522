// What a job's log says last, where something about it is amiss.
import { isLogOf, type Layout } from '../core/layout.ts';
import { fitted } from '../core/status-lines.ts';
import type { JobId, World } from '../core/world.ts';

const END_BYTES = 20_000;
const LINES = 5;
const LONGEST = 200;

/** As it stands on a terminal: of a progress bar only its last state. Logs are quoted, and no quotation is longer than this. */
export function shownLine(line: string): string {
	return fitted(line.trimEnd().split('\r').at(-1) ?? '', LONGEST);
}

/** A line each, indented, with a line before them that says whose they are; empty where there is no log. */
export async function lastLines(world: World, layout: Layout, job: JobId): Promise<string> {
	const text = await endOfLog(world, layout, job, ['err']);
	if (text === '') return '';
	const lines = text
		.split('\n')
		.slice(-LINES)
		.map((line) => `\n    ${shownLine(line)}`);
	return `\n  the log of ${job} says last:${lines.join('')}`;
}

/** What the job's script said last, where its supervisor had not begun to speak: with what joins it to other words, or empty. */
export async function lastError(world: World, layout: Layout, job: JobId): Promise<string> {
	const lines = (await endOfLog(world, layout, job, ['err'])).split('\n');
	const line = lines.findLast((each) => each.startsWith('ERROR: '));
	return line === undefined ? '' : `; ${line.slice('ERROR: '.length)}`;
}

/** The ends of both streams: the errors last, since what is said last is most often why. */
export async function endOfLog(
	world: World,
	layout: Layout,
	job: JobId,
	streams: readonly ('out' | 'err')[] = ['out', 'err'],
	logs = world.files.list(layout.slurmLogs),
): Promise<string> {
	const names = (await logs).filter((name) => isLogOf(name, job));
	const wanted = streams.flatMap((stream) => names.filter((name) => name.endsWith(`.${stream}`)));
	const texts = await Promise.all(wanted.map((name) => world.files.readEnd(`${layout.slurmLogs}/${name}`, END_BYTES)));
	return texts.join('').trimEnd();
}

/** Of each of many jobs, whose folder is looked through once. */
export function lastLinesOf(world: World, layout: Layout): (job: JobId) => Promise<string | undefined> {
	let logs: Promise<readonly string[]> | undefined;
	return async (job) => {
		logs ??= world.files.list(layout.slurmLogs);
		return shownLine((await endOfLog(world, layout, job, ['err'], logs)).split('\n').at(-1) ?? '') || undefined;
	};
}
