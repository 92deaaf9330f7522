// Where the local scheduler keeps what it knows: a private folder of the user, in it one for each host, because a home may be
// shared between machines. Ids and the lock are common to all of them, so that no two jobs of a user have the same id.
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { Trouble } from '../../../core/trouble.ts';
import { ensurePrivateFolder } from '../../files.ts';
import { stateFolder } from '../../state-folder.ts';

export interface Place {
	readonly root: string;
	readonly lock: string;
	readonly lastId: string;
	/** Of this host: one empty file for each job, its name an entry. */
	readonly entries: string;
	folderOf(id: string): string;
}

export function thePlace(): Place {
	// A job's own commands must look where the job was submitted, whatever its script did to HOME.
	const said = process.env['RAYSLURM_LOCAL_STATE'] ?? '';
	const root = isAbsolute(said) ? said : join(stateFolder(), 'local');
	const entries = join(root, hostname());
	return {
		root,
		lock: join(root, 'lock'),
		lastId: join(root, 'last-id'),
		entries,
		folderOf: (id) => join(entries, 'jobs', id),
	};
}

export async function makePlace(place: Place): Promise<void> {
	await mkdir(dirname(place.root), { recursive: true, mode: 0o700 }).catch((cause: Error) => {
		throw new Trouble('failed', `The local scheduler has no place for its jobs: ${cause.message}`, {
			hint: 'name a folder of yours with XDG_STATE_HOME',
			cause,
		});
	});
	for (const folder of [place.root, place.entries, join(place.entries, 'jobs')]) await ensurePrivateFolder(folder);
}
