// rayslurm python create
import { join } from 'node:path';
import { readRayWish } from '../core/kept-environment.ts';
import { chooseInstaller, installWords, venvWords } from '../core/python-words.ts';
import { bashWords } from '../core/quote.ts';
import { keepAndShow } from './kept-python.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { say } from './progress.ts';
import { factsOf, openPython } from './python-command.ts';
import type { Command } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'python', kind: 'text', describe: 'which Python: a version such as 3.12, a program or a path' },
	{ name: 'dry-run', kind: 'switch', describe: 'show the commands, and make nothing' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['python-dir', 'debug']),
];

export const page: HelpPage = {
	usage: 'rayslurm python create [VERSION] [OPTIONS]',
	about:
		'Makes an environment with Ray and keeps it: with uv where there is one, else with the venv and pip of python3. VERSION is one such as 2.60.0; without it the newest. One that is there already is used as it is.',
	options: OPTIONS,
	examples: [
		['$0 python create', 'the newest Ray'],
		['$0 python create 2.60.0', 'this version; head submit --ray 2.60.0 then uses it'],
		['$0 python create 2.60.0 --python 3.12', 'the same for Python 3.12'],
	],
	footer:
		'Packages come from where your pip or uv is told to look. Add to an environment with its own bin/python -m pip.',
};

export const command: Command = async (shell) => {
	const opened = await openPython(shell, page, 1);
	if (opened === undefined) return 0;
	const { own, plain, folder, world } = opened;
	const python = own['python'];
	const wish = readRayWish(plain[0], 'VERSION', typeof python === 'string' ? python : undefined);
	if (own['dry-run']) {
		const { uv, python3 } = await world.python.programs();
		const installer = chooseInstaller(uv, python3, wish.python);
		const place = join(folder, 'made', `ray-${wish.version ?? 'latest'}-…`);
		const commands = [venvWords(installer, place), installWords(installer, place, wish.version ?? 'NEWEST')];
		shell.out(
			own['json']
				? `${JSON.stringify({ schemaVersion: 1, commands })}\n`
				: commands.map((each) => `${bashWords(each)}\n`).join(''),
		);
		return 0;
	}
	const { environment, isNew } = await keepAndShow(shell, world, folder, wish);
	if (own['json']) {
		shell.out(`${JSON.stringify({ schemaVersion: 1, isNew, ...factsOf(environment) })}\n`);
		return 0;
	}
	if (!isNew) say(shell, `Kept already: Ray ${environment.rayVersion} with Python ${environment.pythonVersion}`);
	shell.out(`${environment.folder}\n`);
	say(shell, `Use it with: rayslurm head submit --ray ${environment.name}`);
	return 0;
};
