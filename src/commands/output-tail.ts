// Shows a growing file: each call what was written since the last one, byte for byte.
import { open } from 'node:fs/promises';

export interface OutputTail {
	show(): Promise<boolean>;
}

export function tailOf(path: string, write: (bytes: Uint8Array) => void): OutputTail {
	let shownBytes = 0;
	return {
		async show() {
			const file = await open(path, 'r').catch(() => undefined);
			if (file === undefined) return false; // Not there yet, or not yet seen through the shared file system.
			try {
				const { size } = await file.stat();
				if (size <= shownBytes) return false;
				const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size - shownBytes, 1 << 20)), {
					position: shownBytes,
				});
				write(buffer.subarray(0, bytesRead));
				shownBytes += bytesRead;
				return bytesRead > 0;
			} finally {
				await file.close();
			}
		},
	};
}
