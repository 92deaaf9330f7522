// Is there what the job would need to set up a conda environment, in the order in which it looks for it?
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { RayEnvironment } from '../core/environment.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { say } from './progress.ts';
import { folderOf } from './project.ts';
import type { Shell } from './shell.ts';

/** Where jobs run here, its lack is said before one is submitted. A compute node may have what this machine has not. */
export function checkConda(shell: Shell, { scheduler }: World, { words }: RayEnvironment, dryRun: boolean): void {
	const [environment = '', root] = words;
	if (root !== undefined && existsSync(join(root, 'etc/profile.d/conda.sh'))) return;
	if (isAbsolute(environment) && existsSync(join(environment, 'bin'))) return;
	if (folderOf('conda', shell.environment) !== undefined) return;
	const message = `There is no conda on this machine to set up ${environment}`;
	if (!scheduler.onThisMachine || dryRun) {
		say(shell, `Note: ${message}; the job needs one on its node`);
		return;
	}
	throw new Trouble('program-missing', message, {
		hint: 'name the environment by its folder (--conda ~/miniconda3/envs/NAME), or begin a shell in which conda works; --ray latest makes one without conda',
	});
}
