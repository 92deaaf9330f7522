// A job whose keeper was killed: what it left is ended by a program of its own, in the background, and then it is recorded
// as ended. After a reboot nothing can be left, and what is known of the job is set right at once.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntryState, JobEntry } from '../../../core/job-entry.ts';
import { keeperScript } from './keeper-script.ts';
import type { Place } from './place.ts';
import { changeEntry, thisTable } from './table.ts';

/** Folders of jobs that a program started here is about: who looks again and again starts one, not many. */
const underway = new Set<string>();

/** The entry as it is now. */
export async function bury(place: Place, entry: JobEntry): Promise<JobEntry> {
	const { id, facts } = entry;
	const folder = place.folderOf(id);
	const sameBoot = facts.keeper.bootId === thisTable().bootId;
	if (sameBoot && existsSync(join(folder, 'plan'))) {
		const script = await keeperScript(place);
		if (underway.has(folder)) return entry;
		underway.add(folder);
		spawn('bash', ['-p', script, 'bury', place.entries, id], { detached: true, stdio: 'ignore', cwd: '/' })
			.on('error', () => underway.delete(folder))
			.on('exit', () => underway.delete(folder))
			.unref();
		return entry;
	}
	const at = Math.floor(Date.now() / 1000);
	const how = sameBoot ? 'NODE_FAIL' : 'REBOOT';
	const state: EntryState = { kind: 'ended', how, code: undefined, at };
	await changeEntry(place, entry, state);
	await rm(folder, { recursive: true, force: true });
	return { ...entry, state };
}
