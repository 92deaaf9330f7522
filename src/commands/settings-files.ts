// The files that settings come from: read as data, bounded in size, and never a stranger's. A file named /tmp/.env or
// /tmp/rayslurm.yaml must not choose what everybody who works below /tmp runs.
import { existsSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Trouble } from '../core/trouble.ts';

const LARGEST_SETTINGS_BYTES = 1_000_000;

/** It is there, and not put there by somebody else: in a folder that everybody can write to, only what is mine counts. */
export function isThereForMe(path: string): boolean {
	if (!existsSync(path)) return false;
	const { uid } = lstatSync(path);
	if (uid === 0 || uid === process.getuid?.()) return true;
	return (statSync(dirname(path)).mode & 0o002) === 0;
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
		throw new Trouble('usage', `${path}: ${(error as Error).message.split('\n')[0]}`);
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
		if (!isThereForMe(path)) return undefined;
		const stat = statSync(path);
		if (!stat.isFile()) return undefined;
		if (stat.size > LARGEST_SETTINGS_BYTES) {
			throw new Trouble('usage', `${path}: larger than a file of settings can be`);
		}
		return readFileSync(path, 'utf8');
	} catch (error) {
		if (error instanceof Trouble) throw error;
		return undefined;
	}
}
