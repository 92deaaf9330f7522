// rayslurm help: the page of a command, by its name; without one, all commands.
import { findEntry } from './index.ts';
import { overview, overviewFor } from './overview.ts';
import { type HelpPage, helpOf } from './own-options.ts';
import type { Command } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm help [COMMAND]',
	about: 'Shows what a command does, its options, and examples, as COMMAND --help does. Without COMMAND: all commands.',
	options: [],
	examples: [
		['$0 help', 'all commands'],
		['$0 help head submit', 'one of them'],
		['$0 help local', 'those that begin with this word'],
	],
	footer: 'All of it on one page: rayslurm man | man -l -',
};

export const command: Command = async (shell) => {
	const { words } = shell;
	const columns = shell.columns('stdout');
	const found = findEntry(words);
	if (words[0] === '--help' || words[0] === '-h') shell.out(`${await helpOf(page, columns)}\n`);
	else if (found !== undefined) return (await found.entry.load()).command({ ...shell, words: ['--help'] });
	else shell.out(words.length === 0 ? overview(columns) : overviewFor(columns, words));
	return 0;
};
