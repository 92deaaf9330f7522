// rayslurm's own options of one command: read by yargs, which also writes the help. Other people's words never get here.
import type { HelpPage, OwnOption } from '../core/help-page.ts';
import { type OptionTable, ownOptionTable } from '../core/option-table.ts';
import { checkScheduler, SETTING_NAMES, SETTINGS, type SettingDefinition, type SettingName } from '../core/settings.ts';
import { Trouble } from '../core/trouble.ts';
import { wrapped } from '../core/wrapped-columns.ts';

export type { HelpPage, OwnOption };

const TAKES = { text: 'required', switch: 'none', optional: 'optional' } as const;

export function settingOptions(names: readonly SettingName[] = SETTING_NAMES): readonly OwnOption[] {
	return names.map((name) => {
		const definition: SettingDefinition = SETTINGS[name];
		const { kind, describe, values } = definition;
		return { name, kind, describe, values };
	});
}

/** Every command takes these. Where one makes no difference, the help page does not tell of it. */
const EVERYWHERE = settingOptions(['scheduler']);

function untold(options: readonly OwnOption[]): readonly OwnOption[] {
	return EVERYWHERE.filter(({ name }) => !options.some((option) => option.name === name));
}

/** other: what stands in its options alone gets the hint to use that command. */
export function tableOf(
	options: readonly OwnOption[],
	other?: { readonly command: string; readonly options: readonly OwnOption[] },
): OptionTable {
	const table = ownOptionTable([
		...[...options, ...untold(options)].map(({ name, kind, short }) => ({
			name,
			takes: TAKES[kind],
			...(short === undefined ? {} : { short }),
		})),
		{ name: 'help', takes: 'none', short: 'h' },
	]);
	if (other === undefined) return table;
	const elsewhere = other.options.filter(({ name }) => !table.long.has(name));
	return { ...table, elsewhere: new Map(elsewhere.map(({ name }) => [name, other.command])) };
}

export type OwnValues = Readonly<Record<string, string | boolean | undefined>>;

export async function readOwnOptions(words: readonly string[], page: HelpPage): Promise<OwnValues> {
	if (words.length === 0) return {}; // Nothing to read: what reads it takes a while to load.
	const parser = await parserOf(page);
	const values = (await parser.parseAsync([...words])) as unknown as OwnValues;
	const { scheduler } = values;
	if (typeof scheduler === 'string') checkScheduler(scheduler);
	return values;
}

const WIDEST = 100;
const NARROWEST = 40;

/** `columns`: of the terminal that shows it, if one does. */
export async function helpOf(page: HelpPage, columns: number | undefined): Promise<string> {
	const width = Math.max(NARROWEST, Math.min(WIDEST, columns ?? WIDEST));
	const options = await (await parserOf(page, width)).getHelp();
	const footer = wrapped(page.footer, width);
	return [options.trimEnd(), '', 'Examples:', ...exampleLines(page, width), '', ...footer].join('\n');
}

/** Each command on one line, so that it can be copied; what it is for beside it, or below it where there is no room. */
function exampleLines({ examples }: HelpPage, width: number): readonly string[] {
	const all = examples.map(([command, about]) => ({ command: command.replaceAll('$0', 'rayslurm'), about }));
	const fitting = all.filter(({ command, about }) => command.length + about.length + 4 <= width);
	const column = Math.max(0, ...fitting.map(({ command }) => command.length));
	return all.flatMap(({ command, about }) =>
		command.length <= column && column + about.length + 4 <= width
			? [`  ${command.padEnd(column)}  ${about}`]
			: [`  ${command}`, ...wrapped(about, width - 6).map((line) => `      ${line}`)],
	);
}

async function parserOf(page: HelpPage, width = WIDEST) {
	const { default: yargs } = await import('yargs');
	const parser = yargs([])
		.scriptName('rayslurm')
		.locale('en')
		.exitProcess(false)
		.help(false)
		.version(false)
		.wrap(width)
		.parserConfiguration({ 'duplicate-arguments-array': false, 'camel-case-expansion': false, 'dot-notation': false })
		.usage(`${page.usage}\n\n${page.about}`)
		.fail((message: string | null, error: unknown) => {
			if (error) throw error;
			throw new Trouble('usage', message ?? 'These options do not fit', { hint: 'see --help' });
		});
	const hidden = untold(page.options);
	for (const option of [...page.options, ...hidden]) {
		const { name, kind, describe, short } = option;
		parser.option(name, {
			hidden: hidden.includes(option),
			...(short === undefined ? {} : { alias: short }),
			type: kind === 'switch' ? 'boolean' : 'string',
			describe,
			...(kind === 'text' ? { requiresArg: true } : {}),
		});
	}
	return parser;
}
