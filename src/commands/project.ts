// Where a command works and with which settings: the workspace, the output folder, the settings of every layer, and the
// environment the job's Ray will come from.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { chooseEnvironment, type RayEnvironment } from '../core/environment.ts';
import { type Layout, layoutOf } from '../core/layout.ts';
import type { FrozenNode } from '../core/node-words.ts';
import { readKeeping } from '../core/ray-logs.ts';
import {
	numberOf,
	resolveSettings,
	type SettingName,
	type SettingSources,
	type Settings,
	strongestOf,
	switchOf,
	textOf,
} from '../core/settings.ts';
import { Trouble } from '../core/trouble.ts';
import type { Search } from './find-cluster.ts';
import type { OwnValues } from './own-options.ts';
import { isMark, isMine, isOpen, readDotenv, readYaml, whyNotMine } from './settings-files.ts';
import type { Shell } from './shell.ts';

export interface Project {
	readonly settings: Settings;
	readonly workspace: string;
	readonly layout: Layout;
}

const WS_FIND_MS = 10_000;

/** A folder with one of these is a project. */
const PROJECT_FILES = ['outputs', 'rayslurm.yaml', 'pyproject.toml', 'setup.py', 'requirements.txt', '.git'];

export async function findProject(shell: Shell, flags: OwnValues): Promise<Project> {
	const { root, sources } = await findSources(shell, flags);
	return projectOf(shell, root, resolveSettings(sources));
}

/** `root`: the nearest folder with a project. */
export async function findSources(
	shell: Shell,
	flags: OwnValues,
): Promise<{ readonly root: string | undefined; readonly sources: SettingSources }> {
	const { cwd, environment } = shell;
	const root = nearestProject(cwd, homeOf(shell));
	const paths = settingsPaths(shell);
	for (const path of new Set([
		...paths,
		...[cwd, root].flatMap((each) => (each === undefined ? [] : [join(each, '.env')])),
	])) {
		const why = whyNotMine(path);
		if (why !== undefined) shell.err(`Note: ${path} is ${why}: it is not read\n`);
	}
	const files = [];
	for (const path of paths) files.push({ path, content: await readYaml(path) });
	return { root, sources: { flags, environment, ...(await nearestDotenv([cwd, root])), files } };
}

export async function projectOf(shell: Shell, root: string | undefined, settings: Settings): Promise<Project> {
	if (switchOf(settings, 'debug')) shell.traceFromNowOn();
	const cpus = numberOf(settings, 'local-cpus');
	if (cpus !== undefined) shell.promiseCpus(cpus);
	const workspace = await findWorkspace(shell, settings, root);
	const outputDir = pathOf(settings, 'output-dir', shell) ?? join(workspace, 'outputs');
	if (/[\r\n]/.test(outputDir))
		throw new Trouble('usage', 'The output folder has a newline in its name, which a batch script cannot carry', {
			hint: 'choose another with --output-dir',
		});
	return { settings, workspace, layout: layoutOf(outputDir) };
}

/** Files of settings, strongest first, whether they are there or not. */
export function settingsPaths(shell: Shell): readonly string[] {
	const root = nearestProject(shell.cwd, homeOf(shell));
	return [
		...(root === undefined ? [] : [join(root, 'rayslurm.yaml')]),
		join(configFolder(shell), 'rayslurm', 'rayslurm.yaml'),
		'/etc/rayslurm.yaml',
	];
}

export function homeOf({ environment }: Shell): string {
	return environment['HOME'] || homedir();
}

/** The specification has relative and empty paths ignored. */
function configFolder(shell: Shell): string {
	const xdg = shell.environment['XDG_CONFIG_HOME'];
	return xdg !== undefined && isAbsolute(xdg) ? xdg : join(homeOf(shell), '.config');
}

async function nearestDotenv(folders: readonly (string | undefined)[]) {
	for (const dotenvFolder of folders) {
		const dotenv = dotenvFolder === undefined ? undefined : await readDotenv(dotenvFolder);
		if (dotenv !== undefined) return { dotenv, dotenvFolder };
	}
	return { dotenv: {} };
}

async function findWorkspace(shell: Shell, settings: Settings, root: string | undefined): Promise<string> {
	const given = textOf(settings, 'workspace');
	const path = pathOf(settings, 'workspace', shell);
	if (given !== undefined && path !== undefined) {
		if (existsSync(path) && statSync(path).isDirectory()) return path;
		// Sites with workspaces give them names.
		const found = given.includes('/') ? undefined : await workspaceNamed(shell, given);
		if (found !== undefined) return found;
		throw new Trouble('usage', `${settings.get('workspace')?.source}: no such folder: ${path}`, {
			hint: 'make it first, or name one that is there',
		});
	}
	return (await workspaceNamed(shell, 'rayslurm')) ?? root ?? shell.cwd;
}

async function workspaceNamed(shell: Shell, name: string): Promise<string | undefined> {
	const folder = folderOf('ws_find', shell.environment);
	if (folder === undefined) return undefined;
	const { stdout, code } = await shell.run([join(folder, 'ws_find'), name], WS_FIND_MS);
	const path = stdout.trim().split('\n').at(-1) ?? '';
	return code === 0 && isAbsolute(path) && existsSync(path) ? path : undefined;
}

/** Slurm where it is; else this machine alone. */
export function schedulerOf(shell: Shell, settings: Settings): string {
	return textOf(settings, 'scheduler') ?? (folderOf('sbatch', shell.environment) === undefined ? 'local' : 'slurm');
}

/** By whom types, for all that is done now; a file's word stands behind what is known of a head. */
export function saysScheduler(settings: Settings): boolean {
	return settings.has('scheduler') && settings.get('scheduler')?.layer !== 'file';
}

/** Where a word for a cluster or a job is looked for: with the scheduler that was said for now, else with each job's own. */
export function searchOf(shell: Shell, { settings }: Project): Search {
	return { cwd: shell.cwd, worldOf: saysScheduler(settings) ? undefined : shell.world };
}

/** The folder of PATH that has this program. Relative entries are not followed: they depend on where one stands. */
export function folderOf(program: string, environment: Shell['environment']): string | undefined {
	return (environment['PATH'] ?? '')
		.split(delimiter)
		.filter((folder) => isAbsolute(folder))
		.find((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

export function nearestProject(from: string, home: string): string | undefined {
	for (let folder = from; ; folder = dirname(folder)) {
		if (PROJECT_FILES.some((name) => isMark(join(folder, name)))) return folder;
		if (folder === dirname(folder) || folder === home) return undefined;
	}
}

/** As a shell would read it where it was written: a file's paths count from that file's folder. */
export function pathOf(settings: Settings, name: SettingName, shell: Shell): string | undefined {
	const value = settings.get(name);
	if (value === undefined) return undefined;
	const { text, folder = shell.cwd } = value;
	return text === '~' || text.startsWith('~/') ? join(homeOf(shell), text.slice(1)) : resolve(folder, text);
}

/** By which a person says where Ray comes from. */
export const ENVIRONMENT_SETTINGS = ['setup', 'module', 'venv', 'conda', 'ray'] as const;

/** Chosen where the user types, with what their shell shows; frozen into the job. */
export function environmentOf(shell: Shell, { settings }: Project): RayEnvironment {
	const { cwd, environment } = shell;
	const said = strongestOf(settings, ENVIRONMENT_SETTINGS);
	const setup = pathOf(said, 'setup', shell);
	const venv = pathOf(said, 'venv', shell);
	if (setup !== undefined && !existsSync(setup)) throw missing(said, 'setup', setup);
	if (venv !== undefined && !hasActivate(venv)) throw missing(said, 'venv', join(venv, 'bin', 'activate'));
	const conda = textOf(said, 'conda');
	const condaProgram = environment['CONDA_EXE'] ?? '';
	return chooseEnvironment(
		{
			setup,
			module: textOf(said, 'module')
				?.split(/[\s,]+/)
				.filter((name) => name !== ''),
			venv,
			// conda knows environments by name or by folder.
			conda: conda !== undefined && /^~|\//.test(conda) ? pathOf(said, 'conda', shell) : conda,
		},
		{
			activeVenv: activeFolder(environment['VIRTUAL_ENV'], hasActivate),
			activeConda: activeFolder(environment['CONDA_PREFIX'], existsSync),
			condaRoot: isAbsolute(condaProgram) ? dirname(dirname(condaProgram)) : undefined,
			rayFolder: folderOf('ray', environment),
			folders: [join(cwd, 'env'), join(dirname(cwd), 'env')].filter(
				(folder) => hasActivate(folder) && !isAnothers(folder),
			),
		},
	);
}

function activeFolder(folder: string | undefined, isGood: (folder: string) => boolean): string | undefined {
	return folder !== undefined && isAbsolute(folder) && isGood(folder) ? folder : undefined;
}

function hasActivate(folder: string): boolean {
	return existsSync(join(folder, 'bin', 'activate'));
}

/** What is sourced there could be a stranger's: it was put where others can write to, or they can put more into it. */
function isAnothers(folder: string): boolean {
	const parts = [folder, join(folder, 'bin'), join(folder, 'bin', 'activate')];
	return (!isMine(folder) && isOpen(statSync(dirname(folder)))) || parts.some((path) => isOpen(statSync(path)));
}

const MISSING = {
	setup: 'name a shell file that is there; its path counts from where it was written',
	venv: 'name a virtual environment that is there, such as ./env; or --ray latest, which makes one',
};

function missing(settings: Settings, name: keyof typeof MISSING, path: string): Trouble {
	return new Trouble('usage', `${settings.get(name)?.source}: not there: ${path}`, { hint: MISSING[name] });
}

export function frozenNodeOf(settings: Settings, defaultStoreGb: number): FrozenNode {
	const offset = numberOf(settings, 'port-offset');
	const kept = settings.get('keep-ray-logs');
	const gigabytes = numberOf(settings, 'object-store') ?? defaultStoreGb;
	return {
		portOffset:
			offset === undefined
				? undefined
				: { offset, from: settings.get('port-offset')?.layer === 'flag' ? 'flag' : 'environment' },
		objectStoreBytes: Math.round(gigabytes * 1e9),
		interface: textOf(settings, 'interface'),
		insecureNoAuth: switchOf(settings, 'insecure-no-auth'),
		debug: switchOf(settings, 'debug'),
		...(kept === undefined ? {} : { keepRayLogs: readKeeping(kept.text, kept.source) }),
	};
}
