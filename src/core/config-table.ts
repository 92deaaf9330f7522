// Every setting with its value and where it came from, as `rayslurm config` tells it.
import { likelyNames } from './did-you-mean.ts';
import {
	SETTING_NAMES,
	SETTINGS,
	type SettingDefinition,
	type SettingName,
	type SettingSources,
	type Settings,
	type SettingValue,
	unknownKeys,
	variablesOf,
} from './settings.ts';

export interface ConfigRow {
	readonly name: SettingName;
	/** undefined: nobody says anything, and what is done then is no single value. */
	readonly value: string | undefined;
	readonly layer: 'flag' | 'environment' | '.env' | 'file' | 'default';
	/** The option, the variable or the key that said it. */
	readonly said: string | undefined;
	readonly file: string | undefined;
	readonly otherwise: string;
}

const HIDDEN = '(hidden)';

/** `found`: what defaults and paths come to here, where that is known. */
export function configRows(
	settings: Settings,
	found: Readonly<Partial<Record<SettingName, string>>>,
	dotenvFolder: string | undefined,
): readonly ConfigRow[] {
	return SETTING_NAMES.map((name) => {
		const definition: SettingDefinition = SETTINGS[name];
		const { otherwise, preset, secret } = definition;
		const value = settings.get(name);
		if (value === undefined)
			return { name, value: found[name] ?? preset, layer: 'default', said: undefined, file: undefined, otherwise };
		const text = secret ? HIDDEN : (found[name] ?? value.text);
		return { name, value: text, otherwise, ...placeOf(name, value, dotenvFolder) };
	});
}

const IN_DOTENV = ' in .env';

function placeOf(
	name: SettingName,
	{ layer, source, file }: SettingValue,
	dotenvFolder: string | undefined,
): Pick<ConfigRow, 'layer' | 'said' | 'file'> {
	if (layer === 'file') return { layer, said: name, file };
	if (!source.endsWith(IN_DOTENV)) return { layer, said: source, file: undefined };
	return { layer: '.env', said: source.slice(0, -IN_DOTENV.length), file: `${dotenvFolder}/.env` };
}

export interface UnknownSetting {
	readonly name: string;
	/** A file's path; undefined for the environment. */
	readonly file: string | undefined;
	readonly meant: readonly string[];
}

/** Keys of files, and variables that are one slip away from one of ours: others may be anybody's. */
export function unknownSettings(sources: SettingSources): readonly UnknownSetting[] {
	const variables = SETTING_NAMES.flatMap(variablesOf);
	const slips = (all: SettingSources['environment'], file: string | undefined) =>
		Object.keys(all)
			.filter((name) => name.startsWith('RAYSLURM_') && !variables.includes(name))
			.map((name) => ({ name, file, meant: likelyNames(name, variables) }))
			.filter(({ meant }) => meant.length > 0);
	return [
		...sources.files.flatMap(({ path, content }) =>
			unknownKeys(content).map((name) => ({ name, file: path, meant: likelyNames(name, SETTING_NAMES) })),
		),
		...slips(sources.dotenv, `${sources.dotenvFolder}/.env`),
		...slips(sources.environment, undefined),
	];
}

/** The same sources, less the keys that are no settings. */
export function withoutUnknown(sources: SettingSources): SettingSources {
	const files = sources.files.map(({ path, content }) => {
		const unknown = unknownKeys(content);
		if (unknown.length === 0) return { path, content };
		const known = Object.entries(content as object).filter(([key]) => !unknown.includes(key));
		return { path, content: Object.fromEntries(known) };
	});
	return { ...sources, files };
}
