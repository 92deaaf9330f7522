// An environment with Ray from nothing: the one that is kept, or a new one, made, tried, and only then given its name.
import {
	chooseKept,
	inOrder,
	type KeptEnvironment,
	minorOf,
	nameOf,
	newestOf,
	OLDEST_PYTHON,
	type RayWish,
} from '../core/kept-environment.ts';
import type { Bench, BenchOutcome } from '../core/python-environments.ts';
import {
	installTrouble,
	type MakingFailure,
	missingPython,
	noPython,
	oldPython,
	venvTrouble,
} from '../core/python-failure.ts';
import { type Doing, readDoing } from '../core/python-progress.ts';
import {
	chooseInstaller,
	IMPORT_RAY,
	type Installer,
	importedVersions,
	installWords,
	pythonOf,
	venvWords,
	versionsIn,
	versionsWords,
} from '../core/python-words.ts';
import { Trouble } from '../core/trouble.ts';
import { compareVersions } from '../core/versions.ts';
import type { World } from '../core/world.ts';

export interface KeepAsked {
	/** Where environments are kept. */
	readonly folder: string;
	readonly wish: RayWish;
}

export interface KeepTold {
	waiting(whom: string): void;
	done(what: string): void;
	doing(what: Doing): void;
}

export interface Kept {
	readonly environment: KeptEnvironment;
	readonly isNew: boolean;
}

type KeepWorld = Pick<World, 'python' | 'node'>;

export async function keepPython(world: KeepWorld, asked: KeepAsked, told: KeepTold): Promise<Kept> {
	const { folder, wish } = asked;
	const there = await findKept(world, asked, wish.version);
	if (there) return { environment: there, isNew: false };
	return world.python.making(
		{ folder, label: `ray-${wish.version ?? 'latest'}`, waiting: told.waiting },
		async (bench) => {
			const { uv, python3 } = await world.python.programs();
			const installer = chooseInstaller(uv, python3, wish.python);
			const version = wish.version ?? (await newestAskedOfKept(world, asked, bench, installer));
			// Whoever was making may have made just this.
			const meanwhile = await findKept(world, asked, version);
			if (meanwhile) return { environment: meanwhile, isNew: false };
			return make(world, { ...asked, wish: { ...wish, version } }, bench, installer, told);
		},
	);
}

async function findKept(
	{ python }: KeepWorld,
	{ folder, wish }: KeepAsked,
	version: string | undefined,
): Promise<KeptEnvironment | undefined> {
	if (version === undefined) return undefined;
	// A program's own version is known only once it has been asked.
	const minor = wish.python === undefined ? undefined : versionAsked(wish.python);
	if (wish.python !== undefined && minor === undefined) return undefined;
	const kept = chooseKept(await python.list(folder), version, minor);
	return kept !== undefined && (await python.works(kept)) ? kept : undefined;
}

/** `3.12` of `3.12` and `python3.12`, wherever that stands; undefined of a program that does not say. */
function versionAsked(python: string): string | undefined {
	return /^(?:python)?(3\.\d+)(?:\.\d+)?$/.exec(python)?.[1];
}

/** Which Ray is the newest: a kept environment can say so at once, while a new one has to be made for the question. */
async function newestAskedOfKept(
	{ python }: KeepWorld,
	{ folder, wish }: KeepAsked,
	bench: Bench,
	installer: Installer,
): Promise<string | undefined> {
	const minor = wish.python === undefined ? undefined : (versionAsked(wish.python) ?? 'unknown');
	const fits = (kept: KeptEnvironment) => minor === undefined || minorOf(kept.pythonVersion) === minor;
	const kept = inOrder(await python.list(folder)).find(fits);
	if (kept === undefined) return undefined;
	const outcome = await bench.run(versionsWords(installer, kept.folder), { input: 'ray\n' });
	return newestOf(versionsIn(outcome.output));
}

async function make(
	world: KeepWorld,
	asked: KeepAsked,
	bench: Bench,
	installer: Installer,
	told: KeepTold,
): Promise<Kept> {
	const { wish } = asked;
	const failed = async ({ output, code }: BenchOutcome): Promise<MakingFailure> => {
		const room = await world.node.room(asked.folder);
		return { output, code, installer, folder: asked.folder, room };
	};
	told.doing({ what: 'making a virtual environment', long: false });
	const python = await makeVenv(bench, installer, failed);
	told.done(`virtual environment of Python ${python}, made with ${installer.kind === 'uv' ? 'uv' : installer.program}`);
	const version = wish.version ?? (await newestVersion(bench, installer, failed, python));
	const minor = wish.python === undefined ? undefined : minorOf(python);
	if (wish.version === undefined || minor !== undefined) {
		// Now that version and Python are known, there may be one.
		const there = chooseKept(await world.python.list(asked.folder), version, minor);
		if (there !== undefined && (await world.python.works(there))) return { environment: there, isNew: false };
	}
	told.doing({ what: `fetching Ray ${version}`, long: true });
	const outcome = await bench.run(installWords(installer, bench.folder, version), {
		heard: (line) => {
			const doing = readDoing(line);
			if (doing) told.doing(doing);
		},
	});
	if (outcome.code !== 0) throw installTrouble(await failed(outcome), version, python);
	const versions = await importRay(bench, version);
	const environment = await bench.publish(nameOf(version, minor), versions);
	told.done(`Ray ${versions.ray} can be imported`);
	return { environment, isNew: true };
}

/** The version of its Python. */
async function makeVenv(
	bench: Bench,
	installer: Installer,
	failed: (outcome: BenchOutcome) => Promise<MakingFailure>,
): Promise<string> {
	const outcome = await bench.run(venvWords(installer, bench.folder));
	if (outcome.missing) throw missingPython(installer);
	if (outcome.code !== 0) throw venvTrouble(await failed(outcome));
	const asked = await bench.run([
		pythonOf(bench.folder),
		'-I',
		'-c',
		'import sys; print(*sys.version_info[:3], sep=".")',
	]);
	if (asked.missing) throw noPython(installer);
	const version = asked.stdout.trim().split('\n').at(-1) ?? '';
	if (asked.code !== 0 || !/^3\.\d+\.\d+$/.test(version))
		throw venvTrouble(await failed({ ...asked, code: asked.code || 1 }));
	if (compareVersions(version, OLDEST_PYTHON) < 0) throw oldPython(installer, version);
	return version;
}

async function newestVersion(
	bench: Bench,
	installer: Installer,
	failed: (outcome: BenchOutcome) => Promise<MakingFailure>,
	python: string,
): Promise<string> {
	const outcome = await bench.run(versionsWords(installer, bench.folder), { input: 'ray\n' });
	const newest = newestOf(versionsIn(outcome.output));
	if (newest === undefined) throw installTrouble(await failed(outcome), undefined, python);
	return newest;
}

/** Installed is not enough: a library that the system lacks shows only here. */
async function importRay(bench: Bench, version: string): Promise<{ readonly ray: string; readonly python: string }> {
	const outcome = await bench.run([pythonOf(bench.folder), '-I', '-c', IMPORT_RAY]);
	const versions = importedVersions(outcome.stdout);
	if (versions === undefined) {
		const last = outcome.output.trim().split('\n').at(-1) ?? '';
		throw new Trouble(
			'failed',
			`Ray ${version} was installed, but cannot be imported: ${last || `code ${outcome.code}`}`,
		);
	}
	return versions;
}
