// rayslurm python remove
import { inOrder, type KeptEnvironment } from '../core/kept-environment.ts';
import { shownWord } from '../core/option-table.ts';
import { Trouble } from '../core/trouble.ts';
import { usersOf } from '../flows/python-users.ts';
import { confirm } from './confirm.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { say } from './progress.ts';
import { openPython } from './python-command.ts';
import type { Command } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'yes', kind: 'switch', describe: 'do not ask' },
	{ name: 'force', kind: 'switch', describe: 'also one that is in use' },
	{ name: 'dry-run', kind: 'switch', describe: 'show what would be removed, and remove nothing' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['python-dir', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm python remove VERSION|NAME… [OPTIONS]',
	about: 'Removes environments that rayslurm keeps. One that a job or a process of yours uses stays.',
	options: OPTIONS,
	examples: [
		['$0 python remove 2.60.0', 'every environment with this Ray'],
		['$0 python remove 2.60.0-py3.12 --yes', 'this one, without a question'],
		['$0 python remove 2.60.0 --dry-run', 'what that would be'],
	],
	footer: 'rayslurm python list shows their names.',
};

const MOST = 1000;

export const command: Command = async (shell) => {
	const opened = await openPython(shell, page, MOST);
	if (opened === undefined) return 0;
	const { own, plain, folder, world } = opened;
	const chosen = choose(inOrder(await world.python.list(folder)), plain, folder);
	if (!own['force'])
		for (const kept of chosen) await refuseIfUsed(kept, await usersOf(world.python, kept, shell.world));
	const names = chosen.map(({ name }) => name);
	const bytes = chosen.reduce((sum, each) => sum + each.bytes, 0);
	const what = `${names.join(', ')} (${Math.round(bytes / 1e6)} MB)`;
	if (own['dry-run']) {
		if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, wouldRemove: names, bytes })}\n`);
		else shell.out(`Would remove ${what}\n`);
		return 0;
	}
	if (!own['yes'] && !(await confirm(`Remove ${what}?`))) {
		say(shell, 'Nothing was removed');
		return 1;
	}
	for (const kept of chosen) await world.python.remove(kept);
	if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, removed: names, bytes })}\n`);
	else shell.out(`Removed ${what}\n`);
	return 0;
};

function choose(
	kept: readonly KeptEnvironment[],
	typed: readonly string[],
	folder: string,
): readonly KeptEnvironment[] {
	if (typed.length === 0) {
		throw new Trouble('usage', 'Which environment? VERSION or NAME is missing', {
			hint: 'rayslurm python list shows them',
		});
	}
	return [
		...new Set(
			typed.flatMap((word) => {
				const found = kept.filter(({ name, rayVersion }) => name === word || rayVersion === word);
				// 2.60.0 is a name as well; all of that version were meant, for nothing else could be typed for them.
				if (found.length > 0) return found;
				throw new Trouble('usage', `No such environment is kept in ${folder}: ${shownWord(word)}`, {
					hint:
						kept.length === 0
							? 'none is kept; rayslurm python create makes one'
							: `there is ${kept.map(({ name }) => name).join(', ')}`,
				});
			}),
		),
	];
}

async function refuseIfUsed({ name }: KeptEnvironment, users: readonly string[]): Promise<void> {
	if (users.length === 0) return;
	const shown = users.slice(0, 5).join(', ');
	throw new Trouble('failed', `${name} is in use: ${shown}${users.length > 5 ? ` and ${users.length - 5} more` : ''}`, {
		hint: 'end them first, or remove it all the same with --force',
	});
}
