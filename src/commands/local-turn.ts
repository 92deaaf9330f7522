// rayslurm local turn: jobs of this machine whose time has come begin. The keeper of a job that has ended types it.
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	await (await shell.local()).turn();
	return 0;
};
