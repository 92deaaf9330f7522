// Opens what a job or its Ray has written: a regular file that is mine, through no link, never waiting on a FIFO. Others may
// write to a shared project's folders, and what they plant there is not shown as a job's output.
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

export type Opened =
	| { readonly kind: 'open'; readonly file: FileHandle; readonly stat: Stats }
	| { readonly kind: 'missing' }
	| { readonly kind: 'refused'; readonly why: string };

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

export async function openOwn(path: string): Promise<Opened> {
	try {
		const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		const stat = await file.stat();
		const why = !stat.isFile()
			? 'it is not a regular file'
			: stat.uid === process.geteuid?.()
				? undefined
				: `it belongs to uid ${stat.uid}, not to you`;
		if (why === undefined) return { kind: 'open', file, stat };
		await file.close();
		return { kind: 'refused', why };
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE') return { kind: 'missing' };
		if (code === 'ELOOP') return { kind: 'refused', why: 'it is a symbolic link' };
		if (code === 'ENXIO') return { kind: 'refused', why: 'it is not a regular file' };
		return { kind: 'refused', why: `it cannot be read: ${message}` };
	}
}

const BLOCK_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** Where the last `lines` lines begin; a last line without its end counts as one. */
export async function startOfLastLines(file: FileHandle, size: number, lines: number): Promise<number> {
	if (lines <= 0) return size;
	const block = Buffer.alloc(BLOCK_BYTES);
	let ends = 0;
	for (let end = size; end > 0; ) {
		const from = Math.max(0, end - BLOCK_BYTES);
		const { bytesRead } = await file.read(block, 0, end - from, from);
		for (let at = bytesRead - 1; at >= 0; at -= 1) {
			// The file's own last byte ends its last line.
			if (block[at] === LINE_FEED && from + at !== size - 1) ends += 1;
			if (ends === lines) return from + at + 1;
		}
		end = from;
	}
	return 0;
}
