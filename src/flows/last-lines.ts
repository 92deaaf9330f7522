// What a job's log says last, where something about it is amiss.
import type { Layout } from '../core/layout.ts';
import { fitted } from '../core/status-lines.ts';
import type { JobId, World } from '../core/world.ts';

const LINES = 5;
const LONGEST = 200;

/** A line each, indented, with a line before them that says whose they are; empty where there is no log. */
export async function lastLines(world: World, layout: Layout, job: JobId): Promise<string> {
	const text = await lastOfLog(world, layout, job);
	if (text === '') return '';
	const lines = text
		.split('\n')
		.slice(-LINES)
		.map((line) => `\n    ${fitted(line, LONGEST)}`);
	return `\n  the log of ${job} says last:${lines.join('')}`;
}

async function lastOfLog(world: World, layout: Layout, job: JobId): Promise<string> {
	const name = (await world.files.list(layout.slurmLogs)).find(
		(each) => each.startsWith(`${job}-`) && each.endsWith('.err'),
	);
	const text = name === undefined ? undefined : await world.files.readState(`${layout.slurmLogs}/${name}`);
	return text?.trimEnd() ?? '';
}

export async function lastLine(world: World, layout: Layout, job: JobId): Promise<string | undefined> {
	return (await lastOfLog(world, layout, job)).split('\n').at(-1) || undefined;
}
