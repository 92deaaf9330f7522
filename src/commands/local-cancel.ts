// rayslurm local cancel: ends jobs of this machine: SIGTERM to all their processes, SIGKILL half a minute later.
import { Trouble } from '../core/trouble.ts';
import type { Command } from './shell.ts';

const HELP = `rayslurm local cancel JOB…

Ends jobs of this machine: SIGTERM to all their processes, SIGKILL half a minute later. Jobs that wait are taken out of
the line.

Examples:
  rayslurm local cancel 12
  rayslurm local cancel 12 13
`;

export const command: Command = async (shell) => {
	if (shell.words.includes('--help') || shell.words.includes('-h')) {
		shell.out(HELP);
		return 0;
	}
	const odd = shell.words.find((word) => !/^[1-9]\d{0,9}(?:_\d{1,7})?$/.test(word));
	if (odd !== undefined || shell.words.length === 0) {
		throw new Trouble('usage', odd === undefined ? 'Which jobs?' : `Not a job id: ${odd}`, {
			hint: 'rayslurm local jobs lists them',
		});
	}
	const { scheduler } = await shell.world('local');
	const states = await scheduler.states(shell.words);
	const missing = shell.words.filter((job) => states.get(job)?.kind === 'gone');
	await scheduler.cancel(shell.words);
	if (missing.length === 0) return 0;
	throw new Trouble('no-such-job', `No such job: ${missing.join(', ')}`, { hint: 'rayslurm local jobs lists them' });
};
