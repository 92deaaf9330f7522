// rayslurm template eject
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Trouble } from '../core/trouble.ts';
import { type HelpPage, settingOptions } from './own-options.ts';
import { ejectedText, templateFolder } from './own-templates.ts';
import { readTyped } from './own-words.ts';
import { say, shown } from './progress.ts';
import { findProject } from './project.ts';
import type { Command } from './shell.ts';
import { readTemplateName } from './template-name.ts';

export const page: HelpPage = {
	usage: 'rayslurm template eject head|client [FILE] [OPTIONS]',
	about:
		'Writes a copy of a template into the project, as templates/head.sbatch or templates/client.sbatch, to be changed there: from then on jobs submitted in this project are made from it. What is removed again leaves the shipped one in force.',
	options: [
		{ name: 'whole', kind: 'switch', describe: 'with the parts in place of the lines that include them' },
		{ name: 'force', kind: 'switch', describe: 'also where the file is there already' },
		{ name: 'dry-run', kind: 'switch', describe: 'show what would be written, and write nothing' },
		{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
		...settingOptions(['workspace', 'template-dir', 'debug']),
	],
	examples: [
		['$0 template eject head', 'templates/head.sbatch, to be changed'],
		['$0 template eject client --whole --dry-run', 'what that would be, all of it'],
		['$0 template eject head --template-dir ~/templates', 'for many projects, with template-dir in their settings'],
	],
	footer:
		'Keep every hole: a missing one is named when a job is to be submitted. To leave a line out that Slurm has a default for, make it a comment: ##SBATCH --mem=@@MEMORY@@',
};

export const command: Command = async (shell) => {
	const words = await readTyped(shell, shell.words, page, 2);
	if (words === undefined) return 0;
	const {
		own: options,
		plain: [typed, file],
	} = words;
	const name = readTemplateName(typed);
	const project = await findProject(shell, options);
	const usual = join(templateFolder(shell, project), `${name}.sbatch`);
	const path = file === undefined ? usual : resolve(shell.cwd, file);
	const text = ejectedText(name, options['whole'] === true);
	const isThere = existsSync(path);
	if (isThere && !options['force']) {
		throw new Trouble('usage', `It is there already: ${path}`, {
			hint: `rayslurm template show ${name} --diff compares, --force writes over it`,
		});
	}
	if (options['dry-run']) {
		say(shell, `Would ${isThere ? 'replace' : 'write'} ${shown(shell, path)}`);
		shell.out(options['json'] ? `${JSON.stringify({ schemaVersion: 1, name, file: path, text })}\n` : text);
		return 0;
	}
	try {
		mkdirSync(dirname(path), { recursive: true });
		if (options['force']) replace(path, text);
		else writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
	} catch (cause) {
		throw new Trouble('failed', `Cannot write ${path}: ${(cause as Error).message}`, { cause });
	}
	shell.out(
		options['json'] ? `${JSON.stringify({ schemaVersion: 1, name, file: path })}\n` : `${shown(shell, path)}\n`,
	);
	if (path === usual) {
		const what = name === 'head' ? 'head submit' : 'connect, and head submit --workers,';
		say(shell, `rayslurm ${what} in this project will use it: change it, then look with --dry-run`);
	} else say(shell, `It is used where it is named ${name}.sbatch and --template-dir names its folder`);
	return 0;
};

/** A link there is replaced itself: what it leads to is not ours to write. */
function replace(path: string, text: string): void {
	const beside = `${path}.${randomUUID()}`;
	try {
		writeFileSync(beside, text, { flag: 'wx', mode: 0o644 });
		renameSync(beside, path);
	} catch (error) {
		rmSync(beside, { force: true });
		throw error;
	}
}
