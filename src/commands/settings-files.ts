// The files that settings come from: read as data, bounded in size, and never a stranger's. A file named /tmp/.env, or one that
// a colleague has put into a project folder of us all, must not choose what runs as me.
import {
	closeSync,
	constants,
	existsSync,
	fstatSync,
	lstatSync,
	openSync,
	readFileSync,
	type Stats,
	statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { othersCanWrite } from '../core/own-ground.ts';
import { Trouble } from '../core/trouble.ts';
import { isMyGroup } from './own-group.ts';

const LARGEST_SETTINGS_BYTES = 1_000_000;
const STICKY = 0o1000;

/** It marks a project. That decides only where things are looked for: in a folder that everybody can write to, only what is
 *  mine counts; what a group has marked counts, and is not read unless it is mine. */
export function isMark(path: string): boolean {
	if (!existsSync(path)) return false;
	return isTrusted(lstatSync(path)) || (statSync(dirname(path)).mode & 0o002) === 0;
}

/** Why a file that decides what runs as me is not taken, as the end of a sentence; undefined: it is, or it is not there. */
export function whyNotMine(path: string): string | undefined {
	if (!existsSync(path)) return undefined;
	const folder = dirname(path);
	const [file, above] = [statSync(path), statSync(folder)];
	if (!isMine(path)) {
		const where = (above.mode & 0o002) === 0 ? 'others' : 'everybody';
		return isOpen(above) ? `somebody else's, in a folder that ${where} can write to` : "somebody else's";
	}
	if (isOpen(file)) return `yours, but others can write to it (chmod go-w ${path})`;
	// In a sticky folder, as /tmp is, what is mine stays where it is.
	if (!isTrusted(above)) return `in somebody else's folder, ${folder}`;
	const isHeld = (above.mode & STICKY) !== 0;
	return isOpen(above) && !isHeld ? `in a folder that others can write to (chmod go-w ${folder})` : undefined;
}

export function isOpen({ mode, gid }: Stats): boolean {
	return othersCanWrite({ mode, groupIsMine: (mode & 0o020) !== 0 && isMyGroup(gid) });
}

/** Or root's, and no link of somebody else's. */
export function isMine(path: string): boolean {
	return isTrusted(lstatSync(path)) && isTrusted(statSync(path));
}

function isTrusted({ uid }: Stats): boolean {
	return uid === 0 || uid === process.getuid?.();
}

export async function readDotenv(folder: string): Promise<Record<string, string> | undefined> {
	const text = readForMe(join(folder, '.env'));
	return text === undefined ? undefined : (await import('dotenv')).parse(text);
}

/** Every scalar as it is written: a conda environment named 3.10 is not 3.1, and 1e400 is not infinity. */
export async function readYaml(path: string): Promise<unknown> {
	const text = readForMe(path);
	if (text === undefined) return undefined;
	const { parse } = await import('yaml');
	try {
		// Only comments, or nothing at all, reads as an empty word.
		return parse(text, { schema: 'failsafe', maxAliasCount: 0, uniqueKeys: true, logLevel: 'error' }) || undefined;
	} catch (error) {
		throw new Trouble('usage', `${path}: ${(error as Error).message.split('\n')[0]}`, {
			hint: 'write lines such as venv: /path/to/venv',
		});
	}
}

/** Where in a file of settings a name gets its value: the last line that looks like it. */
export function lineOf(path: string, name: string): number | undefined {
	const pattern = new RegExp(`^\\s*(?:export\\s+)?["']?${name}["']?\\s*[:=]`);
	const at = readForMe(path)
		?.split('\n')
		.findLastIndex((line) => pattern.test(line));
	return at === undefined || at < 0 ? undefined : at + 1;
}

export function readForMe(path: string): string | undefined {
	try {
		if (!existsSync(path) || whyNotMine(path) !== undefined) return undefined;
		const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			// Once more, of what is open: it may have been swapped since.
			const stat = fstatSync(file);
			if (!stat.isFile() || !isTrusted(stat) || isOpen(stat)) return undefined;
			if (stat.size > LARGEST_SETTINGS_BYTES) {
				throw new Trouble('usage', `${path}: larger than a file of settings can be`, {
					hint: 'is it the file you mean?',
				});
			}
			return readFileSync(file, 'utf8');
		} finally {
			closeSync(file);
		}
	} catch (error) {
		if (error instanceof Trouble) throw error;
		return undefined;
	}
}
