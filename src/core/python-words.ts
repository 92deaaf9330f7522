// What is typed to make an environment: words for uv, or for Python's own venv and pip. Where packages come from is the
// user's own configuration, and never named here.

/** `program` of pip: the Python that makes the environment; of uv: uv. */
export type Installer =
	| { readonly kind: 'uv'; readonly program: string; readonly python: string | undefined }
	| { readonly kind: 'pip'; readonly program: string };

/** `wished`: `3.12`, a program or a path; undefined: the `python3` in PATH, if there is one. */
export function chooseInstaller(
	uv: string | undefined,
	python3: string | undefined,
	wished: string | undefined,
): Installer {
	// uv knows Pythons by version, and fetches one that is missing.
	if (uv !== undefined) return { kind: 'uv', program: uv, python: wished ?? python3 };
	const version = /^\d+(?:\.\d+)?/.exec(wished ?? '')?.[0];
	return { kind: 'pip', program: version === undefined ? (wished ?? python3 ?? 'python3') : `python${version}` };
}

export function pythonOf(folder: string): string {
	return `${folder}/bin/python`;
}

export function venvWords(installer: Installer, folder: string): readonly string[] {
	if (installer.kind === 'pip') return [installer.program, '-I', '-m', 'venv', '--prompt', 'ray', folder];
	const python = installer.python === undefined ? [] : ['--python', installer.python];
	// With pip inside, because people will want to add to it by hand.
	return [installer.program, 'venv', '--no-project', '--seed', '--prompt', 'ray', ...python, folder];
}

export function installWords(installer: Installer, folder: string, version: string): readonly string[] {
	return [...install(installer, folder), `ray[default]==${version}`];
}

/**
 * Asks which versions there are. pip says it in the refusal of one that cannot be (its own `index` command is newer and
 * called experimental); uv resolves the name alone.
 */
export function versionsWords(installer: Installer, folder: string): readonly string[] {
	if (installer.kind === 'pip') return [...install(installer, folder), '--no-deps', 'ray==0'];
	return [installer.program, 'pip', 'compile', '--no-deps', '--no-header', '--python', pythonOf(folder), '-'];
}

function install(installer: Installer, folder: string): readonly string[] {
	const quiet = ['--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
	return installer.kind === 'uv'
		? [installer.program, 'pip', 'install', '--python', pythonOf(folder)]
		: [pythonOf(folder), '-I', '-m', 'pip', 'install', ...quiet];
}

/** From the refusal of pip, or from the answer of uv. */
export function versionsIn(output: string): readonly string[] {
	const listed = /\(from versions: ([^)]*)\)/.exec(output)?.[1];
	if (listed !== undefined) return listed === 'none' ? [] : listed.split(', ');
	return [...output.matchAll(/^ray==(\S+)$/gm)].map(([, version = '']) => version);
}

const MARK = 'rayslurm-kept ';
/** The last word on an environment: Ray itself can be imported. */
export const IMPORT_RAY = `
import importlib.metadata, json, platform, ray
print("\\n${MARK}" + json.dumps({"ray": importlib.metadata.version("ray"), "python": platform.python_version()}))
`;

export function importedVersions(output: string): { readonly ray: string; readonly python: string } | undefined {
	const line = output.split('\n').findLast((each) => each.startsWith(MARK));
	return line === undefined ? undefined : JSON.parse(line.slice(MARK.length));
}

/** What would bend the making of an environment of its own: other folders to import from or to install into. */
export const UNWANTED_VARIABLES = [
	'PYTHONPATH',
	'PYTHONHOME',
	'PIP_USER',
	'PIP_TARGET',
	'PIP_PREFIX',
	'PIP_ROOT',
	'UV_SYSTEM_PYTHON',
	'UV_VENV_CLEAR',
	'VIRTUAL_ENV',
	'CONDA_PREFIX',
] as const;
