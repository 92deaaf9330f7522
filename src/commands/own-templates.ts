// The templates in force: the shipped ones, or copies that a person has ejected into the project and changed there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from '../core/fingerprint.ts';
import { textOf } from '../core/settings.ts';
import { checkTemplate, type TemplateFault, withParts } from '../core/template-check.ts';
import { Trouble } from '../core/trouble.ts';
import { say, shown } from './progress.ts';
import { type Project, pathOf } from './project.ts';
import { readForMe, whyNotMine } from './settings-files.ts';
import type { Shell } from './shell.ts';
import { TEMPLATE_PARTS, TEMPLATES } from './templates.ts';

export type TemplateName = keyof typeof TEMPLATES;
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as readonly TemplateName[];

export interface OwnTemplate {
	readonly path: string;
	readonly text: string;
	/** By its mark; undefined where it has none. */
	readonly from: { readonly version: string; readonly print: string } | undefined;
	/** The shipped one has changed since, so it may lack something new. */
	readonly isOutdated: boolean;
	readonly isChanged: boolean;
	readonly faults: readonly TemplateFault[];
}

const MARK = /^# A copy of rayslurm's template (\w+), from version (\S+), fingerprint ([0-9a-f]+)\.?$/m;
/** The mark is behind the first line, which names the shell. */
const MARK_LINES = 5;

export function templateText(name: TemplateName, whole: boolean): string {
	return whole ? withParts(TEMPLATES[name], TEMPLATE_PARTS) : TEMPLATES[name];
}

/** As it is written into the project. */
export function ejectedText(name: TemplateName, whole: boolean): string {
	const [first = '', ...rest] = templateText(name, whole).split('\n');
	const mark = `# A copy of rayslurm's template ${name}, from version ${RAYSLURM_VERSION}, fingerprint ${fingerprint(name)}.`;
	return [first, mark, ...rest].join('\n');
}

function fingerprint(name: TemplateName): string {
	return fingerprintOf(templateText(name, true));
}

export function templateFolder(shell: Shell, { settings, workspace }: Project): string {
	return pathOf(settings, 'template-dir', shell) ?? join(workspace, 'templates');
}

/** undefined: the shipped one is in force. In the project's own folder only what has our mark counts: others keep
 *  templates there, too. */
export function ownTemplate(shell: Shell, project: Project, name: TemplateName): OwnTemplate | undefined {
	const folder = templateFolder(shell, project);
	const isSaid = textOf(project.settings, 'template-dir') !== undefined;
	if (isSaid && !existsSync(folder)) {
		throw new Trouble('failed', `${project.settings.get('template-dir')?.source}: not there: ${folder}`, {
			hint: `rayslurm template eject ${name} makes it`,
		});
	}
	const path = join(folder, `${name}.sbatch`);
	if (!existsSync(path)) return undefined;
	const why = whyNotMine(path) ?? whyNotMine(folder);
	if (why !== undefined) {
		say(shell, `Note: ${path} is ${why}: it is not used`);
		return undefined;
	}
	const text = readForMe(path);
	if (text === undefined)
		throw new Trouble('usage', `The template cannot be read: ${path}`, {
			hint: 'it must be a file of yours, with text',
		});
	const [, , version, print] = MARK.exec(text.split('\n').slice(0, MARK_LINES).join('\n')) ?? [];
	const from = version === undefined || print === undefined ? undefined : { version, print };
	if (from === undefined && !isSaid) {
		say(shell, `Note: ${shown(shell, path)} is not used: it does not say that it is a copy of rayslurm's template`);
		return undefined;
	}
	const bare = withoutMark(text);
	return {
		path,
		text,
		from,
		isOutdated: from !== undefined && from.print !== fingerprint(name),
		isChanged: bare !== templateText(name, false) && bare !== templateText(name, true),
		faults: checkTemplate(text, { text: TEMPLATES[name], parts: TEMPLATE_PARTS }),
	};
}

export function withoutMark(text: string): string {
	return text.replace(new RegExp(`${MARK.source}\n`, 'm'), '');
}

/** For a job that is to be submitted: said where it is not the shipped one, and refused where it does not fit. */
export function templateFor(shell: Shell, project: Project, name: TemplateName): string {
	const own = ownTemplate(shell, project, name);
	if (own === undefined) return TEMPLATES[name];
	const [fault] = own.faults;
	if (fault !== undefined) {
		throw new Trouble('usage', faultInWords(own.path, fault), {
			hint: `${fault.hint ?? ''}; compare with: rayslurm template show ${name} --diff`.replace(/^; /, ''),
		});
	}
	const newer = own.isOutdated
		? `; rayslurm's own has changed since version ${own.from?.version}: rayslurm template show ${name} --diff`
		: '';
	say(shell, `Note: the script is made from ${shown(shell, own.path)}${newer}`);
	return own.text;
}

export function faultInWords(path: string, { line, message }: TemplateFault): string {
	return `${path}${line === undefined ? '' : `:${line}`}: ${message}`;
}
