// The keeper's script as a file, so that its processes say what they are. A newer rayslurm writes another file: bash reads a
// script as it goes along, and keepers live for days.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '../../files.ts';
import findOurs from '../../find-ours.sh';
import keepJob from './keep-job.sh';
import type { Place } from './place.ts';

export async function keeperScript(place: Place): Promise<string> {
	const text = `${findOurs}\n${keepJob}`;
	const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
	const path = join(place.root, `keep-job-${digest}.sh`);
	if (!existsSync(path)) await writeAtomically(path, text);
	return path;
}
