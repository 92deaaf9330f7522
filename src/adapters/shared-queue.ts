// Slurm's word for loops: one squeue answers every loop of this user on this host, for all jobs any of them asks about, at
// most every 15 seconds. The shared answer is a private file; who finds it too old asks anew, one at a time.
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { JobId, KnownState, QueueWatch, Scheduler } from '../core/world.ts';
import { ensurePrivateFolder, readOwn, writeAtomically } from './files.ts';
import { debug } from './log.ts';

const FRESH_MS = 15_000;
/** A loop that has not asked for this long has ended. */
const WANTED_MS = 120_000;
const FIRST_LOOK_AFTER_MS = 2_000;
const LARGEST_BYTES = 4_000_000;

interface SharedAnswer {
	readonly at: number;
	readonly askedBy: number;
	readonly wanted: Readonly<Record<JobId, number>>;
	readonly states: Readonly<Record<JobId, KnownState>>;
}

export function watchQueue(scheduler: Scheduler, jobs: readonly JobId[]): QueueWatch {
	let known: ReadonlyMap<JobId, KnownState> = new Map();
	let everyMs = FRESH_MS;
	let timer = setTimeout(look, FIRST_LOOK_AFTER_MS);
	let looking = false;
	let stopped = false;
	async function look() {
		looking = true;
		let nextMs = everyMs;
		try {
			const { states, freshForMs } = await sharedStates(scheduler, jobs);
			known = states;
			nextMs = Math.max(freshForMs + everyMs - FRESH_MS, 250);
		} catch (error) {
			debug(`the shared queue: ${(error as Error).message}`);
		}
		looking = false;
		if (!stopped) timer = setTimeout(look, nextMs);
	}
	return {
		known: () => known,
		every: (ms) => {
			if (ms === everyMs || stopped) return;
			everyMs = ms;
			if (looking) return;
			clearTimeout(timer);
			timer = setTimeout(look, ms);
		},
		stop: () => {
			stopped = true;
			clearTimeout(timer);
		},
	};
}

async function sharedStates(scheduler: Scheduler, jobs: readonly JobId[]) {
	const path = await answerPath(scheduler.name);
	const shared = await readAnswer(path);
	const age = Date.now() - (shared?.at ?? 0);
	if (shared && age >= 0 && age < FRESH_MS && jobs.every((job) => Object.hasOwn(shared.states, job))) {
		return { states: pick(shared.states, jobs), freshForMs: FRESH_MS - age };
	}
	const wanted = { ...stillWanted(shared), ...Object.fromEntries(jobs.map((job) => [job, Date.now()])) };
	const states = await scheduler.states(Object.keys(wanted));
	const answer: SharedAnswer = { at: Date.now(), askedBy: process.pid, wanted, states: Object.fromEntries(states) };
	await writeAtomically(path, JSON.stringify(answer));
	return { states: pick(answer.states, jobs), freshForMs: FRESH_MS };
}

/** Ended jobs need no second look. */
function stillWanted(shared: SharedAnswer | undefined): Record<JobId, number> {
	if (shared === undefined) return {};
	return Object.fromEntries(
		Object.entries(shared.wanted).filter(([job, at]) => {
			const kind = shared.states[job]?.kind;
			return Date.now() - at < WANTED_MS && kind !== 'ended' && kind !== 'gone';
		}),
	);
}

function pick(states: Readonly<Record<JobId, KnownState>>, jobs: readonly JobId[]): ReadonlyMap<JobId, KnownState> {
	return new Map(jobs.map((job) => [job, states[job] ?? { kind: 'unknown', why: 'not asked yet' }]));
}

async function answerPath(scheduler: string): Promise<string> {
	const folder = join(tmpdir(), `rayslurm-${userInfo().uid}`);
	await ensurePrivateFolder(folder);
	return join(folder, `${scheduler}-queue.json`);
}

async function readAnswer(path: string): Promise<SharedAnswer | undefined> {
	const file = await readOwn(path, LARGEST_BYTES);
	if (!file.ok) return undefined;
	try {
		const answer = JSON.parse(file.text) as SharedAnswer;
		return typeof answer.at === 'number' && typeof answer.states === 'object' && typeof answer.wanted === 'object'
			? answer
			: undefined;
	} catch {
		return undefined;
	}
}
