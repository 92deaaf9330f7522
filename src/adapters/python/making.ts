// Makes environments, one at a time in a folder. An environment is made where it will stay, at a path that nobody else has,
// because it holds its own path; its name is a link that appears, by a rename, when it is whole. So there is no instant at
// which a name leads to half an environment, and whatever no name leads to is rubbish once nobody makes.
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Holder } from '../../core/holder.ts';
import type { KeptEnvironment } from '../../core/kept-environment.ts';
import type { Bench, MakingWish } from '../../core/python-environments.ts';
import { Trouble } from '../../core/trouble.ts';
import { writeAtomically } from '../files.ts';
import { interruptible } from '../interruption.ts';
import { withLock } from '../lock.ts';
import { FACTS_FILE, MADE_FOLDER, readKept, sizeOf } from './kept.ts';
import { endLeftMaker, runMaker } from './maker.ts';

const MADE = /^ray-[\w.-]+-[0-9a-f]{12}$/;
const RECORD = '.making';
/** Longer than any making may take. */
const LONGEST_WAIT_MS = 3_600_000;

export async function making<Value>(wish: MakingWish, action: (bench: Bench) => Promise<Value>): Promise<Value> {
	const { folder } = wish;
	await reachable(folder, () => mkdir(join(folder, MADE_FOLDER), { recursive: true, mode: 0o700 }));
	for (const place of [folder, join(folder, MADE_FOLDER)]) await mineAlone(place);
	return interruptible((stop) => alone(wish, stop, () => atBench(wish, stop, action)));
}

/** What is made here will be run by me, and what is left here will be ended and removed as mine. */
async function mineAlone(path: string): Promise<void> {
	const { uid, mode } = await stat(path);
	if (uid === process.getuid?.() && (mode & 0o022) === 0) return;
	throw new Trouble('usage', `Ray environments cannot be kept in ${path}: others can write there`, {
		hint: 'name a folder that is yours alone with --python-dir, or: chmod go-w FOLDER',
	});
}

async function alone<Value>(wish: MakingWish, stop: AbortSignal, action: () => Promise<Value>): Promise<Value> {
	const path = join(wish.folder, 'lock');
	const began = performance.now();
	for (let told = false; ; told = true) {
		const locked = await reachable(wish.folder, () =>
			withLock(path, { job: process.env['SLURM_JOB_ID'] ?? '', waitMs: 300 }, action),
		);
		if (locked.held) return locked.value;
		stop.throwIfAborted();
		if (!told) wish.waiting(whom(locked.holder, path));
		if (performance.now() - began > LONGEST_WAIT_MS) {
			throw new Trouble('deadline', `Waited an hour for ${whom(locked.holder, path)}`, {
				hint: `if that is gone: rm ${path}`,
			});
		}
	}
}

/** From here nothing is known of a process of another machine; people know. */
function whom(holder: Holder | undefined, path: string): string {
	const gone = `(if that is gone: rm ${path})`;
	if (holder === undefined) return `whoever has made ${path} ${gone}`;
	return `process ${holder.pid} on ${holder.host}${holder.host === hostname() ? '' : ` ${gone}`}`;
}

async function atBench<Value>(
	{ folder, label }: MakingWish,
	stop: AbortSignal,
	action: (bench: Bench) => Promise<Value>,
): Promise<Value> {
	await sweep(folder);
	const place = join(folder, MADE_FOLDER, `${label}-${randomBytes(6).toString('hex')}`);
	const temporaryFolder = await makeTemporaryFolder();
	const maker = { record: `${place}${RECORD}`, cwd: folder, temporaryFolder, stop };
	let published = false;
	try {
		return await action({
			folder: place,
			run: (argv, more) => runMaker(argv, maker, more),
			publish: async (name, versions) => {
				const kept = await publish(folder, place, name, versions);
				published = true;
				return kept;
			},
		});
	} finally {
		await Promise.all([...(published ? [] : [remove(place)]), remove(maker.record), remove(temporaryFolder)]);
	}
}

async function makeTemporaryFolder(): Promise<string> {
	const parent = resolve(tmpdir());
	try {
		return await mkdtemp(join(parent, 'rayslurm-python-'));
	} catch (error) {
		throw new Trouble('failed', `Cannot write to ${parent}: ${(error as Error).message}`, {
			hint: 'TMPDIR names another place for temporary files',
			cause: error,
		});
	}
}

async function publish(
	folder: string,
	place: string,
	name: string,
	versions: { readonly ray: string; readonly python: string },
): Promise<KeptEnvironment> {
	const facts = { schemaVersion: 1, ...versions, made: new Date().toISOString(), bytes: await sizeOf(place) };
	await writeAtomically(join(place, FACTS_FILE), `${JSON.stringify(facts)}\n`, 0o644);
	const link = join(folder, `ray-${name}`);
	const before = await readlink(link).catch(() => undefined);
	const beside = join(folder, `.${basename(place)}`);
	await symlink(join(MADE_FOLDER, basename(place)), beside);
	await rename(beside, link);
	if (before !== undefined && MADE.test(basename(before))) await remove(join(folder, MADE_FOLDER, basename(before)));
	const kept = await readKept(folder, name);
	if (kept === undefined)
		throw new Trouble('failed', `Somebody took ${link} away while it was made`, { hint: 'try again' });
	return kept;
}

/** What interrupted makings have left, programs that still run included. Nobody makes now but us. */
async function sweep(folder: string): Promise<void> {
	const made = join(folder, MADE_FOLDER);
	const entries = await readdir(folder);
	const targets = await Promise.all(entries.map((name) => readlink(join(folder, name)).catch(() => '')));
	const named = new Set(entries.flatMap((name, at) => (name.startsWith('ray-') ? [basename(targets[at] ?? '')] : [])));
	for (const name of entries) if (name.startsWith('.ray-')) await remove(join(folder, name));
	for (const name of await readdir(made)) {
		const place = name.endsWith(RECORD) ? name.slice(0, -RECORD.length) : name;
		if (!MADE.test(place)) continue;
		const temporaryFolder = await endLeftMaker(join(made, `${place}${RECORD}`));
		if (temporaryFolder !== undefined && /^rayslurm-python-\w+$/.test(basename(temporaryFolder)))
			await remove(temporaryFolder);
		if (!named.has(place)) await remove(join(made, place));
		await remove(join(made, `${place}${RECORD}`));
	}
}

/** Somebody may still be writing there for a moment. */
async function remove(path: string): Promise<void> {
	await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {});
}

async function reachable<Value>(folder: string, action: () => Promise<Value>): Promise<Value> {
	try {
		return await action();
	} catch (error) {
		const { code, syscall, message } = error as NodeJS.ErrnoException;
		if (code === undefined || syscall === undefined || error instanceof Trouble) throw error;
		const there = await lstat(folder).then(
			() => true,
			() => false,
		);
		throw new Trouble('failed', `Cannot ${there ? 'write to' : 'make'} the folder ${folder}: ${message}`, {
			hint: 'name another place: --python-dir FOLDER',
			cause: error,
		});
	}
}
