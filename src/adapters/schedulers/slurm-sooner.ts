// Asks Slurm when a few variations of a pending job would start. Nothing is submitted; a handful of questions, each bounded.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	type PendingRequest,
	parseRequest,
	REQUEST_FIELDS,
	startIn,
	testOnlyWords,
	variationsOf,
	waysInWords,
} from '../../core/sooner.ts';
import type { JobId } from '../../core/world.ts';
import type { Outcome } from '../run.ts';

type Ask = (argv: readonly string[], timeoutMs: number) => Promise<Outcome>;

const LIMIT_MS = 5_000;

export async function waysInSlurm(ask: Ask, job: JobId, now: Date): Promise<readonly string[]> {
	const [queue, partitions] = await Promise.all([
		ask(['squeue', '-h', '-o', REQUEST_FIELDS, '-j', job], LIMIT_MS),
		ask(['sinfo', '-h', '-o', '%R|%a'], LIMIT_MS),
	]);
	const request = queue.code === 0 ? parseRequest(queue.stdout.split('\n')[0] ?? '') : undefined;
	if (request === undefined) return [];
	const others = partitions.stdout
		.split('\n')
		.map((row) => row.split('|'))
		.filter(([name = '', up]) => up === 'up' && name !== '' && !request.partition.split(',').includes(name))
		.map(([name = '']) => name);
	const folder = await mkdtemp(join(tmpdir(), 'rayslurm-'));
	try {
		const script = join(folder, 'nothing.sh');
		await writeFile(script, '#!/bin/sh\n');
		const start = async (each: PendingRequest) =>
			startIn((await ask(['sbatch', ...testOnlyWords(each), script], LIMIT_MS)).stderr);
		const unchanged = await start(request);
		const tried = await Promise.all(
			variationsOf(request, others).map(async (variation) => ({
				words: variation.words,
				start: await start(variation.request),
			})),
		);
		return waysInWords([unchanged, request.expectedStart], tried, now);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
