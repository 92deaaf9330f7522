// Where the Ray of a job will come from, found or made before anything is submitted. What a person named is trusted, for it
// may exist on compute nodes alone; what was found by itself is looked at, and its lack is said here, not in the job.
import { join } from 'node:path';
import type { RayEnvironment } from '../core/environment.ts';
import { chooseKept, inOrder, type KeptEnvironment, nameOf } from '../core/kept-environment.ts';
import type { SbatchOption } from '../core/sbatch-options.ts';
import { READ } from '../core/setting-readers.ts';
import { strongestOf } from '../core/settings.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { checkConda } from './conda-here.ts';
import { keepAndShow } from './kept-python.ts';
import { say } from './progress.ts';
import { ENVIRONMENT_SETTINGS, environmentOf, folderOf, type Project } from './project.ts';
import { pythonFolder } from './python-folder.ts';
import type { Shell } from './shell.ts';

export interface FoundEnvironment {
	readonly environment: RayEnvironment;
	/** By --ray. */
	readonly kept?: KeptEnvironment | undefined;
}

export interface EnvironmentWish {
	readonly sbatch: readonly SbatchOption[];
	/** Then nothing is made, and a lack of Ray is a note. */
	readonly dryRun: boolean;
}

export async function findEnvironment(
	shell: Shell,
	world: World,
	project: Project,
	{ sbatch, dryRun }: EnvironmentWish,
): Promise<FoundEnvironment> {
	const said = strongestOf(project.settings, ENVIRONMENT_SETTINGS);
	if (said.has('ray') && said.size === 1) return keptEnvironment(shell, world, project, dryRun);
	const environment = environmentOf(shell, project);
	if (startsAnew(sbatch)) return { environment };
	if (environment.kind === 'conda') checkConda(shell, world, environment, dryRun);
	if (said.size > 0) return { environment };
	try {
		await checkRay(shell, world, environment, dryRun);
	} catch (cause) {
		if (!(cause instanceof Trouble) || cause.kind !== 'program-missing') throw cause;
		const hint = `${await rayThatIsKept(shell, world, project)}; or name yours: --venv FOLDER, --conda NAME, --module NAME, --setup FILE`;
		if (!dryRun) throw new Trouble('program-missing', cause.message, { hint, cause });
		say(shell, `Note: ${cause.message}; ${hint}`);
	}
	return { environment };
}

async function keptEnvironment(
	shell: Shell,
	world: World,
	{ settings }: Project,
	dryRun: boolean,
): Promise<FoundEnvironment> {
	const folder = pythonFolder(shell, settings);
	const wish = READ.ray(settings) ?? { version: undefined, python: undefined };
	if (!dryRun) {
		const { environment: kept } = await keepAndShow(shell, world, folder, wish);
		return { environment: { kind: 'venv', words: [kept.folder] }, kept };
	}
	const { version, python } = wish;
	const kept = version === undefined ? undefined : chooseKept(await world.python.list(folder), version, python);
	const name = version === undefined ? 'latest' : nameOf(version, python);
	if (kept === undefined) say(shell, `Note: made first, with: rayslurm python create ${name}`);
	return { environment: { kind: 'venv', words: [kept?.folder ?? join(folder, `ray-${name}`)] }, kept };
}

/** Of connect's options those by which a client gets the same Ray. */
export function environmentWords({ environment, kept }: FoundEnvironment): readonly string[] {
	const { kind, words } = environment;
	if (kept !== undefined) return [`--ray=${kept.name}`];
	if (kind === 'path') return [];
	return [`--${kind}=${kind === 'module' ? words.join(',') : words[0]}`];
}

/** What was said for one command alone, its client has to be told as well; files and variables speak to both. */
export function saidForNow({ settings }: Project): boolean {
	return [...strongestOf(settings, ENVIRONMENT_SETTINGS).values()].some(({ layer }) => layer === 'flag');
}

/** The job does not get this shell's variables, so what is in PATH here says nothing about it. */
function startsAnew(sbatch: readonly SbatchOption[]): boolean {
	return sbatch.some(
		({ name, value = '' }) => name === 'get-user-env' || (name === 'export' && !value.split(',').includes('ALL')),
	);
}

/** Python is asked only where the `ray` program is not to be seen, and not for a dry run, which starts nothing that is slow. */
async function checkRay(shell: Shell, world: World, { kind, words }: RayEnvironment, dryRun: boolean): Promise<void> {
	const own = kind === 'venv' || kind === 'conda' ? join(words[0] ?? '', 'bin') : undefined;
	const path = [...(own === undefined ? [] : [own]), shell.environment['PATH'] ?? ''].join(':');
	if (folderOf('ray', { PATH: path }) !== undefined) return;
	if (dryRun) throw new Trouble('program-missing', `Ray is missing: there is no ray in ${own ?? 'PATH'}`);
	await world.ray.find(own);
}

async function rayThatIsKept(shell: Shell, world: World, { settings }: Project): Promise<string> {
	const [newest] = inOrder(await world.python.list(pythonFolder(shell, settings)));
	if (newest === undefined) return '--ray latest makes an environment that has it';
	return `--ray ${newest.name} is the one that rayslurm keeps for you`;
}
