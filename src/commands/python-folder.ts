// Where rayslurm keeps its Python environments.
import { isAbsolute, join } from 'node:path';
import type { Settings } from '../core/settings.ts';
import { homeOf, pathOf } from './project.ts';
import type { Shell } from './shell.ts';

export function pythonFolder(shell: Shell, settings: Settings): string {
	const cache = shell.environment['XDG_CACHE_HOME'];
	const parent = cache !== undefined && isAbsolute(cache) ? cache : join(homeOf(shell), '.cache');
	return pathOf(settings, 'python-dir', shell) ?? join(parent, 'rayslurm', 'python');
}
