// A job whose keeper was killed: what it left is ended by a program of its own, in the background, and then it is recorded
// as ended. After a reboot nothing can be left.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobEntry } from '../../../core/job-entry.ts';
import { keeperScript } from './keeper-script.ts';
import type { Place } from './place.ts';
import { changeEntry, thisBoot } from './table.ts';

export async function bury(place: Place, { id, state, facts }: JobEntry): Promise<void> {
	const folder = place.folderOf(id);
	if (facts.keeper.boot === thisBoot() && existsSync(join(folder, 'plan'))) {
		const script = await keeperScript(place);
		spawn('bash', ['-p', script, 'bury', place.entries, id], { detached: true, stdio: 'ignore', cwd: '/' })
			.on('error', () => {})
			.unref();
		return;
	}
	const at = Math.floor(Date.now() / 1000);
	await changeEntry(
		place,
		{ id, state, facts },
		{ kind: 'ended', how: facts.keeper.boot === thisBoot() ? 'NODE_FAIL' : 'REBOOT', code: undefined, at },
	);
	await rm(folder, { recursive: true, force: true });
}
