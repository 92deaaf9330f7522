// Why an environment could not be made, from what Python, pip or uv printed: the cause, and what to do about it.
import { minorOf, OLDEST_PYTHON, OLDEST_RAY } from './kept-environment.ts';
import { type Installer, versionsIn } from './python-words.ts';
import { Trouble } from './trouble.ts';
import { compareVersions } from './versions.ts';

const NO_SPACE = /No space left on device|Errno 28\b|os error 28\b/;
const NO_QUOTA = /Disk quota exceeded|Errno 122\b|os error 122\b/;
const NO_NETWORK =
	/Failed to establish a new connection|NameResolutionError|name resolution|Name or service not known|Max retries exceeded|Read ?timed out|ReadTimeout|ConnectTimeout|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|RemoteDisconnected|error sending request|dns error|Request failed after|network was disabled|tcp connect error/i;

export interface MakingFailure {
	readonly output: string;
	readonly code: number;
	readonly folder: string;
	readonly installer: Installer;
	/** Free bytes where it was being made: a full disk is not always said. */
	readonly room: number | undefined;
}

const LITTLE_ROOM = 20e6;
const OTHER_PLACE = 'name a place with more room: --python-dir FOLDER; rayslurm python list shows what is kept';

/** The virtual environment itself. */
export function venvTrouble(failure: MakingFailure): Trouble {
	const { output, installer } = failure;
	if (/ensurepip is not\s+available|No module named '?(?:ensurepip|venv)\b/.test(output)) {
		const wanted = /apt install (python3[\w.]*-venv)/.exec(output)?.[1] ?? 'python3-venv';
		return new Trouble(
			'program-missing',
			`${pythonIn(installer)} has no venv module, which makes virtual environments`,
			{
				hint: `on Debian and Ubuntu: apt install ${wanted}; or install uv, which needs none`,
			},
		);
	}
	if (/No interpreter found|Failed to inspect Python interpreter/.test(output)) return missingPython(installer);
	return (
		spaceTrouble(failure) ??
		networkTrouble(failure, 'What a virtual environment needs') ??
		otherTrouble(failure, 'Making the virtual environment')
	);
}

function pythonIn(installer: Installer): string {
	const python = installer.kind === 'uv' ? (installer.python ?? 'Python') : installer.program;
	return /^\d/.test(python) ? `Python ${python}` : python;
}

export function missingPython(installer: Installer): Trouble {
	return new Trouble('program-missing', `There is no ${pythonIn(installer)} here`, {
		hint:
			installer.kind === 'uv'
				? 'uv python list shows those that it knows'
				: 'name one with --python PROGRAM; or install uv, which brings its own',
	});
}

/** It ended well, and there is nothing. */
export function noPython(installer: Installer): Trouble {
	return new Trouble('failed', `${pythonIn(installer)} made no virtual environment: is it a Python?`, {
		hint: 'name one with --python PROGRAM',
	});
}

export function oldPython(installer: Installer, version: string): Trouble {
	return new Trouble(
		'program-missing',
		`${pythonIn(installer)} is too old: it is ${version}, and Ray ${OLDEST_RAY} needs Python ${OLDEST_PYTHON} or later`,
		{
			hint:
				installer.kind === 'uv'
					? 'rayslurm python create --python 3.12: uv fetches it'
					: 'name another with --python PROGRAM, after module load where there are modules; or install uv, which brings its own',
		},
	);
}

/** Ray into it. `python`: the version of its Python. */
export function installTrouble(failure: MakingFailure, version: string | undefined, python: string): Trouble {
	const { output } = failure;
	const space = spaceTrouble(failure);
	if (space) return space;
	const offered = versionsIn(output);
	const tags = /only found wheels for `ray`.*?ABI tags?: (.*)$/m.exec(output)?.[1];
	if (offered.length > 0 || tags !== undefined || /there (?:is|are) no versions? of ray/.test(output)) {
		return notOffered(
			version,
			python,
			offered,
			[...(tags ?? '').matchAll(/cp3(\d+)/g)].map(([, minor]) => `3.${minor}`),
		);
	}
	const network = networkTrouble(failure, version === undefined ? 'Ray' : `Ray ${version}`);
	if (network) return network;
	if (/from versions: none\)|was not found in the package registry/.test(output)) {
		return new Trouble(
			'failed',
			`No Ray at all is offered for Python ${python} where your pip looks, or nothing answers there`,
			{
				hint: `try another Python: ${withPython(version)}; or see ${settingsOf(failure.installer)}`,
			},
		);
	}
	const built = /Failed building wheel for (\S+)|Failed to build [`']?([\w.-]+)/.exec(output);
	if (built) {
		return new Trouble('failed', `${built[1] ?? built[2]} had to be compiled, and could not be`, {
			hint: `use a Python for which it is there ready made: ${withPython(version)}; or the compilers it needs`,
		});
	}
	return otherTrouble(failure, version === undefined ? 'Asking for the newest Ray' : `Installing Ray ${version}`);
}

function notOffered(
	version: string | undefined,
	python: string,
	offered: readonly string[],
	pythons: readonly string[],
): Trouble {
	const usable = offered.filter((each) => compareVersions(each, OLDEST_RAY) >= 0).toSorted(compareVersions);
	const alike = usable.filter((each) => version !== undefined && minorOf(each) === minorOf(version));
	const [oldest] = usable;
	const there =
		oldest === undefined
			? ''
			: alike.length > 0
				? `; there is ${alike.join(', ')}`
				: `; there is ${oldest} to ${usable.at(-1)}`;
	const needs = pythons.length === 0 ? '' : `; it needs Python ${pythons.join(', ')}`;
	const other = pythons.at(-1);
	const ray = version === undefined ? 'Ray' : `Ray ${version}`;
	return new Trouble('failed', `${ray} is not offered for Python ${python}${needs}${there}`, {
		hint:
			other === undefined
				? `choose another version, or another Python: ${withPython(version)}`
				: withPython(version, other),
	});
}

/** Of the commands that make an environment only this one takes --python. */
function withPython(version = 'latest', python = '3.12'): string {
	return `rayslurm python create ${version} --python ${python}`;
}

function spaceTrouble({ output, folder, room }: MakingFailure): Trouble | undefined {
	if (NO_QUOTA.test(output)) {
		return new Trouble('failed', `Your disk quota is used up: no room for an environment in ${folder}`, {
			hint: OTHER_PLACE,
		});
	}
	if (room !== undefined && room < LITTLE_ROOM) {
		return new Trouble('failed', `No space is left for an environment in ${folder}`, { hint: OTHER_PLACE });
	}
	if (!NO_SPACE.test(output)) return undefined;
	return new Trouble('failed', `No space is left for an environment in ${folder}, or for temporary files`, {
		hint: `${OTHER_PLACE}; for temporary files: TMPDIR`,
	});
}

function networkTrouble({ output, installer }: MakingFailure, what: string): Trouble | undefined {
	if (!NO_NETWORK.test(output)) return undefined;
	const cause = lastCause(output);
	return new Trouble('failed', `${what} could not be fetched: ${cause}`, {
		hint: `is there a way out of this machine? See the proxy variables, and ${settingsOf(installer)}`,
	});
}

function settingsOf({ kind }: Installer): string {
	return kind === 'uv' ? "uv's own settings (uv.toml, UV_…)" : 'pip config list';
}

/** The innermost: uv has a line for each cause, pip puts it at the end of its warning. */
function lastCause(output: string): string {
	const uv = [...output.matchAll(/^\s*(?:cause|Caused by): (.*)$/gm)].at(-1)?.[1];
	const pip =
		/(?:Error|Timeout)\('(?:<[^>]*>: )?([^']*)'/.exec(output)?.[1] ?? /\b(\w+Error\([^)]*)\)/.exec(output)?.[1];
	return shortened(uv ?? pip ?? 'the package index does not answer');
}

function otherTrouble({ output, code }: MakingFailure, what: string): Trouble {
	const lines = output.split('\n').map((line) => line.trim());
	const last =
		lines.findLast((line) => /^(?:ERROR|error|Error)\b/.test(line)) ?? lines.findLast((line) => line !== '') ?? '';
	const cause = [...output.matchAll(/^\s*cause: (.*)$/gm)].at(-1)?.[1];
	const words = shortened([last, cause].filter(Boolean).join(': ') || 'it said nothing');
	return new Trouble('failed', `${what} failed with code ${code}: ${words}`, {
		hint: 'rayslurm python create --debug shows all it said',
	});
}

function shortened(text: string): string {
	return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
