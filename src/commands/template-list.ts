// rayslurm template list
import { type HelpPage, settingOptions } from './own-options.ts';
import { faultInWords, type OwnTemplate, ownTemplate, TEMPLATE_NAMES, type TemplateName } from './own-templates.ts';
import { readTyped } from './own-words.ts';
import { shown } from './progress.ts';
import { findProject } from './project.ts';
import type { Command, Shell } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm template list [OPTIONS]',
	about: 'Lists the sbatch templates that job scripts are made from, and where this project has a copy of its own.',
	options: [
		{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
		...settingOptions(['workspace', 'template-dir', 'debug']),
	],
	examples: [
		['$0 template list', 'what is there'],
		['$0 template list --json', 'the same for programs'],
		['$0 template list --template-dir ~/templates', 'with copies that are kept elsewhere'],
	],
	footer: 'A copy that does not fit any more is refused when a job is to be submitted; here it is only named.',
};

const ABOUT: Readonly<Record<TemplateName, string>> = {
	head: 'a head: its job, its environment, its supervisor',
	client: 'a client, worker or script: its job, its environment, its supervisor',
};

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 0);
	if (typed === undefined) return 0;
	const { own } = typed;
	const project = await findProject(shell, own);
	const all = TEMPLATE_NAMES.map((name) => ({ name, own: ownTemplate(shell, project, name) }));
	if (own['json']) {
		const templates = all.map(({ name, own }) => ({
			name,
			about: ABOUT[name],
			file: own?.path ?? null,
			state: own === undefined ? 'shipped' : stateOf(own),
			ejectedFrom: own?.from?.version ?? null,
			faults: own?.faults ?? [],
		}));
		shell.out(`${JSON.stringify({ schemaVersion: 1, templates })}\n`);
		return 0;
	}
	const width = Math.max(...TEMPLATE_NAMES.map((name) => name.length));
	for (const { name, own } of all)
		shell.out(`${name.padEnd(width)}  ${ABOUT[name]}\n${' '.repeat(width)}  ${inWords(shell, name, own)}\n`);
	return 0;
};

function stateOf({ faults, isOutdated, isChanged }: OwnTemplate): string {
	if (faults.length > 0) return 'faulty';
	return isOutdated ? 'outdated' : isChanged ? 'changed' : 'same';
}

function inWords(shell: Shell, name: TemplateName, own: OwnTemplate | undefined): string {
	if (own === undefined) return `rayslurm's own; rayslurm template eject ${name} makes a copy for this project`;
	const path = shown(shell, own.path);
	const [fault] = own.faults;
	if (fault !== undefined) return `faulty: ${faultInWords(path, fault)}`;
	if (own.isOutdated)
		return `${path}, older than the shipped one: see rayslurm template show ${name} --diff, then eject it anew`;
	return `${path}, ${own.isChanged ? `changed: see rayslurm template show ${name} --diff` : 'the same as the shipped one'}`;
}
