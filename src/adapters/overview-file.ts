// The overview on disk. From its start until its row is added, a run is a small file of its own in <state>/runs, so a
// killed run gets its row later: <job>.<run>.json while it runs, .ended when it has. Whoever comes next, under the lock,
// adds the rows of all that have ended; the files of those that run are not opened, there may be a thousand.
import { constants } from 'node:fs';
import { open, readdir, rename, unlink } from 'node:fs/promises';
import {
	FRESH_FORM,
	formOf,
	OVERVIEW_HEADER,
	type OverviewForm,
	type OverviewRow,
	parsePending,
	type Run,
	type RunEnd,
	renderRow,
} from '../core/overview.ts';
import { appendLine, ensurePrivateFolder, readOwn, writeAtomically } from './files.ts';
import { type LockWish, withLock } from './lock.ts';

export interface OverviewPlace {
	/** The state folder, .rayslurm. */
	readonly state: string;
	readonly overview: string;
}

export interface Added {
	readonly rows: number;
	/** Why not, or what the user should know. Rows that were not added wait in <state>/runs for the next writer. */
	readonly note?: string;
}

const RUN_MAX_BYTES = 32 * 1024 * 1024;
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 4 * 1024 * 1024;

export async function recordStart(place: OverviewPlace, run: Run): Promise<void> {
	await ensurePrivateFolder(runsFolder(place));
	await writeAtomically(runFile(place, run), `${JSON.stringify(run)}\n`);
}

export async function recordEnd(place: OverviewPlace, run: Run, end: RunEnd, wish: LockWish): Promise<Added> {
	await ensurePrivateFolder(runsFolder(place));
	await keepEnd(place, run, end);
	return addEnded(place, wish);
}

/** For runs whose job was killed: `endOf` answers only for jobs that are known to be over. */
export async function adoptOrphans(
	place: OverviewPlace,
	endOf: (run: Run) => RunEnd | undefined,
	wish: LockWish,
): Promise<Added> {
	for (const { run } of await keptRuns(place, '.json')) {
		const end = hasEnded(run) ? run : endOf(run);
		if (end) await keepEnd(place, run, end);
	}
	return addEnded(place, wish);
}

/** Written first, then renamed: whoever dies between the two leaves one file, and the next who adopts goes on with it. */
async function keepEnd(place: OverviewPlace, run: Run, end: RunEnd): Promise<void> {
	const path = runFile(place, run);
	await writeAtomically(path, `${JSON.stringify({ ...run, ...end })}\n`);
	await rename(path, path.replace(/\.json$/, '.ended'));
}

function hasEnded(run: Run & Partial<RunEnd>): run is OverviewRow {
	return run.ended !== undefined;
}

async function addEnded(place: OverviewPlace, wish: LockWish): Promise<Added> {
	const locked = await withLock(`${place.state}/overview.lock`, wish, () => addUnderLock(place));
	if (locked.held) return locked.value;
	const { job = '?', host = '?' } = locked.holder ?? {};
	return { rows: 0, note: `${place.overview} is being written by job ${job} on ${host}; the row is added later` };
}

async function addUnderLock(place: OverviewPlace): Promise<Added> {
	const ended = (await keptRuns(place, '.ended')).filter((kept): kept is Kept<OverviewRow> => hasEnded(kept.run));
	if (ended.length === 0) return { rows: 0 };
	const { form, tail } = await lookAt(place.overview);
	const rows = ended.map(({ run }) => renderRow(run, form.columns));
	// A writer that died between adding a row and removing its file leaves both, and the next writer is the first to see it.
	const added = rows.filter((row) => !tail.includes(`\n${row}${form.eol}`));
	if (added.length > 0) {
		const lines = [...(form === FRESH_FORM ? [OVERVIEW_HEADER] : []), ...added];
		await appendLine(place.overview, lines.join(form.eol), { mode: 0o666, eol: form.eol });
	}
	await Promise.all(ended.map(({ path }) => unlink(path).catch(() => {})));
	if (!form.strange) return { rows: added.length };
	return {
		rows: added.length,
		note: `${place.overview} has another header; the row is in the order ${OVERVIEW_HEADER}`,
	};
}

async function lookAt(path: string): Promise<{ form: OverviewForm; tail: string }> {
	const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
	const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined); // Then appending says why.
	if (file === undefined) return { form: FRESH_FORM, tail: '' };
	try {
		const { size } = await file.stat();
		if (size === 0) return { form: FRESH_FORM, tail: '' };
		const read = async (from: number, length: number) => {
			const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
			return buffer.toString('utf8', 0, bytesRead);
		};
		const head = await read(0, Math.min(size, HEAD_BYTES));
		const tailBytes = Math.min(size, TAIL_BYTES);
		return { form: formOf(head), tail: await read(size - tailBytes, tailBytes) };
	} finally {
		await file.close();
	}
}

interface Kept<Row> {
	readonly path: string;
	readonly run: Row;
}

/** The jobs of runs that have begun and whose end nobody has recorded. */
export async function openRuns(place: OverviewPlace): Promise<readonly string[]> {
	const names = await readdir(runsFolder(place)).catch(() => []);
	const jobs = names.map((name) => /^(\d+)\..*\.json$/.exec(name)?.[1]).filter((job) => job !== undefined);
	return [...new Set(jobs)];
}

async function keptRuns(place: OverviewPlace, ending: string): Promise<Kept<Run & Partial<RunEnd>>[]> {
	const names = await readdir(runsFolder(place)).catch(() => []);
	const kept: Kept<Run & Partial<RunEnd>>[] = [];
	for (const name of names.filter((each) => each.endsWith(ending)).sort()) {
		const path = `${runsFolder(place)}/${name}`;
		const file = await readOwn(path, RUN_MAX_BYTES);
		const run = file.ok ? parsePending(file.text) : undefined;
		if (run) kept.push({ path, run });
	}
	return kept;
}

function runsFolder(place: OverviewPlace): string {
	return `${place.state}/runs`;
}

function runFile(place: OverviewPlace, { jobId, runId }: Run): string {
	const name = `${jobId}.${runId}.json`;
	if (!/^[A-Za-z0-9_+-]+\.[A-Za-z0-9_+.-]+$/.test(name)) throw new Error(`Not a name for a run: ${name}`);
	return `${runsFolder(place)}/${name}`;
}
