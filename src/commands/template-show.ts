// rayslurm template show
import { lineDiff } from '../core/line-diff.ts';
import { withParts } from '../core/template-check.ts';
import { type HelpPage, settingOptions } from './own-options.ts';
import { ownTemplate, templateText, withoutMark } from './own-templates.ts';
import { readTyped } from './own-words.ts';
import { say, shown } from './progress.ts';
import { findProject } from './project.ts';
import type { Command } from './shell.ts';
import { readTemplateName } from './template-name.ts';
import { TEMPLATE_PARTS } from './templates.ts';

export const page: HelpPage = {
	usage: 'rayslurm template show head|client [OPTIONS]',
	about:
		'Prints the template that job scripts are made from: the copy of this project where there is one, else the shipped one. Words such as @@MEMORY@@ are holes that rayslurm fills; lines such as #@include ear.sh bring in parts that all templates share.',
	options: [
		{ name: 'shipped', kind: 'switch', describe: "rayslurm's own, also where the project has a copy" },
		{ name: 'whole', kind: 'switch', describe: 'with the parts in place of the lines that include them' },
		{ name: 'diff', kind: 'switch', describe: "what the project's copy changes: - shipped, + yours" },
		{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
		...settingOptions(['workspace', 'template-dir', 'debug']),
	],
	examples: [
		['$0 template show head', 'the one in force'],
		['$0 template show client --shipped --whole', "all of rayslurm's own"],
		['$0 template show head --diff', 'what was changed here, or there'],
	],
	footer: 'The script of one job, with all holes filled: rayslurm head submit --dry-run',
};

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 1);
	if (typed === undefined) return 0;
	const { own: options, plain } = typed;
	const name = readTemplateName(plain[0]);
	const own = options['shipped'] ? undefined : ownTemplate(shell, await findProject(shell, options), name);
	const tell = (facts: object) =>
		shell.out(`${JSON.stringify({ schemaVersion: 1, name, file: own?.path ?? null, ...facts })}\n`);
	if (own !== undefined && !options['json']) say(shell, `Note: from ${shown(shell, own.path)}`);
	if (options['diff']) {
		const mine = own === undefined ? templateText(name, true) : withParts(withoutMark(own.text), TEMPLATE_PARTS);
		const lines = lineDiff(templateText(name, true), mine);
		if (options['json']) tell({ diff: lines });
		else if (lines.length === 0) say(shell, 'No line differs');
		else shell.out(`${lines.join('\n')}\n`);
		return 0;
	}
	const inForce = own?.text ?? templateText(name, false);
	const text = options['whole'] ? withParts(inForce, TEMPLATE_PARTS) : inForce;
	if (options['json']) tell({ text });
	else shell.out(text);
	return 0;
};
