// What stands at a path, and how much it weighs, with all that is below it or without; and removing just that. No link is
// followed: it is a thing of its own. Between the two, somebody who may write above it can put another thing in its place.
import { type BigIntStats, constants } from 'node:fs';
import { lstat, open, readdir, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Weight } from '../core/files.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** undefined: nothing is there, or nobody can look. */
export async function weigh(path: string, of: 'itself' | 'all below'): Promise<Weight | undefined> {
	// The output folder itself may be a link.
	const folder = await stat(dirname(path), { bigint: true }).catch(() => undefined);
	return folder && weighIn(folder, path, of);
}

async function weighIn(folder: BigIntStats, path: string, of: 'itself' | 'all below'): Promise<Weight | undefined> {
	const stat = await lstat(path, { bigint: true }).catch(() => undefined);
	if (stat === undefined) return undefined;
	const own: Weight = {
		kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other',
		mine: isMine(stat),
		isPrivate: stat.isDirectory() && isMine(stat) && (stat.mode & 0o777n) === 0o700n,
		bytes: stat.isFile() ? Number(stat.size) : 0,
		modifiedMs: Number(stat.mtimeMs),
		identity: identityOf(folder, stat),
	};
	if (own.kind !== 'folder' || of === 'itself') return own;
	const names = await readdir(path).catch(() => undefined);
	if (names === undefined) return { ...own, mine: false };
	const below = await Promise.all(names.map((name) => weighIn(stat, join(path, name), of)));
	return below.reduce<Weight>((sum, each) => (each === undefined ? sum : together(sum, each)), own);
}

function together(sum: Weight, { mine, bytes, modifiedMs }: Weight): Weight {
	return {
		...sum,
		mine: sum.mine && mine,
		bytes: sum.bytes + bytes,
		modifiedMs: Math.max(sum.modifiedMs, modifiedMs),
	};
}

/** What is gone by itself is no reason to fail. */
export async function removeWeighed(path: string, identity: string): Promise<void> {
	const folder = await open(dirname(path), O_RDONLY | O_DIRECTORY).catch(unlessGone);
	if (folder === undefined) return;
	try {
		// By the folder that is held: its path may lead elsewhere by now.
		const there = join(`/proc/self/fd/${folder.fd}`, basename(path));
		const stat = await lstat(there, { bigint: true }).catch(unlessGone);
		if (stat === undefined) return;
		if (identityOf(await folder.stat({ bigint: true }), stat) !== identity) throw replaced();
		await removeThere(there, stat);
	} finally {
		await folder.close();
	}
}

async function removeThere(there: string, seen: BigIntStats): Promise<void> {
	if (!seen.isDirectory()) return unlink(there);
	const folder = await open(there, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	try {
		if (!isSame(await folder.stat({ bigint: true }), seen)) throw replaced();
		const held = `/proc/self/fd/${folder.fd}`;
		for (const name of await readdir(held)) {
			const stat = await lstat(join(held, name), { bigint: true }).catch(unlessGone);
			if (stat !== undefined) await removeThere(join(held, name), stat);
		}
	} finally {
		await folder.close();
	}
	await rmdir(there);
}

function replaced(): Error {
	return new Error('what stands there is no longer what it was');
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
	if (error.code !== 'ENOENT') throw error;
}

function identityOf(folder: BigIntStats, { dev, ino }: BigIntStats): string {
	return `${folder.dev}:${folder.ino}/${dev}:${ino}`;
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
	return one.dev === other.dev && one.ino === other.ino;
}

function isMine({ uid }: BigIntStats): boolean {
	return Number(uid) === process.geteuid?.();
}
