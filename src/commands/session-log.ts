// Ray's session logs of one node, read where they are: on this very machine, by whoever is here to read them.
import { join } from 'node:path';
import { likelyNames } from '../core/did-you-mean.ts';
import type { LogFile } from '../core/ray-logs.ts';
import type { ByteSink } from '../core/scheduler-words.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { printOnce, tailOf } from './output-tail.ts';
import { openOwn } from './own-file.ts';

export interface NodeLogs {
	readonly node: string;
	readonly files: readonly LogFile[];
}

export interface LogPart {
	readonly name: string;
	readonly lines: number | undefined;
	/** Until this says so; undefined: what is there now. */
	readonly over: (() => boolean) | undefined;
}

const LOOK_EVERY_MS = 200;

/** A log that is followed may come a little later than the others. */
const LATE_MS = 10_000;

/** A name is one of those that are listed there: no path leads out. */
export async function printSessionLog(
	world: World,
	folder: string,
	place: string,
	{ name, lines, over }: LogPart,
	out: ByteSink,
): Promise<void> {
	const deadlineMs = world.clock.monotonicMs() + LATE_MS;
	let names = await namesIn(world, folder);
	while (!names.includes(name) && over !== undefined && !over() && world.clock.monotonicMs() < deadlineMs) {
		await world.clock.sleep(LOOK_EVERY_MS);
		names = await namesIn(world, folder);
	}
	const path = join(folder, name);
	if (!names.includes(name)) throw noSuchLog(name, names, place);
	if (over !== undefined) {
		const tail = tailOf(path, out, { lines });
		for (;;) {
			const ending = over();
			while (await tail.show());
			if (ending) return tail.close();
			await world.clock.sleep(LOOK_EVERY_MS);
		}
	}
	const opened = await openOwn(path);
	if (opened.kind !== 'open') throw noSuchLog(name, names, place);
	await printOnce(opened.file, opened.stat.size, out, lines);
	await opened.file.close();
}

async function namesIn(world: World, folder: string): Promise<readonly string[]> {
	return (await world.rayLogs.list(folder)).map((file) => file.name);
}

function noSuchLog(name: string, names: readonly string[], place: string): Trouble {
	const likely = likelyNames(name, names);
	return new Trouble('usage', `Ray has no log named ${name} ${place}`, {
		hint: likely.length > 0 ? `did you mean ${likely.join(' or ')}?` : '--ray without a name lists them',
	});
}

/** Of a job whose session lies on this machine. Who follows waits for it: a job's Ray starts some time after the job. */
export async function sessionFolder(world: World, job: string, over?: () => boolean): Promise<string> {
	for (;;) {
		const folder = await world.rayLogs.ofJob(job);
		if (folder !== undefined) return folder;
		if (over === undefined || over()) break;
		await world.clock.sleep(LOOK_EVERY_MS);
	}
	throw new Trouble('no-such-job', `No Ray logs of job ${job} are on ${world.node.hostName}`, {
		hint: "its Ray may not have started yet; or look where the job's own log says that Ray's logs are",
	});
}
