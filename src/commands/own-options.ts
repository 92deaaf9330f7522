// rayslurm's own options of one command: read by yargs, which also writes the help. Other people's words never get here.
import { type OptionTable, ownOptionTable } from '../core/option-table.ts';
import { SETTING_NAMES, SETTINGS, type SettingDefinition, type SettingName } from '../core/settings.ts';
import { Trouble } from '../core/trouble.ts';

export interface OwnOption {
	readonly name: string;
	/** optional: a switch that may be given a value after `=`. */
	readonly kind: 'text' | 'switch' | 'optional';
	readonly describe: string;
	/** One letter. */
	readonly short?: string;
}

const TAKES = { text: 'required', switch: 'none', optional: 'optional' } as const;

export interface HelpPage {
	readonly usage: string;
	readonly about: string;
	readonly options: readonly OwnOption[];
	readonly examples: readonly (readonly [command: string, about: string])[];
	readonly footer: string;
}

export function settingOptions(names: readonly SettingName[] = SETTING_NAMES): readonly OwnOption[] {
	return names.map((name) => {
		const definition: SettingDefinition = SETTINGS[name];
		return { name, kind: definition.kind, describe: definition.describe };
	});
}

/** other: what stands in its options alone gets the hint to use that command. */
export function tableOf(
	options: readonly OwnOption[],
	other?: { readonly command: string; readonly options: readonly OwnOption[] },
): OptionTable {
	const table = ownOptionTable([
		...options.map(({ name, kind, short }) => ({
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
	return (await parser.parseAsync([...words])) as unknown as OwnValues;
}

export async function helpOf(page: HelpPage): Promise<string> {
	return (await parserOf(page)).getHelp();
}

async function parserOf(page: HelpPage) {
	const { default: yargs } = await import('yargs');
	const parser = yargs([])
		.scriptName('rayslurm')
		.locale('en')
		.exitProcess(false)
		.help(false)
		.version(false)
		.wrap(100)
		.parserConfiguration({ 'duplicate-arguments-array': false, 'camel-case-expansion': false, 'dot-notation': false })
		.usage(`${page.usage}\n\n${page.about}`)
		.epilogue(page.footer)
		.fail((message: string | null, error: unknown) => {
			if (error) throw error;
			throw new Trouble('usage', message ?? 'These options do not fit', { hint: 'see --help' });
		});
	for (const { name, kind, describe, short } of page.options) {
		parser.option(name, {
			...(short === undefined ? {} : { alias: short }),
			type: kind === 'switch' ? 'boolean' : 'string',
			describe,
			...(kind === 'text' ? { requiresArg: true } : {}),
		});
	}
	for (const [command, about] of page.examples) parser.example(command, about);
	return parser;
}
