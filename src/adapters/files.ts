// Files that others read while we write them, and files that others may have written for us to read.
// Writing: beside, synced, renamed, folder synced; a reader sees the old file or the new one. Reading: only a plain file
// that is ours and that nobody else can change; never through a link, never waiting on a FIFO.
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Trouble } from '../core/trouble.ts';
import { openedAtOnce, openForReading } from './opening.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** Whatever fails, the old file stays as it is and nothing is left beside it. */
export async function writeAtomically(path: string, text: string, mode = 0o600): Promise<void> {
	const beside = join(dirname(path), `.rayslurm-${randomBytes(8).toString('hex')}`);
	try {
		const file = await open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
		try {
			await file.writeFile(text);
			await file.chmod(mode);
			await file.sync();
		} finally {
			await file.close(); // Where NFS reports a full disk or quota at the latest.
		}
		await rename(beside, path);
	} catch (error) {
		await unlink(beside).catch(() => {});
		throw writeTrouble(path, error);
	}
	await syncFolder(dirname(path));
}

/** The new name is already there for everybody; a file system that cannot sync a folder is no reason to fail. */
async function syncFolder(path: string): Promise<void> {
	try {
		const folder = await open(path, O_RDONLY);
		await folder.sync().finally(() => folder.close());
	} catch {}
}

/**
 * One whole line, with one writer at a time. An earlier line that was cut off gets its end first; a line that cannot be
 * written whole (disk full) is taken back.
 */
export async function appendLine(path: string, line: string, { mode = 0o600, eol = '\n' } = {}): Promise<void> {
	try {
		const file = await open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode);
		try {
			const { size } = checkPlain(await file.stat());
			const torn = size > 0 && (await byteAt(file, size - 1)) !== 0x0a;
			try {
				await file.writeFile(`${torn ? eol : ''}${line}${eol}`);
				await file.sync();
			} catch (error) {
				await file.truncate(size).catch(() => {});
				throw error;
			}
		} finally {
			await file.close();
		}
	} catch (error) {
		throw writeTrouble(path, error);
	}
}

async function byteAt(file: FileHandle, position: number): Promise<number | undefined> {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, position);
	return bytesRead === 1 ? buffer[0] : undefined;
}

function checkPlain(stat: Stats): Stats {
	if (stat.isFile()) return stat;
	throw Object.assign(new Error('not a regular file'), { code: 'ENOTREG' });
}

/** 0700, mine and no link; made if it is missing (its parent is not). Permissions of an existing one are not touched. */
export async function ensurePrivateFolder(path: string): Promise<void> {
	try {
		await mkdir(path, 0o700);
	} catch (error) {
		if (codeOf(error) !== 'EEXIST') throw writeTrouble(path, error, 'make the folder');
	}
	// Looked at, never changed: between two calls a neighbour could put a link in its place.
	const stat = await lstat(path).catch((error: unknown) => {
		throw writeTrouble(path, error, 'look at the folder');
	});
	const fault = folderFault(stat);
	if (fault === undefined) return;
	const hint = fault.startsWith('its mode')
		? { hint: `look what is in it, then: chmod 700 ${path}` }
		: { hint: 'choose a place of your own, such as with --output-dir' };
	throw new Trouble('failed', `The folder ${path} must be private to you, but ${fault}`, hint);
}

/** Is it there, 0700, mine and no link? */
export async function isPrivateFolder(path: string): Promise<boolean> {
	return lstat(path).then(
		(stat) => folderFault(stat) === undefined,
		() => false,
	);
}

function folderFault(stat: Stats): string | undefined {
	if (stat.isSymbolicLink()) return 'it is a symbolic link';
	if (!stat.isDirectory()) return 'it is not a folder';
	if (stat.uid !== process.geteuid?.()) return `it belongs to uid ${stat.uid}`;
	const mode = stat.mode & 0o777;
	return mode === 0o700 ? undefined : `its mode is 0${mode.toString(8)}`;
}

export type ReadFault =
	| 'missing'
	| 'link'
	| 'not-a-file'
	| 'not-mine'
	| 'writable-by-others'
	| 'too-large'
	| 'binary'
	| 'unreadable';

export type OwnText =
	| { readonly ok: true; readonly text: string }
	| { readonly ok: false; readonly reason: ReadFault; readonly message: string };

const CHUNK_BYTES = 64 * 1024;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a file that is mine alone to write. Bytes that are not UTF-8 are refused, a byte order mark is kept. */
export async function readOwn(path: string, maxBytes: number): Promise<OwnText> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await readOnce(path, maxBytes);
		} catch (error) {
			// NFS: the file was replaced on its server between our opening and our reading it.
			if (codeOf(error) === 'ESTALE' && attempt < 4) await delay(20 * attempt);
			else return fault(...faultOf(error));
		}
	}
}

/** Only opening may take long, on a file system far away. What is open and small is read in one go: a status of 500 clients reads
 *  a thousand files. */
async function readOnce(path: string, maxBytes: number): Promise<OwnText> {
	// What is at hand is closed again before the next one is opened.
	const file = openedAtOnce(path) ?? (await openForReading(path));
	try {
		const stat = fstatSync(file);
		if (!stat.isFile()) return fault('not-a-file', 'it is not a regular file');
		if (stat.uid !== process.geteuid?.()) return fault('not-mine', `it belongs to uid ${stat.uid}, not to you`);
		if ((stat.mode & 0o022) !== 0) {
			return fault('writable-by-others', `others may write to it (mode 0${(stat.mode & 0o777).toString(8)})`);
		}
		const bytes = readUpTo(file, stat.size, maxBytes);
		if (bytes.length > maxBytes) return fault('too-large', `it has more than ${maxBytes} bytes`);
		return { ok: true, text: UTF_8.decode(bytes) };
	} finally {
		closeSync(file);
	}
}

/** The last `bytes` of a regular file that is mine, as far as they are text; undefined where there is none. */
export async function readOwnEnd(path: string, bytes: number): Promise<string | undefined> {
	const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
	try {
		const stat = await file?.stat();
		if (file === undefined || !stat?.isFile() || stat.uid !== process.geteuid?.()) return undefined;
		const length = Math.min(stat.size, bytes);
		const { buffer, bytesRead } = await file.read(Buffer.alloc(length), { position: stat.size - length });
		return buffer.toString('utf8', 0, bytesRead);
	} catch {
		return undefined;
	} finally {
		await file?.close();
	}
}

/** To the end, or until there are more bytes than `limit`. `size` is what it had a moment ago: a small file takes one read. */
function readUpTo(file: number, size: number, limit: number): Buffer {
	const chunks: Buffer[] = [];
	for (let length = 0; length <= limit; ) {
		const room = Math.max(1, Math.min(size + 1 - length, CHUNK_BYTES));
		const buffer = Buffer.allocUnsafe(room);
		const count = readSync(file, buffer, 0, room, null);
		chunks.push(buffer.subarray(0, count));
		length += count;
		if (count === 0 || (count < room && length >= size)) break;
	}
	return Buffer.concat(chunks);
}

function fault(reason: ReadFault, message: string): OwnText {
	return { ok: false, reason, message };
}

function faultOf(error: unknown): [ReadFault, string] {
	const code = codeOf(error);
	if (code === 'ENOENT' || code === 'ENOTDIR') return ['missing', 'it is not there'];
	if (code === 'ELOOP') return ['link', 'it is a symbolic link'];
	if (code === 'ENXIO') return ['not-a-file', 'it is not a regular file'];
	if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return ['binary', 'it is not text'];
	return ['unreadable', `it cannot be read: ${reasonOf(error)}`];
}

const REASONS: Readonly<Record<string, string>> = {
	ENOSPC: 'no space is left there',
	EDQUOT: 'your disk quota is used up',
	EROFS: 'the file system is read-only',
	EACCES: 'permission denied',
	EPERM: 'not permitted',
	ENOENT: 'its folder is not there',
	ENOTDIR: 'its folder is not a folder',
	EISDIR: 'it is a folder',
	ELOOP: 'it is a symbolic link',
	ENOTREG: 'it is not a regular file',
	ENXIO: 'it is not a regular file',
	EMFILE: 'too many files are open (ulimit -n)',
	EIO: 'the disk reports an error',
	ESTALE: 'the file server has forgotten it',
};

function writeTrouble(path: string, error: unknown, act = 'write'): Trouble {
	return new Trouble('failed', `Cannot ${act} ${path}: ${reasonOf(error)}`, { cause: error });
}

function reasonOf(error: unknown): string {
	const code = codeOf(error);
	const words = REASONS[code];
	return words === undefined ? String((error as Error).message) : `${words} (${code})`;
}

function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException).code ?? '';
}
