// rayslurm help: the page of a command, by its name; without one, all commands.
import { TYPED_BY_ITSELF } from '../core/node-words.ts';
import { Trouble } from '../core/trouble.ts';
import { findEntry } from './index.ts';
import { overview, overviewFor } from './overview.ts';
import { type HelpPage, helpOf } from './own-options.ts';
import { readTyped } from './own-words.ts';
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
	const typed = await readTyped(shell, shell.words, page, Number.POSITIVE_INFINITY);
	if (typed === undefined) return 0;
	const columns = shell.columns('stdout');
	const { entry } = findEntry(typed.plain) ?? {};
	if (entry === undefined) {
		shell.out(typed.plain.length === 0 ? overview(columns) : overviewFor(columns, typed.plain));
		return 0;
	}
	const { page: found } = await entry.load();
	if (found === undefined) throw new Trouble('usage', `${entry.name} has no page`, { hint: TYPED_BY_ITSELF });
	shell.out(`${await helpOf(found, columns)}\n`);
	return 0;
};
