// rayslurm local submit: a batch script for this machine. Prints the job id alone.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { optionTrouble, readOption } from '../core/option-table.ts';
import { SBATCH_TABLE } from '../core/sbatch-table.ts';
import { Trouble } from '../core/trouble.ts';
import type { Command } from './shell.ts';

const HELP = `rayslurm local submit [SBATCH OPTIONS] SCRIPT

Submits a batch script to this machine and prints its job id. Options are sbatch's, also those of #SBATCH lines; what one
machine cannot do is refused. rayslurm head submit and rayslurm connect do this by themselves where there is no sbatch.

Examples:
  rayslurm local submit --time=10 -c 2 --mem=2G job.sh
  rayslurm local submit --dependency=afterok:3 --array=1-8%2 job.sh
`;

export const command: Command = async (shell) => {
	if (shell.words.includes('--help') || shell.words.includes('-h')) {
		shell.out(HELP);
		return 0;
	}
	let index = 0;
	for (let word = shell.words[0]; word?.startsWith('-'); word = shell.words[index]) {
		const reading = readOption(SBATCH_TABLE, shell.words, index);
		if (reading === undefined) throw new Trouble('usage', `Not an option of sbatch's: ${word}`);
		if ('fault' in reading) throw optionTrouble(reading);
		index = reading.next;
	}
	const [path, more] = shell.words.slice(index);
	if (path === undefined || more !== undefined) {
		throw new Trouble('usage', path === undefined ? 'Which script?' : `More than a script: ${more}`, {
			hint: 'rayslurm local submit [OPTIONS] SCRIPT; options come before it',
		});
	}
	const scriptPath = resolve(shell.cwd, path);
	const script = await readFile(scriptPath, 'utf8').catch((cause: Error) => {
		throw new Trouble('usage', `The script cannot be read: ${cause.message}`, { cause });
	});
	const { scheduler } = await shell.world('local');
	const job = await scheduler.submit({ script, scriptPath, options: shell.words.slice(0, index) });
	shell.out(`${job}\n`);
	return 0;
};
