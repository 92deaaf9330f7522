// Names and versions of the Ray environments that rayslurm keeps: `2.60.0`, made with the Python at hand, or
// `2.60.0-py3.12`, made with that Python. Each is there once, below its name.
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';
import { compareVersions } from './versions.ts';

export interface KeptEnvironment {
	readonly name: string;
	/** By its name; stays the same when it is made anew. */
	readonly folder: string;
	/** As installed; a site's own build may add to what its name says. */
	readonly rayVersion: string;
	readonly pythonVersion: string;
	/** When it was made, of all its files. */
	readonly bytes: number;
	readonly made: string;
	/** Since then; undefined until its first use. */
	readonly used?: string | undefined;
}

/** What was asked for: a version, or the newest there is; with a Python by its version or its program, or any. */
export interface RayWish {
	readonly version: string | undefined;
	readonly python: string | undefined;
}

/** rayslurm speaks to Ray 2.40 and later. */
export const OLDEST_RAY = '2.40';
/** Of the oldest Ray: what it says it requires. */
export const OLDEST_PYTHON = '3.9';
const VERSION = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:rc(\d{1,3}))?$/;
const NAME = /^(\d+\.\d+\.\d+(?:rc\d+)?)(?:-py(\d+\.\d+))?$/;

/** `latest`, `2.60.0`, `2.60` or `2.60.0-py3.12`. `source`: for messages, such as --ray. */
export function readRayWish(text: string | undefined, source: string, python?: string): RayWish {
	if (text === undefined || text === 'latest') return { version: undefined, python };
	const [, version = text, named] = /^(.*)-py(\d+\.\d+)$/.exec(text) ?? [];
	if (named !== undefined && python !== undefined && python !== named) {
		throw new Trouble('usage', `${source} names Python ${named} and --python another: ${python}`, {
			hint: 'say it once',
		});
	}
	return { version: checkVersion(version, source), python: python ?? named };
}

function checkVersion(text: string, source: string): string {
	const parts = VERSION.exec(text);
	if (parts === null) {
		throw new Trouble('usage', `${source}: not a version of Ray: ${shownWord(text)}`, {
			hint: 'write 2.60.0, for example, or latest',
		});
	}
	const [, major, minor, patch = '0', candidate] = parts;
	if (compareVersions(`${major}.${minor}`, OLDEST_RAY) < 0) {
		throw new Trouble('usage', `${source}: Ray ${text} is too old: rayslurm needs ${OLDEST_RAY} or later`, {
			hint: 'write latest, or a version from 2.52, which has authentication',
		});
	}
	return `${Number(major)}.${Number(minor)}.${Number(patch)}${candidate === undefined ? '' : `rc${candidate}`}`;
}

/** `python`: as X.Y, where one was asked for. */
export function nameOf(version: string, python: string | undefined): string {
	return python === undefined ? version : `${version}-py${python}`;
}

export function isName(text: string): boolean {
	return NAME.test(text);
}

/** `3.12` of `3.12`, and of `3.12.4`. */
export function minorOf(version: string): string {
	return version.split('.').slice(0, 2).join('.');
}

/** Newest Ray first; of one Ray the one made with the Python at hand, then the newest Python. */
export function inOrder(kept: readonly KeptEnvironment[]): readonly KeptEnvironment[] {
	const plain = ({ name }: KeptEnvironment) => (name.includes('-py') ? 0 : 1);
	return kept.toSorted(
		(a, b) =>
			compareVersions(b.rayVersion, a.rayVersion) ||
			plain(b) - plain(a) ||
			compareVersions(b.pythonVersion, a.pythonVersion),
	);
}

/** The one that serves, if there is one. Without a Python in the wish any Python does. */
export function chooseKept(
	kept: readonly KeptEnvironment[],
	version: string,
	python: string | undefined,
): KeptEnvironment | undefined {
	return inOrder(kept).find(
		({ name }) => name === nameOf(version, python) || (python === undefined && name.startsWith(`${version}-py`)),
	);
}

/** Released versions only; undefined where there is none. */
export function newestOf(versions: readonly string[]): string | undefined {
	return versions
		.filter((each) => /^[\d.]+$/.test(each))
		.toSorted(compareVersions)
		.at(-1);
}
