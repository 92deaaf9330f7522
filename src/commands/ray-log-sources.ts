// Where a job's Ray logs can be read: on this machine, on the nodes of a job that runs elsewhere, or where they were kept.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogFile } from '../core/ray-logs.ts';
import type { ByteSink, InsideJobs } from '../core/scheduler-words.ts';
import { Trouble, type TroubleKind } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { type LogPart, type NodeLogs, printSessionLog, sessionFolder } from './session-log.ts';

export interface RayLogSource {
	/** The one whose log is meant where none is named comes first. */
	readonly nodes: readonly string[];
	/** Its log grows while the job runs. */
	readonly live: boolean;
	list(nodes: readonly string[]): Promise<readonly NodeLogs[]>;
	print(node: string, part: LogPart, out: ByteSink): Promise<void>;
}

export function logsHere(world: World, job: JobId): RayLogSource {
	const { hostName: node } = world.node;
	return {
		nodes: [node],
		live: true,
		list: async () => [{ node, files: await world.rayLogs.list(await sessionFolder(world, job)) }],
		print: async (_, part, out) =>
			printSessionLog(world, await sessionFolder(world, job, part.over), `on ${node}`, part, out),
	};
}

const LOOK_EVERY_MS = 200;

/** A small step of the job reads them there: whatever a node hides from others, it shows to its job. */
export function logsElsewhere(
	world: World,
	job: JobId,
	nodes: readonly string[],
	runOn: NonNullable<InsideJobs['runOn']>,
): RayLogSource {
	const program = [...world.self, 'session-logs', job];
	return {
		nodes,
		live: true,
		async list(asked) {
			const pieces: Uint8Array[] = [];
			const step = runOn(job, asked, program, (bytes) => void pieces.push(bytes));
			const { code, stderr } = await step.ended;
			if (code !== 0) throw troubleOf(code, stderr);
			return readLists(new TextDecoder().decode(Buffer.concat(pieces)));
		},
		async print(node, { name, lines, over }, out) {
			const words = [...program, `--name=${name}`, ...(lines === undefined ? [] : [`--lines=${lines}`])];
			const step = runOn(job, [node], over === undefined ? words : [...words, '--follow'], out);
			let ended = false;
			const end = step.ended.then((value) => {
				ended = true;
				return value;
			});
			while (over !== undefined && !ended) {
				if (over()) {
					step.stop();
					await end;
					return;
				}
				await world.clock.sleep(LOOK_EVERY_MS);
			}
			const { code, stderr } = await end;
			// With its job a step ends as well.
			if (code !== 0 && over?.() !== true) throw troubleOf(code, stderr);
		},
	};
}

const NODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

export async function logsKept(world: World, folder: string): Promise<RayLogSource | undefined> {
	if (!(await world.files.isPrivate(folder))) return undefined;
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	const nodes = entries
		.filter((entry) => entry.isDirectory())
		.map(({ name }) => name)
		.filter((name) => NODE.test(name))
		.toSorted();
	if (nodes.length === 0) return undefined;
	return {
		nodes,
		live: false,
		list: (asked) =>
			Promise.all(asked.map(async (node) => ({ node, files: await world.rayLogs.list(join(folder, node)) }))),
		print: (node, part, out) =>
			printSessionLog(world, join(folder, node), `among those kept of ${node}`, { ...part, over: undefined }, out),
	};
}

function readLists(text: string): readonly NodeLogs[] {
	return text
		.split('\n')
		.filter((line) => line.startsWith('{'))
		.map((line) => {
			const { node, files } = JSON.parse(line) as { node: string; files: (LogFile & { changed: string })[] };
			return { node, files: files.map((file) => ({ ...file, changed: new Date(file.changed) })) };
		})
		.toSorted((a, b) => (a.node < b.node ? -1 : 1));
}

const KINDS: Readonly<Record<number, TroubleKind>> = { 2: 'usage', 3: 'no-such-job' };

/** What the other end said of its trouble, or else what the scheduler did. */
function troubleOf(code: number, stderr: string): Trouble {
	const message = /^ERROR: (.*)$/m.exec(stderr)?.[1];
	const hint = /^ {2}→ (.*)$/m.exec(stderr)?.[1];
	if (message !== undefined)
		return new Trouble(KINDS[code] ?? 'failed', message, { hint: hint ?? 'rayslurm logs JOB --ray lists them' });
	const last = stderr.trim().split('\n').at(-1) || `code ${code}`;
	return new Trouble('failed', `The job's node could not be asked for Ray's logs: ${last}`, {
		hint: 'is the job still running? What was kept of it comes with the same command once it has ended',
	});
}
