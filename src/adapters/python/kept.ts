// What is known of a kept environment: the facts written when it was made, and the notes of its uses.
import { constants } from 'node:fs';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isName, type KeptEnvironment } from '../../core/kept-environment.ts';
import type { Use } from '../../core/python-environments.ts';
import { appendLine, readOwn } from '../files.ts';
import { debug } from '../log.ts';

export const MADE_FOLDER = 'made';
export const FACTS_FILE = 'rayslurm.json';
const USES_FILE = 'rayslurm-uses.jsonl';
const LARGEST_NOTES_BYTES = 20_000_000;

export async function listKept(folder: string): Promise<readonly KeptEnvironment[]> {
	const names = (await readdir(folder).catch(() => []))
		.filter((name) => name.startsWith('ray-'))
		.map((name) => name.slice('ray-'.length));
	const kept = await Promise.all(names.map((name) => readKept(folder, name)));
	return kept.filter((each) => each !== undefined);
}

export async function readKept(folder: string, name: string): Promise<KeptEnvironment | undefined> {
	const path = join(folder, `ray-${name}`);
	if (!isName(name) || !(await isForMe(folder, path))) return undefined;
	try {
		const { ray, python, bytes, made } = JSON.parse(await readFile(join(path, FACTS_FILE), 'utf8'));
		if (typeof ray !== 'string' || typeof python !== 'string' || typeof made !== 'string') return undefined;
		const used = (await readUses(path)).at(-1)?.at;
		return { name, folder: path, rayVersion: ray, pythonVersion: python, bytes: Number(bytes) || 0, made, used };
	} catch {
		return undefined; // Not made by us, or taken away while we looked.
	}
}

/** A stranger must not choose what I run: only where nobody else can put or change anything. */
async function isForMe(folder: string, path: string): Promise<boolean> {
	try {
		const stats = await Promise.all([stat(folder), stat(join(folder, MADE_FOLDER)), lstat(path), stat(path)]);
		return stats.every(
			({ uid, mode }) => (uid === process.getuid?.() || uid === 0) && ((mode & 0o022) === 0 || isLink(mode)),
		);
	} catch {
		return false;
	}
}

function isLink(mode: number): boolean {
	return (mode & constants.S_IFMT) === constants.S_IFLNK;
}

export async function noteUse({ folder }: Pick<KeptEnvironment, 'folder'>, use: Use): Promise<void> {
	try {
		await appendLine(join(await realpath(folder), USES_FILE), JSON.stringify(use));
	} catch (error) {
		debug(`the use of ${folder} was not noted: ${(error as Error).message}`); // As where a site keeps it for all.
	}
}

export async function readUses(folder: string): Promise<readonly Use[]> {
	const real = await realpath(folder).catch(() => folder);
	const notes = await readOwn(join(real, USES_FILE), LARGEST_NOTES_BYTES);
	if (!notes.ok) return [];
	return notes.text.split('\n').flatMap((line) => {
		try {
			const { at, scheduler, job } = JSON.parse(line);
			return typeof at === 'string' ? [{ at, scheduler, job }] : [];
		} catch {
			return []; // The last line of a full disk.
		}
	});
}

/** Of all files below. */
export async function sizeOf(folder: string): Promise<number> {
	let bytes = 0;
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		bytes += entry.isDirectory() ? await sizeOf(path) : (await lstat(path)).size;
	}
	return bytes;
}
