// Which environment a job's Ray comes from. In the contract's order, first found wins; chosen at submission, then frozen.

export type EnvironmentKind = 'setup' | 'module' | 'venv' | 'conda' | 'path';

export interface RayEnvironment {
	readonly kind: EnvironmentKind;
	/** setup: the file; module: module names; venv: its folder; conda: name or prefix, then conda's own folder if known;
	 *  path: the folder of `ray`, where there is one. */
	readonly words: readonly string[];
}

export interface EnvironmentWishes {
	readonly setup?: string | undefined;
	readonly module?: readonly string[] | undefined;
	readonly venv?: string | undefined;
	readonly conda?: string | undefined;
}

/** What the submitting shell and folder show. */
export interface EnvironmentSurroundings {
	readonly activeVenv?: string | undefined;
	readonly activeConda?: string | undefined;
	/** The folder of conda itself, from CONDA_EXE. */
	readonly condaRoot?: string | undefined;
	/** `./env` and `../env`, in this order, as far as they hold bin/activate. */
	readonly folders: readonly string[];
	/** The folder of the `ray` in PATH. */
	readonly rayFolder?: string | undefined;
}

export function chooseEnvironment(wishes: EnvironmentWishes, around: EnvironmentSurroundings): RayEnvironment {
	const conda = (environment: string): RayEnvironment => ({
		kind: 'conda',
		words: around.condaRoot === undefined ? [environment] : [environment, around.condaRoot],
	});
	if (wishes.setup !== undefined) return { kind: 'setup', words: [wishes.setup] };
	if (wishes.module !== undefined && wishes.module.length > 0) return { kind: 'module', words: wishes.module };
	if (wishes.venv !== undefined) return { kind: 'venv', words: [wishes.venv] };
	if (wishes.conda !== undefined) return conda(wishes.conda);
	if (around.activeVenv !== undefined) return { kind: 'venv', words: [around.activeVenv] };
	if (around.activeConda !== undefined) return conda(around.activeConda);
	const [folder] = around.folders;
	if (folder !== undefined) return { kind: 'venv', words: [folder] };
	return { kind: 'path', words: around.rayFolder === undefined ? [] : [around.rayFolder] };
}

/** Said in the job's first lines and in the info file, and compared between a head and its clients. */
export function environmentInWords(environment: RayEnvironment): string {
	const [first] = environment.words;
	if (environment.kind === 'path' || first === undefined) return 'ray in PATH';
	return `${environment.kind} ${environment.kind === 'module' ? environment.words.join(' ') : first}`;
}
