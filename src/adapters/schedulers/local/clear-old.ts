// Forgets jobs that ended long ago, a few at a time, whenever one is submitted; and folders of jobs that never came to be.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './place.ts';
import { forget, readWholeTable } from './table.ts';

const KEPT_SECONDS = 7 * 86_400;
/** Ended jobs cost a look a microsecond each, so there is a bound on their number as well. */
const MOST_KEPT = 5_000;
const AT_A_TIME = 200;
/** A keeper may be about to remove it. */
const LEFT_ALONE_MS = 600_000;

export async function clearOld(place: Place): Promise<void> {
	const table = readWholeTable(place);
	const now = Date.now() / 1000;
	const ended = [...table.values()]
		.flatMap((entry) => (entry.state.kind === 'ended' ? [{ entry, at: entry.state.at }] : []))
		.toSorted((a, b) => a.at - b.at);
	const tooMany = Math.max(0, ended.length - MOST_KEPT);
	const old = ended.filter(({ at }, index) => index < tooMany || now - at > KEPT_SECONDS).slice(0, AT_A_TIME);
	for (const { entry } of old) await forget(place, entry);
	// We hold the lock: a folder without an entry is of a submission that died.
	for (const id of await readdir(join(place.entries, 'jobs'))) {
		if (table.has(id)) continue;
		const { mtimeMs } = await stat(place.folderOf(id));
		if (now * 1000 - mtimeMs > LEFT_ALONE_MS) await rm(place.folderOf(id), { recursive: true, force: true });
	}
}
