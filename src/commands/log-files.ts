// Where a job's output is: the files that Slurm, or the local scheduler, writes for it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isLogOf, type Layout } from '../core/layout.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId } from '../core/world.ts';
import { openOwn } from './own-file.ts';

export interface LogPaths {
	readonly output: string;
	readonly errors: string;
}

/** undefined: nothing is there yet. What is there and not mine is refused, not passed over: it may be a trap. */
export async function findLogs(layout: Layout, job: JobId): Promise<LogPaths | undefined> {
	const names = (await readdir(layout.slurmLogs).catch(() => [])).filter((name) => isLogOf(name, job));
	const stems = [...new Set(names.map((name) => name.slice(0, -4)))];
	let refused: Trouble | undefined;
	for (const stem of stems) {
		const paths = { output: join(layout.slurmLogs, `${stem}.out`), errors: join(layout.slurmLogs, `${stem}.err`) };
		const troubles = await Promise.all(Object.values(paths).map(refusalOf));
		const trouble = troubles.find((each) => each !== undefined);
		if (trouble === undefined) return paths;
		refused ??= trouble;
	}
	if (refused) throw refused;
	return undefined;
}

async function refusalOf(path: string): Promise<Trouble | undefined> {
	const opened = await openOwn(path);
	if (opened.kind === 'open') await opened.file.close();
	return opened.kind === 'refused' ? logRefused(path, opened.why) : undefined;
}

export function logRefused(path: string, why: string): Trouble {
	return new Trouble('info-file-invalid', `Log refused: ${path}: ${why}`, {
		hint: 'rayslurm shows only files that are yours; look who may write to its folder',
	});
}
