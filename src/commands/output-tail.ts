// Shows a growing file: each call what was written since the last one, byte for byte, through a rotation and a truncation.
import type { FileHandle } from 'node:fs/promises';
import { openOwn, startOfLastLines } from './own-file.ts';

export interface OutputTail {
	/** Resolves to whether there was anything. */
	show(): Promise<boolean>;
	close(): Promise<void>;
}

export interface TailWishes {
	/** Begin with so many last lines instead of with all. */
	readonly lines?: number | undefined;
	/** What happened to the file, in words. */
	readonly note?: (what: string) => void;
}

const PIECE_BYTES = 1 << 20;

export function tailOf(
	path: string,
	write: (bytes: Uint8Array) => Promise<void> | void,
	{ lines, note = () => {} }: TailWishes = {},
): OutputTail {
	let held: FileHandle | undefined;
	let inode: number | undefined;
	let shownBytes: number | undefined;
	let looksShorter = 0;
	async function more(file: FileHandle): Promise<boolean> {
		const from = shownBytes ?? 0;
		const { size } = await file.stat();
		if (size <= from) return false;
		const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size - from, PIECE_BYTES)), {
			position: from,
		});
		shownBytes = from + bytesRead;
		await write(buffer.subarray(0, bytesRead));
		return bytesRead > 0;
	}
	return {
		async show() {
			const opened = await openOwn(path);
			// Not there yet, or not yet seen through the shared file system, or taken away a moment ago.
			if (opened.kind !== 'open') return held === undefined ? false : more(held);
			const { file, stat } = opened;
			if (held !== undefined && stat.ino !== inode) {
				// First what is left of the old one, which stays open for that.
				if (await more(held)) {
					await file.close();
					return true;
				}
				note('a new file has taken its place');
				shownBytes = 0;
			}
			await held?.close();
			held = file;
			inode = stat.ino;
			shownBytes ??= lines === undefined ? 0 : await startOfLastLines(file, stat.size, lines);
			// A shared file system may tell an old size once.
			looksShorter = stat.size < shownBytes ? looksShorter + 1 : 0;
			if (looksShorter > 1) {
				note('it was cut short');
				shownBytes = 0;
			}
			return more(file);
		},
		async close() {
			await held?.close();
			held = undefined;
		},
	};
}

/** What is in the file now, and no more, however fast it grows. */
export async function printOnce(
	file: FileHandle,
	size: number,
	write: (bytes: Uint8Array) => Promise<void> | void,
	lines: number | undefined,
): Promise<void> {
	let at = lines === undefined ? 0 : await startOfLastLines(file, size, lines);
	while (at < size) {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size - at, PIECE_BYTES)), { position: at });
		if (bytesRead === 0) return;
		await write(buffer.subarray(0, bytesRead));
		at += bytesRead;
	}
}
