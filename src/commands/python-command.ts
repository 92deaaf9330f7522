// What the three python commands have in common: their words read, the folder of the kept environments found, and the facts
// they print of one.
import type { KeptEnvironment } from '../core/kept-environment.ts';
import type { World } from '../core/world.ts';
import type { HelpPage, OwnValues } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { findProject } from './project.ts';
import { pythonFolder } from './python-folder.ts';
import type { Shell } from './shell.ts';

export interface PythonCommand {
	readonly own: OwnValues;
	readonly plain: readonly string[];
	readonly folder: string;
	readonly world: World;
}

/** undefined: help was asked for, and has been given. */
export async function openPython(shell: Shell, page: HelpPage, mostPlain: number): Promise<PythonCommand | undefined> {
	const typed = await readTyped(shell, shell.words, page, mostPlain);
	if (typed === undefined) return undefined;
	const { own, plain } = typed;
	const { settings } = await findProject(shell, own);
	// Of this world only what is kept here is asked: any scheduler's will do.
	return { own, plain, folder: pythonFolder(shell, settings), world: await shell.world('slurm') };
}

export function factsOf({ name, folder, rayVersion, pythonVersion, bytes, made, used }: KeptEnvironment) {
	return { name, ray: rayVersion, python: pythonVersion, bytes, made, used: used ?? null, folder };
}
