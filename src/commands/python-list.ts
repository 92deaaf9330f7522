// rayslurm python list
import { format } from 'date-fns/format';
import { inColumns } from '../core/columns.ts';
import { inOrder, type KeptEnvironment } from '../core/kept-environment.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { say } from './progress.ts';
import { factsOf, openPython } from './python-command.ts';
import type { Command } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['python-dir', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm python list [OPTIONS]',
	about:
		'Lists the environments with Ray that rayslurm keeps, the newest Ray first. The size is that of the day it was made.',
	options: OPTIONS,
	examples: [
		['$0 python list', 'what is kept'],
		['$0 python list --json', 'the same for programs'],
		['$0 python list --python-dir /scratch/me/python', 'what is kept elsewhere'],
	],
	footer: 'rayslurm python remove takes one away.',
};

export const command: Command = async (shell) => {
	const opened = await openPython(shell, page, 0);
	if (opened === undefined) return 0;
	const { own, folder, world } = opened;
	const kept = inOrder(await world.python.list(folder));
	if (own['json']) shell.out(`${JSON.stringify({ schemaVersion: 1, folder, environments: kept.map(factsOf) })}\n`);
	else if (kept.length > 0) shell.out(tableIn(kept));
	else say(shell, `None is kept in ${folder}. Make one with: rayslurm python create`);
	return 0;
};

function tableIn(kept: readonly KeptEnvironment[]): string {
	const rows = [
		['NAME', 'RAY', 'PYTHON', 'SIZE', 'LAST USED', 'PATH'],
		...kept.map(({ name, rayVersion, pythonVersion, bytes, used, folder }) => [
			name,
			rayVersion,
			pythonVersion,
			`${Math.round(bytes / 1e6)} MB`,
			used === undefined ? 'never' : format(new Date(used), 'yyyy-MM-dd HH:mm'),
			folder,
		]),
	];
	return `${inColumns(rows).join('\n')}\n`;
}
