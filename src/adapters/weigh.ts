// What stands at a path, and how much it weighs, with all that is below it or without. No link is followed: it is a thing of its own.
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Weight } from '../core/files.ts';

/** undefined: nothing is there, or nobody can look. */
export async function weigh(path: string, of: 'itself' | 'all below'): Promise<Weight | undefined> {
	const stat = await lstat(path).catch(() => undefined);
	if (stat === undefined) return undefined;
	const own: Weight = {
		kind: stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other',
		mine: isMine(stat),
		bytes: stat.isFile() ? stat.size : 0,
		modifiedMs: stat.mtimeMs,
	};
	if (own.kind !== 'folder' || of === 'itself') return own;
	const names = await readdir(path).catch(() => undefined);
	if (names === undefined) return { ...own, mine: false };
	const below = await Promise.all(names.map((name) => weigh(join(path, name), of)));
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

function isMine({ uid }: Stats): boolean {
	return uid === process.geteuid?.();
}
