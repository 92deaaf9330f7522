// Asks Slurm when a few variations of a pending job would start. Nothing is submitted; a handful of questions, each bounded.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	elsewhere,
	type PendingRequest,
	parseRequest,
	REQUEST_FIELDS,
	startIn,
	testOnlyWords,
	variationsOf,
	waysInWords,
} from '../../core/sooner.ts';
import { otherRooms, parseRooms, ROOM_WORDS, tooMuch } from '../../core/too-much.ts';
import type { JobId } from '../../core/world.ts';
import type { Outcome } from '../run.ts';

type Ask = (argv: readonly string[], timeoutMs: number) => Promise<Outcome>;

const LIMIT_MS = 5_000;

export async function waysInSlurm(ask: Ask, job: JobId, now: Date): Promise<readonly string[]> {
	const [queue, partitions] = await Promise.all([
		ask(['squeue', '-h', '-o', REQUEST_FIELDS, '-j', job], LIMIT_MS),
		ask(ROOM_WORDS, LIMIT_MS),
	]);
	const request = queue.code === 0 ? parseRequest(queue.stdout.split('\n')[0] ?? '') : undefined;
	if (request === undefined) return [];
	const rooms = parseRooms(partitions.code === 0 ? partitions.stdout : '');
	const never = tooMuch(request, rooms);
	const others = otherRooms(request, rooms);
	const variations = never.length === 0 ? variationsOf(request, others) : elsewhere(request, others);
	const folder = await mkdtemp(join(tmpdir(), 'rayslurm-'));
	try {
		const script = join(folder, 'nothing.sh');
		await writeFile(script, '#!/bin/sh\n');
		const start = async (each: PendingRequest) =>
			startIn((await ask(['sbatch', ...testOnlyWords(each), script], LIMIT_MS)).stderr);
		const unchanged = never.length === 0 ? await start(request) : undefined;
		const tried = await Promise.all(
			variations.map(async (variation) => ({
				words: variation.words,
				start: await start(variation.request),
			})),
		);
		return [...never, ...waysInWords([unchanged, request.expectedStart], tried, now)];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
