// Reads own state in one go, without waiting and without the modules that waiting needs: a TAB is over before those are
// loaded. The same rules as in files.ts and register.ts.
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { QuickLook } from '../core/quick-look.ts';
import { stateFolder } from './state-folder.ts';

const LARGEST_BYTES = 1_000_000;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

export function quickLook(): QuickLook {
	return {
		nowMs: Date.now(),
		readState,
		heads() {
			const folder = join(stateFolder(), 'heads');
			return namesIn(folder).flatMap((name) => parseHead(readState(join(folder, name)) ?? ''));
		},
	};
}

function readState(path: string): string | undefined {
	let file: number | undefined;
	try {
		file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		const stat = fstatSync(file);
		const isMine = stat.isFile() && stat.uid === process.geteuid?.() && (stat.mode & 0o022) === 0;
		if (!isMine || stat.size > LARGEST_BYTES) return undefined;
		const bytes = Buffer.allocUnsafe(stat.size);
		return bytes.toString('utf8', 0, readSync(file, bytes, 0, stat.size, 0));
	} catch {
		return undefined;
	} finally {
		if (file !== undefined) closeSync(file);
	}
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder).filter((name) => /^(?:\w+-)?\d+\.json$/.test(name));
	} catch {
		return [];
	}
}

function parseHead(text: string): ReturnType<QuickLook['heads']> {
	try {
		const { job, name, outputDir } = JSON.parse(text) as Record<string, unknown>;
		if (typeof job !== 'string' || !/^\d+$/.test(job)) return [];
		if (typeof outputDir !== 'string' || !outputDir.startsWith('/')) return [];
		return [{ job, name: typeof name === 'string' ? name : undefined, outputDir }];
	} catch {
		return [];
	}
}
