// The manual page, made from the help pages: roff as man and mandoc read it. Nothing is told here that --help does not tell.
import type { HelpPage, OwnOption } from './help-page.ts';

/** With its name: what is typed after `rayslurm`. */
export type ManCommand = HelpPage & { readonly name: string };

export interface ManSetting extends OwnOption {
	readonly variables: readonly string[];
	readonly otherwise: string;
}

export interface Manual {
	readonly version: string;
	readonly commands: readonly ManCommand[];
	readonly settings: readonly ManSetting[];
	readonly exitCodes: readonly (readonly [code: string, means: string])[];
}

export function manPage({ version, commands, settings, exitCodes }: Manual): string {
	const names = new Set(settings.map(({ name }) => name));
	return [
		`.TH RAYSLURM 1 "" "rayslurm ${text(version)}" "User Commands"`,
		'.SH NAME',
		'rayslurm \\- Ray clusters on Slurm, or on one machine',
		'.SH SYNOPSIS',
		...commands.flatMap(({ usage }) => usageLines(usage)).slice(1),
		'.SH DESCRIPTION',
		line(
			"A head is a job that runs Ray's head and watches over it. A client is a job that joins a head as one or more Ray nodes and, if given a script, runs it there.",
		),
		'.SH COMMANDS',
		...commands.flatMap((command) => commandLines(command, names)),
		'.SH SETTINGS',
		line(
			'A setting is an option of the commands that name it, a variable in the environment or in .env, or a line such as idle-after: 30m in rayslurm.yaml of the project, in ~/.config/rayslurm/rayslurm.yaml or in /etc/rayslurm.yaml. The first that says something wins.',
		),
		...settings.flatMap(settingLines),
		'.SH EXIT STATUS',
		...exitCodes.flatMap(([code, means]) => ['.TP', bold(code), line(means)]),
		'.SH FILES',
		...FILES.flatMap(([path, about]) => ['.TP', italic(path), line(about)]),
		'.SH SEE ALSO',
		'.BR sbatch (1),',
		'.BR squeue (1),',
		'.BR ray (1)',
		'',
	].join('\n');
}

const FILES: readonly (readonly [string, string])[] = [
	['outputs/ray_head_JOB.info', 'how to reach a head; source it, then use ray as you know it'],
	['outputs/slurm_logs/', 'the output of every job'],
	['outputs/experiment_overview.csv', 'one row for each run of a script'],
	['rayslurm.yaml, .env', 'settings of a project'],
	['templates/', "a project's own copies of the sbatch templates"],
];

function commandLines({ name, usage, about, options, examples, footer }: ManCommand, settings: ReadonlySet<string>) {
	const own = options.filter((option) => !settings.has(option.name));
	const shared = options.filter((option) => settings.has(option.name)).map((option) => `--${option.name}`);
	return [
		`.SS ${text(name)}`,
		...usageLines(usage).slice(1),
		'.PP',
		line(about),
		...own.flatMap((option) => ['.TP', bold(optionWords(option)), line(option.describe)]),
		...(shared.length === 0 ? [] : ['.PP', line(`Settings: ${shared.join(', ')}`)]),
		'.PP',
		'Examples:',
		...examples.flatMap(([command, what]) => ['.TP', bold(command.replaceAll('$0', 'rayslurm')), line(what)]),
		'.PP',
		line(footer),
	];
}

function usageLines(usage: string): readonly string[] {
	return usage.split('\n').flatMap((each) => ['.br', bold(each.trim())]);
}

function settingLines({ name, kind, describe, variables, otherwise }: ManSetting): readonly string[] {
	return [
		'.TP',
		bold(optionWords({ name, kind, describe })),
		line(`${describe}. Where nothing is said: ${otherwise}. Variables: ${variables.join(', ')}.`),
	];
}

function optionWords({ name, kind }: OwnOption): string {
	if (kind === 'switch') return `--${name}`;
	return kind === 'text' ? `--${name} ${name.toUpperCase().replaceAll('-', '_')}` : `--${name}[=VALUE]`;
}

const WIDTH = 78;

/** Lines of their own, short ones; a dot or a quote at the beginning of one would be a command. */
function line(words: string): string {
	const lines: string[] = [];
	for (const word of text(words).split(/ +/)) {
		const last = lines.at(-1);
		if (last === undefined || last.length + word.length >= WIDTH) lines.push(word.replace(/^[.']/, '\\&$&'));
		else lines[lines.length - 1] = `${last} ${word}`;
	}
	return lines.join('\n');
}

function bold(words: string): string {
	return `\\fB${text(words)}\\fR`;
}

function italic(words: string): string {
	return `\\fI${text(words)}\\fR`;
}

const SPECIAL: Readonly<Record<string, string>> = {
	'\\': '\\e',
	'-': '\\-',
	"'": '\\(aq',
	'"': '\\(dq',
	'`': '\\(ga',
	'^': '\\(ha',
	'~': '\\(ti',
	'…': '\\&...',
	'×': '\\(mu',
	'→': '\\(->',
	'\n': ' ',
};

function text(words: string): string {
	return words.replace(/[\\\-'"`^~\n]|[^\x00-\x7f]/gu, (character) => SPECIAL[character] ?? unicode(character));
}

function unicode(character: string): string {
	return `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`;
}
