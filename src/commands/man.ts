// rayslurm man: the manual page as roff, for `man -l -` and for the file that the build keeps beside the bundle.
import { EXIT_CODES_IN_WORDS } from '../core/exit-codes.ts';
import { type ManCommand, manPage } from '../core/man-page.ts';
import { SETTING_NAMES, SETTINGS, variablesOf } from '../core/settings.ts';
import { MENU } from './index.ts';
import type { HelpPage } from './own-options.ts';
import { readTyped } from './own-words.ts';
import type { Command } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm man',
	about: 'Prints the manual page: all commands, settings and exit codes, as man reads it.',
	options: [],
	examples: [
		['$0 man | man -l -', 'to page through it'],
		['$0 man | man -l - | grep -A 4 idle-after', 'what it says of one thing'],
		['$0 man > rayslurm.1', 'a file, for a man1 folder of your own'],
	],
	footer: 'One command alone: rayslurm help COMMAND',
};

export const command: Command = async (shell) => {
	if ((await readTyped(shell, shell.words, page, 0)) === undefined) return 0;
	const commands: ManCommand[] = [];
	for (const { name, hidden, load } of MENU) {
		const { page } = hidden ? {} : await load();
		if (page !== undefined) commands.push({ name, ...page });
	}
	const settings = SETTING_NAMES.map((name) => ({ name, ...SETTINGS[name], variables: variablesOf(name) }));
	shell.out(manPage({ version: RAYSLURM_VERSION, commands, settings, exitCodes: EXIT_CODES_IN_WORDS }));
	return 0;
};
