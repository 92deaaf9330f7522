// Puts the real world together.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Queue } from '../core/queue.ts';
import { checkScheduler, type SchedulerName } from '../core/settings.ts';
import { sparingFlags } from '../core/sparing-flags.ts';
import { Trouble } from '../core/trouble.ts';
import type { Ear, Files, InfoReading, Scheduler, World } from '../core/world.ts';
import { clock } from './clock.ts';
import { appendLine, ensurePrivateFolder, isPrivateFolder, readOwn, readOwnEnd, writeAtomically } from './files.ts';
import { readInfoFile } from './info-file.ts';
import { log } from './log.ts';
import { namesIn } from './opening.ts';
import { pythonEnvironments } from './python/environments.ts';
import { sessionLogs } from './ray/session-logs.ts';
import { register } from './register.ts';
import { runs } from './runs.ts';
import { thisNode } from './this-node.ts';
import { tokenReader } from './token-file.ts';

type MakeScheduler = (self: readonly string[]) => Promise<Scheduler>;
const SCHEDULERS: Readonly<Record<SchedulerName, MakeScheduler>> = {
	slurm: async () => (await import('./schedulers/slurm.ts')).slurm,
	local: async (self) => (await import('./schedulers/local.ts')).local(self),
};
const LARGEST_LOG_BYTES = 8_000_000;

export async function realWorld(schedulerName: string, ear: Ear, self: readonly string[]): Promise<World> {
	checkScheduler(schedulerName);
	const scheduler = await SCHEDULERS[schedulerName](self);
	return {
		scheduler,
		ray: {
			find: async (first) => (await import('./ray/install.ts')).findRay(first),
			controlStore: async (address, tokenPath) =>
				(await import('./ray/control-store.ts')).openControlStore(address, tokenReader(tokenPath)),
		},
		rayLogs: sessionLogs,
		python: pythonEnvironments,
		node: thisNode(),
		clock,
		files,
		log,
		ear,
		self,
		sparingSelf: [...self.slice(0, 1), ...sparingFlags(process.version), ...self.slice(1)],
		runs: runs(scheduler),
		register: register(scheduler.name),
		...queueOf(scheduler),
		readInfo,
		randomHex: (bytes) => randomBytes(bytes).toString('hex'),
	};
}

/** Jobs of this machine cost a millisecond to look at. */
function queueOf(scheduler: Scheduler): Queue {
	if (scheduler.onThisMachine)
		return {
			queue: async (jobs) => (await import('./schedulers/local/queue.ts')).watchHere(scheduler, jobs),
			lookAtQueue: async (jobs) => ({ states: await scheduler.states(jobs), ageMs: 0 }),
		};
	let look: Queue['lookAtQueue'] | undefined;
	return {
		queue: async (jobs) => (await import('./shared-queue.ts')).watchQueue(scheduler, jobs),
		async lookAtQueue(jobs, somethingEnds) {
			look ??= (await import('./shared-queue.ts')).looksAtQueue(scheduler);
			return look(jobs, somethingEnds);
		},
	};
}

const files: Files = {
	exists: async (path) => (await import('fs-extra')).pathExists(path),
	readText: async (path) => {
		const text = await readFile(path, 'utf8').catch(() => undefined);
		return text?.slice(-LARGEST_LOG_BYTES);
	},
	readState: async (path) => {
		const file = await readOwn(path, LARGEST_LOG_BYTES);
		return file.ok ? file.text : undefined;
	},
	readEnd: readOwnEnd,
	write: (path, text) => writeAtomically(path, text),
	appendLine: (path, line) => appendLine(path, line),
	list: namesIn,
	weigh: async (path, of) => (await import('./weigh.ts')).weigh(path, of),
	wayTo: async (path) => (await import('./own-ground.ts')).wayTo(path),
	removeWeighed: async (path, identity) => (await import('./weigh.ts')).removeWeighed(path, identity),
	remove: async (path) => (await import('fs-extra')).remove(path),
	makeFolder: async (path) => {
		try {
			await (await import('fs-extra')).ensureDir(path, 0o755);
		} catch (error) {
			throw new Trouble('failed', `Cannot make the folder ${path}: ${(error as Error).message}`, {
				hint: 'choose another place with --output-dir',
				cause: error,
			});
		}
	},
	isPrivate: isPrivateFolder,
	makePrivateFolder: async (path) => {
		await files.makeFolder(dirname(path));
		await ensurePrivateFolder(path);
	},
};

async function readInfo(path: string, expectJob: string | undefined): Promise<InfoReading> {
	const reading = await readInfoFile(path, { expectJob });
	if (reading.ok) return { kind: 'read', info: reading.info };
	if (reading.reason === 'missing') return { kind: 'missing' };
	return {
		kind: 'refused',
		message: `Connection file refused: ${path}: ${reading.message}`,
		hint: 'rayslurm reads only files that are yours alone to write; if this one is not a head of yours, remove it',
	};
}
