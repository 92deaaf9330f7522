// The way to a path, one folder after the other, as the kernel goes it: through every link, down to the last that is there.
import type { Stats } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { isPrivateGroup, isPrivateIn, type Standing, type Step } from '../core/own-ground.ts';
import { run } from './run.ts';

const MOST_LINKS = 40;
const LOOK_UP_MS = 3_000;

/** Of an absolute path. */
export async function wayTo(path: string): Promise<readonly Step[]> {
	const left = namesIn(path);
	const steps: Step[] = [];
	let folder = await standing('/', await lstat('/'));
	for (let links = 0; ; ) {
		const name = left.shift();
		if (name === '..') {
			const above = dirname(folder.path);
			folder = await standing(above, await lstat(above));
			continue;
		}
		const next = name === undefined ? undefined : join(folder.path, name);
		const stat = next === undefined ? undefined : await lstat(next).catch(missing);
		steps.push({ folder, entryTrusted: stat && isTrusted(stat) });
		if (next === undefined || stat === undefined) return steps;
		if (stat.isSymbolicLink()) {
			links += 1;
			if (links > MOST_LINKS) return steps; // Nobody gets through there: what is tried next says so.
			const target = await readlink(next);
			left.unshift(...namesIn(target));
			if (target.startsWith('/')) folder = await standing('/', await lstat('/'));
		} else if (stat.isDirectory()) folder = await standing(next, stat);
		else return steps;
	}
}

function namesIn(path: string): string[] {
	return path.split('/').filter((each) => each !== '' && each !== '.');
}

function missing(error: NodeJS.ErrnoException): undefined {
	// A folder that I may not look into is for the next call to complain about.
	if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(error.code ?? '')) return undefined;
	throw error;
}

async function standing(path: string, stat: Stats): Promise<Standing> {
	return {
		path,
		mode: stat.mode & 0o7777,
		trusted: isTrusted(stat),
		mine: isMine(stat),
		groupIsMine: (stat.mode & 0o020) !== 0 && (await isMyGroup(stat.gid)),
	};
}

function isMine({ uid }: Stats): boolean {
	return uid === process.geteuid?.();
}

function isTrusted(stat: Stats): boolean {
	return stat.uid === 0 || isMine(stat);
}

const known = new Map<number, Promise<boolean>>();

/** Where it cannot be told, it is not. */
function isMyGroup(gid: number): Promise<boolean> {
	const answer = known.get(gid) ?? lookUp(gid).catch(() => false);
	known.set(gid, answer);
	return answer;
}

async function lookUp(gid: number): Promise<boolean> {
	const user = userInfo().username;
	const all = await readFile('/etc/group', 'utf8').catch(() => '');
	const there = isPrivateIn(all, gid, user);
	if (there !== undefined) return there;
	const { stdout } = await run(['getent', 'group', String(gid)], { timeoutMs: LOOK_UP_MS });
	return isPrivateGroup(stdout, user);
}
