// My own register of heads, so that commands find them from any folder: one small file a head below ~/.local/state/rayslurm.
// It may be missing, unwritable or on another machine; nothing depends on it.

import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Register, RegisteredHead } from '../core/world.ts';
import { readOwn, writeAtomically } from './files.ts';
import { debug } from './log.ts';
import { stateFolder } from './state-folder.ts';

function folder(): string {
	return join(stateFolder(), 'heads');
}

export const register: Register = {
	async add(head) {
		try {
			await mkdir(folder(), { recursive: true, mode: 0o700 });
			await writeAtomically(join(folder(), `${head.job}.json`), `${JSON.stringify(head)}\n`);
		} catch (error) {
			debug(`the register could not be written: ${(error as Error).message}`);
		}
	},
	async forget({ job }) {
		await rm(join(folder(), `${job}.json`), { force: true }).catch((error: Error) => debug(error.message));
	},
	async heads() {
		const names = await readdir(folder()).catch(() => []);
		const heads = await Promise.all(
			names.filter((name) => /^\d+\.json$/.test(name)).map((name) => read(join(folder(), name))),
		);
		return heads.filter((head) => head !== undefined).toSorted((a, b) => Number(a.job) - Number(b.job));
	},
};

async function read(path: string): Promise<RegisteredHead | undefined> {
	const file = await readOwn(path, 10_000);
	if (!file.ok) return undefined;
	try {
		const { job, name, outputDir } = JSON.parse(file.text) as Partial<RegisteredHead>;
		const sound =
			typeof job === 'string' && /^\d+$/.test(job) && typeof outputDir === 'string' && outputDir.startsWith('/');
		return sound ? { job, name: typeof name === 'string' ? name : undefined, outputDir } : undefined;
	} catch {
		return undefined;
	}
}
