// One answer of the scheduler for every loop of this user on this host: a private file that holds the answer and which jobs
// are wanted in the next. Whoever finds it too old asks anew, one at a time; whoever misses a job in it adds the job and
// waits for the next. Throws where there is no place for such a file.
import { lstat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { allUnknown } from '../core/queue.ts';
import type { JobId, KnownState, Scheduler } from '../core/world.ts';
import { ensurePrivateFolder, isPrivateFolder, readOwn, writeAtomically } from './files.ts';
import { withLock } from './lock.ts';

export const FRESH_MS = 15_000;
/** Also for who knows that something ends before Slurm says so. */
export const FRESH_WHILE_ENDING_MS = 5_000;
/** A loop that has not asked for this long has ended. */
const WANTED_MS = 120_000;
/** Longer than the slowest asking: who holds the lock for this long is gone, and in a place that we cannot look into. */
const STUCK_MS = 90_000;
const LARGEST_BYTES = 4_000_000;

export interface Turn {
	/** Without the jobs that no answer has spoken of so far. */
	readonly states: ReadonlyMap<JobId, KnownState>;
	readonly ageMs: number;
	/** When there is something to look for again. */
	readonly againMs: number;
	/** Why others could not be told. */
	readonly unshared?: string;
}

interface Answer {
	readonly at: number;
	/** When each was last asked for. */
	readonly wanted: Readonly<Record<JobId, number>>;
	readonly states: Readonly<Record<JobId, KnownState>>;
}

export async function takeTurn(scheduler: Scheduler, jobs: readonly JobId[], mostMs = FRESH_MS): Promise<Turn> {
	const path = join(await folder(), `${scheduler.name}-queue.json`);
	const answer = await readAnswer(path);
	const now = Date.now();
	const wanted = (job: JobId) => now - (answer?.wanted[job] ?? 0) < WANTED_MS / 2;
	if (answer && isFresh(answer, mostMs) && jobs.every(wanted)) return turnOf(answer, jobs, mostMs);
	const lock = `${path}-lock`;
	const wish = { job: process.env['SLURM_JOB_ID'] ?? '', waitMs: 0 };
	const locked = await withLock(lock, wish, () => addOrAsk(path, scheduler, jobs, mostMs));
	if (locked.held) return locked.value;
	const heldSince = (await lstat(lock).catch(() => undefined))?.mtimeMs ?? now;
	if (now - heldSince > STUCK_MS)
		throw new Error(`${lock} has been held for ${Math.round((now - heldSince) / 1_000)} s`);
	const states = answer ? pick(answer, jobs) : new Map();
	return { states, ageMs: now - (answer?.at ?? now), againMs: 200 + Math.random() * 400 };
}

/** The scheduler's word for these jobs alone, told to nobody else. */
export async function askAlone(scheduler: Scheduler, jobs: readonly JobId[]): Promise<Turn> {
	return { states: await ask(scheduler, jobs), ageMs: 0, againMs: FRESH_MS };
}

async function addOrAsk(path: string, scheduler: Scheduler, jobs: readonly JobId[], mostMs: number): Promise<Turn> {
	const last = await readAnswer(path);
	const now = Date.now();
	const stillWanted = Object.entries(last?.wanted ?? {}).filter(([, at]) => now - at < WANTED_MS);
	const wanted = Object.fromEntries([...stillWanted, ...jobs.map((job) => [job, now] as const)]);
	const answer =
		last && isFresh(last, mostMs) ? { ...last, wanted } : await newAnswer(scheduler, wanted, last?.states ?? {});
	const unshared = await writeAtomically(path, JSON.stringify(answer)).then(
		() => undefined,
		(error: Error) => error.message,
	);
	return { ...turnOf(answer, jobs, mostMs), ...(unshared === undefined ? {} : { unshared }) };
}

/** A job that is gone never comes back, and each question after one costs the controller a second question. */
async function newAnswer(scheduler: Scheduler, wanted: Answer['wanted'], last: Answer['states']): Promise<Answer> {
	const jobs = Object.keys(wanted);
	const isGone = (job: JobId) => last[job]?.kind === 'gone';
	const gone = jobs.filter(isGone).map((job) => [job, { kind: 'gone' }] as const);
	const asked = jobs.filter((job) => !isGone(job));
	const states = asked.length === 0 ? [] : await ask(scheduler, asked);
	return { at: Date.now(), wanted, states: Object.fromEntries<KnownState>([...gone, ...states]) };
}

function ask(scheduler: Scheduler, jobs: readonly JobId[]): Promise<ReadonlyMap<JobId, KnownState>> {
	return scheduler.states(jobs).catch((error: Error) => allUnknown(jobs, error));
}

function turnOf(answer: Answer, jobs: readonly JobId[], mostMs: number): Turn {
	const ageMs = Date.now() - answer.at;
	return { states: pick(answer, jobs), ageMs, againMs: Math.min(mostMs, freshMs(answer)) - ageMs };
}

function pick({ states }: Answer, jobs: readonly JobId[]): ReadonlyMap<JobId, KnownState> {
	return new Map(jobs.flatMap((job) => (states[job] === undefined ? [] : [[job, states[job]] as const])));
}

function isFresh(answer: Answer, mostMs: number): boolean {
	const age = Date.now() - answer.at;
	return age >= 0 && age < Math.min(mostMs, freshMs(answer));
}

function freshMs({ states }: Answer): number {
	return Object.values(states).some(({ kind }) => kind === 'ending') ? FRESH_WHILE_ENDING_MS : FRESH_MS;
}

/** The login's own folder, which nobody else can squat in; where there is none, one in /tmp. */
async function folder(): Promise<string> {
	const runtime = process.env['XDG_RUNTIME_DIR'] ?? '';
	if (isAbsolute(runtime) && (await isPrivateFolder(runtime))) {
		const mine = join(runtime, 'rayslurm');
		await ensurePrivateFolder(mine).catch(() => {}); // A full one, for example.
		if (await isPrivateFolder(mine)) return mine;
	}
	const path = join(tmpdir(), `rayslurm-${userInfo().uid}`);
	await ensurePrivateFolder(path);
	return path;
}

async function readAnswer(path: string): Promise<Answer | undefined> {
	const file = await readOwn(path, LARGEST_BYTES);
	if (!file.ok) return undefined;
	try {
		const answer = JSON.parse(file.text) as Answer;
		return typeof answer.at === 'number' && typeof answer.states === 'object' && typeof answer.wanted === 'object'
			? answer
			: undefined;
	} catch {
		return undefined;
	}
}
