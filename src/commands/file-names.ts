// Names of files that begin as typed, for bash, whose own completion would run nothing but knows no endings.
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isOffered } from '../core/candidate.ts';

export type FileKind = 'file' | 'folder' | 'script';

const MOST = 2000;

/** As typed, and longer: `~/` and folders stay as they are. Folders are always among them: a file may be inside. */
export function fileNames(cwd: string, home: string, typed: string, kind: FileKind): readonly string[] {
	const cut = typed.lastIndexOf('/') + 1;
	const [before, begun] = [typed.slice(0, cut), typed.slice(cut)];
	const folder = before.startsWith('~/') ? join(home, before.slice(1)) : resolve(cwd, before);
	return entriesOf(folder)
		.filter((entry) => fits(folder, entry, begun, kind))
		.slice(0, MOST)
		.map(({ name }) => `${before}${name}`);
}

function entriesOf(folder: string): readonly Dirent[] {
	try {
		return readdirSync(folder, { withFileTypes: true });
	} catch {
		return [];
	}
}

function fits(folder: string, entry: Dirent, begun: string, kind: FileKind): boolean {
	const { name } = entry;
	if (!name.startsWith(begun) || !isOffered(name)) return false;
	if (name.startsWith('.') && !begun.startsWith('.')) return false;
	if (kind === 'file' || (kind === 'script' && name.endsWith('.py'))) return true;
	return entry.isDirectory() || (entry.isSymbolicLink() && isFolder(join(folder, name)));
}

function isFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
}
