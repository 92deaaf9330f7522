// Where a command works and with which settings: the workspace, the output folder, the settings of every layer, and the
// environment the job's Ray will come from.
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { chooseEnvironment, type RayEnvironment } from '../core/environment.ts';
import { type Layout, layoutOf } from '../core/layout.ts';
import type { FrozenNode } from '../core/node-words.ts';
import { numberOf, resolveSettings, type SettingName, type Settings, switchOf, textOf } from '../core/settings.ts';
import { Trouble } from '../core/trouble.ts';
import type { OwnValues } from './own-options.ts';
import type { Shell } from './shell.ts';

export interface Project {
	readonly settings: Settings;
	readonly workspace: string;
	readonly layout: Layout;
}

/** A folder with one of these is a project. */
const PROJECT_FILES = ['outputs', 'rayslurm.yaml', 'pyproject.toml', 'setup.py', 'requirements.txt', '.git'];
const LARGEST_SETTINGS_BYTES = 1_000_000;

export async function findProject(shell: Shell, flags: OwnValues): Promise<Project> {
	const { cwd, environment } = shell;
	const root = nearestProject(cwd);
	const dotenv = (await readDotenv(cwd)) ?? (root === undefined ? undefined : await readDotenv(root));
	const paths = [
		...(root === undefined ? [] : [join(root, 'rayslurm.yaml')]),
		join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'rayslurm', 'rayslurm.yaml'),
		'/etc/rayslurm.yaml',
	];
	const files = [];
	for (const path of paths) if (existsSync(path)) files.push({ path, content: await readYaml(path) });
	const settings = resolveSettings({ flags, environment, dotenv: dotenv ?? {}, files });
	if (switchOf(settings, 'debug')) shell.traceFromNowOn();
	const workspace = await findWorkspace(shell, settings, root);
	const outputDir = pathOf(settings, 'output-dir', cwd) ?? join(workspace, 'outputs');
	if (/[\r\n]/.test(outputDir))
		throw new Trouble('usage', 'The output folder has a newline in its name, which Slurm cannot carry');
	return { settings, workspace, layout: layoutOf(outputDir) };
}

async function findWorkspace(shell: Shell, settings: Settings, root: string | undefined): Promise<string> {
	const given = textOf(settings, 'workspace');
	if (given !== undefined) {
		const path = resolve(shell.cwd, given);
		if (existsSync(path) && statSync(path).isDirectory()) return path;
		// Sites with workspaces give them names.
		const found = given.includes('/') ? undefined : await workspaceNamed(shell, given);
		if (found !== undefined) return found;
		throw new Trouble('usage', `${settings.get('workspace')?.source}: no such folder: ${path}`);
	}
	return (await workspaceNamed(shell, 'rayslurm')) ?? root ?? shell.cwd;
}

async function workspaceNamed({ environment }: Shell, name: string): Promise<string | undefined> {
	const program = (environment['PATH'] ?? '')
		.split(delimiter)
		.map((folder) => join(folder, 'ws_find'))
		.find(isExecutable);
	if (program === undefined) return undefined;
	const { execa } = await import('execa');
	const { stdout, exitCode } = await execa(program, [name], { reject: false, stdin: 'ignore', timeout: 10_000 });
	const path = stdout.trim().split('\n').at(-1) ?? '';
	return exitCode === 0 && isAbsolute(path) && existsSync(path) ? path : undefined;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function nearestProject(from: string): string | undefined {
	for (let folder = from; ; folder = dirname(folder)) {
		if (PROJECT_FILES.some((name) => existsSync(join(folder, name)))) return folder;
		if (folder === dirname(folder) || folder === homedir()) return undefined;
	}
}

async function readDotenv(folder: string): Promise<Record<string, string> | undefined> {
	const text = readSettings(join(folder, '.env'));
	return text === undefined ? undefined : (await import('dotenv')).parse(text);
}

async function readYaml(path: string): Promise<unknown> {
	const text = readSettings(path);
	if (text === undefined) return undefined;
	const { parse } = await import('yaml');
	try {
		return parse(text, { maxAliasCount: 0, uniqueKeys: true });
	} catch (error) {
		throw new Trouble('usage', `${path}: ${(error as Error).message.split('\n')[0]}`);
	}
}

function readSettings(path: string): string | undefined {
	try {
		const stat = statSync(path);
		if (!stat.isFile()) return undefined;
		if (stat.size > LARGEST_SETTINGS_BYTES)
			throw new Trouble('usage', `${path}: larger than a file of settings can be`);
		return readFileSync(path, 'utf8');
	} catch (error) {
		if (error instanceof Trouble) throw error;
		return undefined;
	}
}

function pathOf(settings: Settings, name: SettingName, cwd: string): string | undefined {
	const text = textOf(settings, name);
	return text === undefined ? undefined : resolve(cwd, text);
}

/** Chosen where the user types, with what their shell shows; frozen into the job. */
export function environmentOf(shell: Shell, { settings }: Project): RayEnvironment {
	const { cwd, environment } = shell;
	const setup = pathOf(settings, 'setup', cwd);
	const venv = pathOf(settings, 'venv', cwd);
	if (setup !== undefined && !existsSync(setup)) throw missing(settings, 'setup', setup);
	if (venv !== undefined && !hasActivate(venv)) throw missing(settings, 'venv', join(venv, 'bin', 'activate'));
	const condaProgram = environment['CONDA_EXE'];
	const condaPrefix = environment['CONDA_PREFIX'];
	return chooseEnvironment(
		{
			setup,
			module: textOf(settings, 'module')
				?.split(/[\s,]+/)
				.filter((name) => name !== ''),
			venv,
			conda: textOf(settings, 'conda'),
		},
		{
			activeVenv: activeFolder(environment['VIRTUAL_ENV']),
			activeConda: condaPrefix !== undefined && condaPrefix !== '' ? condaPrefix : undefined,
			condaRoot: condaProgram === undefined ? undefined : dirname(dirname(condaProgram)),
			folders: [join(cwd, 'env'), join(dirname(cwd), 'env')].filter(hasActivate),
		},
	);
}

function activeFolder(folder: string | undefined): string | undefined {
	return folder !== undefined && folder !== '' && hasActivate(folder) ? folder : undefined;
}

function hasActivate(folder: string): boolean {
	return existsSync(join(folder, 'bin', 'activate'));
}

function missing(settings: Settings, name: SettingName, path: string): Trouble {
	return new Trouble('usage', `${settings.get(name)?.source}: not there: ${path}`);
}

export function frozenNodeOf(settings: Settings, defaultStoreGb: number): FrozenNode {
	const offset = numberOf(settings, 'port-offset', { whole: true, least: Number.MIN_SAFE_INTEGER });
	const gigabytes = numberOf(settings, 'object-store', { whole: false, least: 0.08 }) ?? defaultStoreGb;
	return {
		portOffset:
			offset === undefined
				? undefined
				: { offset, from: settings.get('port-offset')?.layer === 'flag' ? 'flag' : 'environment' },
		objectStoreBytes: Math.round(gigabytes * 1e9),
		interface: textOf(settings, 'interface'),
		insecureNoAuth: switchOf(settings, 'insecure-no-auth'),
		debug: switchOf(settings, 'debug'),
	};
}
