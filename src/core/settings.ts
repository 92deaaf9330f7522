// Every setting, once: its name is the option, the key in rayslurm.yaml, and (as RAYSLURM_NAME) the variable. Whatever the
// source, a value is text here; reading it into numbers and durations happens where it is used, with its source in errors.
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';

export interface SettingDefinition {
	readonly kind: 'text' | 'switch' | 'optional';
	readonly describe: string;
	/** Variables of the guides, which count as well. */
	readonly variables?: readonly string[];
}

export const SETTINGS = {
	workspace: { kind: 'text', describe: 'the project folder that holds outputs/', variables: ['WORKSPACE_DIR'] },
	'output-dir': { kind: 'text', describe: 'where info files, logs and results go', variables: ['OUTPUT_DIR'] },
	scheduler: { kind: 'text', describe: 'what starts jobs: slurm, or local (this machine); slurm where sbatch is' },
	'local-cpus': { kind: 'text', describe: 'processors that local gives to jobs, all of them unless said' },
	'port-offset': {
		kind: 'text',
		describe: 'exactly these ports, see the table of ports',
		variables: ['USER_PORT_OFFSET'],
	},
	'object-store': { kind: 'text', describe: "Ray's object store in GB (10^9 bytes)", variables: ['RAY_OBJECT_STORE'] },
	interface: { kind: 'text', describe: 'the network interface by which nodes reach each other' },
	setup: { kind: 'text', describe: 'a shell file to source in the job, before all else' },
	module: { kind: 'text', describe: 'modules to load in the job, separated by commas' },
	venv: { kind: 'text', describe: 'a virtual environment that has Ray' },
	conda: { kind: 'text', describe: 'a conda environment that has Ray' },
	ray: { kind: 'text', describe: 'a version of Ray, or latest: in an environment that rayslurm makes and keeps' },
	'python-dir': { kind: 'text', describe: 'where rayslurm keeps its environments (~/.cache/rayslurm/python)' },
	'dashboard-host': { kind: 'text', describe: "where Ray's dashboard listens; loopback unless given" },
	'login-host': {
		kind: 'text',
		describe: "the login node as your own machine's ssh calls it; this host's name unless given",
	},
	'idle-window': { kind: 'text', describe: 'when an unused head may end itself: 02:30-09:00, several, always or off' },
	'idle-after': { kind: 'text', describe: 'how long a head must have been unused (10m)' },
	'idle-check': { kind: 'switch', describe: 'watch for an unused head at all', variables: ['IDLE_CHECK_ENABLED'] },
	grace: {
		kind: 'text',
		describe: 'how long clients are awaited at the time limit (400s, at most two thirds of the lead)',
	},
	'on-end': { kind: 'text', describe: 'clients in the queue when the time limit ends the head: cancel or keep' },
	'insecure-no-auth': { kind: 'switch', describe: 'accept a Ray older than 2.52, which has no authentication' },
	'keep-ray-logs': {
		kind: 'optional',
		describe:
			"keep Ray's session logs beside the job's when it ends: bad (the default: when it ends badly), always, never",
	},
	debug: { kind: 'switch', describe: 'trace every command run, in jobs too' },
} as const satisfies Record<string, SettingDefinition>;

export type SettingName = keyof typeof SETTINGS;
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export interface SettingValue {
	readonly text: string;
	/** For messages: `--port-offset`, `USER_PORT_OFFSET`, or a file's path. */
	readonly source: string;
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
	if (flag === '' && SETTINGS[name].kind !== 'optional') throw new Trouble('usage', `--${name} needs a value`);
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
		return text === undefined ? undefined : { text, source: path, layer: 'file', folder };
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
			throw new Trouble('usage', `${path}: no such setting: ${shownWord(key)}`, {
				hint: `settings are ${SETTING_NAMES.join(', ')}`,
			});
		}
		const text = textOfScalar(value);
		if (text === undefined) throw new Trouble('usage', `${path}: ${key} is not a word or a number`);
		if (text === '') throw new Trouble('usage', `${path}: ${key} has no value`);
		values.set(key, text);
	}
	return values;
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
	throw new Trouble('usage', `${value.source}: neither true nor false: ${shownWord(value.text)}`);
}

export function numberOf(
	settings: Settings,
	name: SettingName,
	rule: { whole: boolean; least: number; most: number },
): number | undefined {
	const value = settings.get(name);
	if (value === undefined) return undefined;
	const number = Number(value.text);
	const form = rule.whole ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/;
	if (form.test(value.text) && number >= rule.least && number <= rule.most) return number;
	const what = rule.whole ? 'whole number' : 'number';
	throw new Trouble(
		'usage',
		`${value.source}: not a ${what} from ${rule.least} to ${rule.most}: ${shownWord(value.text)}`,
	);
}
