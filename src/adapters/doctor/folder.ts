// Looks at a folder, or at the nearest one above it that is there: whose it is, who may write, and whether a file can be
// written to the disk now, which is how a full quota shows. What is written is taken away again.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readFile, realpath, stat, statfs, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FolderEvidence } from '../../core/doctor/evidence.ts';
import { mountOf } from '../../core/doctor/mounts.ts';

/** More than what file systems put beside a file's name. */
const TRIAL_BYTES = 256 * 1024;

export async function lookAtFolder(path: string): Promise<FolderEvidence> {
	const nearest = await nearestFolder(path);
	const [seen, link, room, real, mountinfo, writeError] = await Promise.all([
		stat(nearest),
		lstat(nearest),
		statfs(nearest),
		realpath(nearest),
		readFile('/proc/self/mountinfo', 'utf8').catch(() => ''),
		tryToWrite(nearest),
	]);
	const { blocks, bfree, bavail, bsize, files, ffree } = room;
	const usable = blocks - bfree + bavail;
	return {
		path,
		nearest,
		isLink: link.isSymbolicLink(),
		mode: seen.mode & 0o7777,
		uid: seen.uid,
		mine: seen.uid === process.geteuid?.(),
		writeError,
		mount: mountOf(mountinfo, real),
		freeBytes: bavail * bsize,
		// File systems that make room for files as they go say 0 of 0.
		freeInodes: files > 0 ? ffree : undefined,
		used: usable > 0 ? (blocks - bfree) / usable : 0,
	};
}

async function nearestFolder(path: string): Promise<string> {
	for (let folder = path; ; folder = dirname(folder)) {
		const found = await stat(folder).catch(() => undefined);
		if (found?.isDirectory() || folder === dirname(folder)) return folder;
	}
}

async function tryToWrite(folder: string): Promise<string | undefined> {
	const path = join(folder, `.rayslurm-doctor-${randomBytes(6).toString('hex')}`);
	const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
	try {
		const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
		try {
			await file.writeFile(Buffer.alloc(TRIAL_BYTES, 'x'));
			await file.sync();
		} finally {
			await file.close();
		}
		return undefined;
	} catch (error) {
		return inWords(error as NodeJS.ErrnoException);
	} finally {
		await unlink(path).catch(() => {});
	}
}

const WORDS: Readonly<Record<string, string>> = {
	EACCES: 'permission denied',
	EPERM: 'not permitted',
	ENOSPC: 'no space is left',
	EDQUOT: 'your disk quota is used up',
	EROFS: 'it is read-only',
	ENOENT: 'it is not there',
	ENOTDIR: 'it is not a folder',
};

function inWords({ code = '', message }: NodeJS.ErrnoException): string {
	return WORDS[code] === undefined ? message : `${WORDS[code]} (${code})`;
}
