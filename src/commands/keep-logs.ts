// rayslurm keep-logs RAY-FOLDER TO NODE: what the guard of a killed supervisor runs, before it removes the folder.
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	const [rayFolder = '', to = '', node = ''] = shell.words;
	const world = await shell.world('slurm');
	await world.rayLogs.keep(rayFolder, to, node);
	return 0;
};
