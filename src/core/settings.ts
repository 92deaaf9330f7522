// Where a setting's value comes from. Whatever the source, a value is text here; reading it into numbers and durations
// happens where it is used, with its source in errors.
import { likelyNames } from './did-you-mean.ts';
import { shownWord } from './option-table.ts';
import { SETTING_NAMES, SETTINGS, type SettingDefinition, type SettingName } from './setting-table.ts';
import { Trouble } from './trouble.ts';

export * from './setting-table.ts';

export interface SettingValue {
	readonly text: string;
	/** For messages: `--port-offset`, `USER_PORT_OFFSET in .env`, `port-offset in /x/rayslurm.yaml`. */
	readonly source: string;
	/** Where layer is `file`. */
	readonly file?: string;
	readonly layer: 'flag' | 'environment' | 'file';
	/** Of two settings the one with the smaller rank was said more strongly. */
	readonly rank: number;
	/** Where a relative path in it counts from; undefined: from where the person types. */
	readonly folder?: string | undefined;
}

export type Settings = ReadonlyMap<SettingName, SettingValue>;

export interface SettingSources {
	readonly flags: Readonly<Record<string, unknown>>;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly dotenv: Readonly<Record<string, string | undefined>>;
	readonly dotenvFolder?: string | undefined;
	/** Strongest first: the project's, the user's, the site's. */
	readonly files: readonly { readonly path: string; readonly content: unknown }[];
}

type Layer = (name: SettingName) => Omit<SettingValue, 'rank'> | undefined;

export function resolveSettings({ flags, environment, dotenv, dotenvFolder, files }: SettingSources): Settings {
	const layers: readonly Layer[] = [
		(name) => fromFlags(flags, name),
		(name) => fromVariables(environment, '', undefined, name),
		(name) => fromVariables(dotenv, ' in .env', dotenvFolder, name),
		...files.map(({ path, content }) => fileLayer(path, content)),
	];
	const settings = new Map<SettingName, SettingValue>();
	for (const name of SETTING_NAMES) {
		for (const [rank, layer] of layers.entries()) {
			const value = layer(name);
			if (value === undefined) continue;
			settings.set(name, { ...value, rank });
			break;
		}
	}
	return settings;
}

function fromFlags(flags: SettingSources['flags'], name: SettingName): ReturnType<Layer> {
	const flag = flags[name];
	if (flag === '' && SETTINGS[name].kind !== 'optional')
		throw new Trouble('usage', `--${name} needs a value`, {
			hint: `rayslurm config ${name} shows the one in force without it`,
		});
	if (typeof flag !== 'string' && typeof flag !== 'boolean') return undefined;
	return { text: String(flag), source: `--${name}`, layer: 'flag' };
}

function fromVariables(
	variables: SettingSources['environment'],
	place: string,
	folder: string | undefined,
	name: SettingName,
): ReturnType<Layer> {
	for (const variable of variablesOf(name)) {
		const text = variables[variable];
		// An empty variable is how people switch one off; 0 counts as set.
		if (text !== undefined && text !== '') return { text, source: `${variable}${place}`, layer: 'environment', folder };
	}
	return undefined;
}

export function variablesOf(name: SettingName): readonly string[] {
	const definition: SettingDefinition = SETTINGS[name];
	return [`RAYSLURM_${name.toUpperCase().replaceAll('-', '_')}`, ...(definition.variables ?? [])];
}

/** The whole file is checked, also what a stronger layer hides. */
function fileLayer(path: string, content: unknown): Layer {
	const values = checkFile(path, content);
	const folder = path.slice(0, path.lastIndexOf('/')) || '/';
	return (name) => {
		const text = values.get(name);
		return text === undefined ? undefined : { text, source: `${name} in ${path}`, file: path, layer: 'file', folder };
	};
}

function checkFile(path: string, content: unknown): ReadonlyMap<string, string> {
	const values = new Map<string, string>();
	if (content === null || content === undefined) return values;
	if (typeof content !== 'object' || Array.isArray(content)) {
		throw new Trouble('usage', `${path}: not a list of settings`, { hint: 'write lines such as venv: /path/to/venv' });
	}
	for (const [key, value] of Object.entries(content)) {
		if (!Object.hasOwn(SETTINGS, key)) {
			throw noSuchSetting(key, `${path}: `);
		}
		const text = textOfScalar(value);
		if (text === undefined)
			throw new Trouble('usage', `${path}: ${key} is not a word or a number`, {
				hint: `write one value behind it: ${key}: VALUE`,
			});
		if (text === '')
			throw new Trouble('usage', `${path}: ${key} has no value`, {
				hint: `write one behind it, or take the line out: ${key}: VALUE`,
			});
		values.set(key, text);
	}
	return values;
}

/** Keys of a file's content that are no setting. */
export function unknownKeys(content: unknown): readonly string[] {
	const isList = typeof content === 'object' && content !== null && !Array.isArray(content);
	return isList ? Object.keys(content).filter((key) => !Object.hasOwn(SETTINGS, key)) : [];
}

export function noSuchSetting(typed: string, where = ''): Trouble {
	const likely = likelyNames(typed, SETTING_NAMES);
	return new Trouble('usage', `${where}no such setting: ${shownWord(typed)}`, {
		hint: likely.length > 0 ? `did you mean ${likely.join(' or ')}?` : `settings are ${SETTING_NAMES.join(', ')}`,
	});
}

export type SchedulerName = (typeof SETTINGS.scheduler.values)[number];

/** As an option of commands that never ask one, too. */
export function checkScheduler(name: string): asserts name is SchedulerName {
	const all: readonly string[] = SETTINGS.scheduler.values;
	if (all.includes(name)) return;
	throw new Trouble('usage', `No such scheduler: ${shownWord(name)}`, { hint: `there is ${all.join(', ')}` });
}

function textOfScalar(value: unknown): string | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
	return typeof value === 'string' || typeof value === 'boolean' ? String(value) : undefined;
}

export function textOf(settings: Settings, name: SettingName): string | undefined {
	return settings.get(name)?.text;
}

/** Of settings that exclude each other only those said most strongly: an option typed today beats a site's file. */
export function strongestOf(settings: Settings, names: readonly SettingName[]): Settings {
	const said = [...settings].filter(([name]) => names.includes(name));
	const strongest = Math.min(...said.map(([, { rank }]) => rank));
	return new Map(said.filter(([, { rank }]) => rank === strongest));
}

export function switchOf(settings: Settings, name: SettingName): boolean {
	const value = settings.get(name);
	if (value === undefined) return false;
	if (/^(1|true|yes|on)$/i.test(value.text)) return true;
	if (/^(0|false|no|off)$/i.test(value.text)) return false;
	throw new Trouble('usage', `${value.source}: neither true nor false: ${shownWord(value.text)}`, {
		hint: 'write true or false, yes or no, on or off, 1 or 0',
	});
}

export function numberOf(settings: Settings, name: 'local-cpus' | 'port-offset' | 'object-store'): number | undefined {
	const value = settings.get(name);
	if (value === undefined) return undefined;
	const { whole, least, most } = SETTINGS[name].number;
	const number = Number(value.text);
	const form = whole ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/;
	if (form.test(value.text) && number >= least && number <= most) return number;
	const what = whole ? 'whole number' : 'number';
	throw new Trouble('usage', `${value.source}: not a ${what} from ${least} to ${most}: ${shownWord(value.text)}`, {
		hint: `${name}: ${SETTINGS[name].describe}`,
	});
}
