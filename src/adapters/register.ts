// My own register of heads, so that commands find them from any folder: one small file a head below ~/.local/state/rayslurm.
// It may be missing, unwritable or on another machine; nothing depends on it.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Register, RegisteredHead } from '../core/register.ts';
import { readOwn, writeAtomically } from './files.ts';
import { debug } from './log.ts';
import { namesIn } from './opening.ts';
import { stateFolder } from './state-folder.ts';

interface Entry extends RegisteredHead {
	/** Entries from before there was a second scheduler say neither when nor whose. */
	readonly added: string;
}

function folder(): string {
	return join(stateFolder(), 'heads');
}

function fileOf({ scheduler, job }: Pick<RegisteredHead, 'scheduler' | 'job'>): string {
	return join(folder(), `${scheduler}-${job}.json`);
}

export function register(scheduler: string): Register {
	return {
		async add(head) {
			try {
				await mkdir(folder(), { recursive: true, mode: 0o700 });
				const entry: Entry = { ...head, scheduler, added: new Date().toISOString() };
				await writeAtomically(fileOf(entry), `${JSON.stringify(entry)}\n`);
			} catch (error) {
				debug(`the register could not be written: ${(error as Error).message}`);
			}
		},
		async forget(head) {
			await rm(fileOf(head), { force: true }).catch((error: Error) => debug(error.message));
		},
		async heads() {
			const names = await namesIn(folder());
			const entries = await Promise.all(
				names.filter((name) => /^(?:\w+-)?\d+\.json$/.test(name)).map((name) => read(join(folder(), name))),
			);
			return entries
				.filter((entry) => entry !== undefined)
				.toSorted((a, b) => (a.added === b.added ? Number(a.job) - Number(b.job) : a.added < b.added ? -1 : 1));
		},
	};
}

async function read(path: string): Promise<Entry | undefined> {
	const file = await readOwn(path, 10_000);
	if (!file.ok) return undefined;
	try {
		const { scheduler = 'slurm', added = '', job, name, outputDir } = JSON.parse(file.text) as Partial<Entry>;
		const words = [scheduler, added, job, outputDir].every((word) => typeof word === 'string');
		if (!words || !job || !/^\d+$/.test(job) || !outputDir?.startsWith('/')) return undefined;
		return { scheduler, added, job, name: typeof name === 'string' ? name : undefined, outputDir };
	} catch {
		return undefined;
	}
}
