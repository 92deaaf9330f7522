// The seam to the Ray environments that rayslurm keeps. A folder holds them all; a name in it appears only when what it
// leads to is whole, and what is half made is known to nobody.
import type { KeptEnvironment } from './kept-environment.ts';

export interface PythonEnvironments {
	/** What can make one: programs in PATH. */
	programs(): Promise<MakingPrograms>;
	/** Whole ones alone. */
	list(folder: string): Promise<readonly KeptEnvironment[]>;
	/** Does its Python still start, and has it still this Ray? A system's upgrade can take the Python away. */
	works(kept: KeptEnvironment): Promise<boolean>;
	/**
	 * With nobody else making in this folder, and with what an interrupted making has left cleared away. Whatever happens,
	 * ctrl-C included, what was not published is gone afterwards, and so are the programs that were making it.
	 */
	making<Value>(wish: MakingWish, action: (bench: Bench) => Promise<Value>): Promise<Value>;
	/** For remove and for list; a note that cannot be written is no reason to fail. */
	noteUse(kept: Pick<KeptEnvironment, 'folder'>, use: Use): Promise<void>;
	uses(kept: KeptEnvironment): Promise<readonly Use[]>;
	/** Processes of mine on this machine that run from it. */
	processes(kept: KeptEnvironment): Promise<readonly { readonly pid: number; readonly command: string }[]>;
	remove(kept: KeptEnvironment): Promise<void>;
}

export interface MakingPrograms {
	readonly uv: string | undefined;
	readonly python3: string | undefined;
}

export interface MakingWish {
	readonly folder: string;
	/** Part of the name of the folder it is made in, for people who look there. */
	readonly label: string;
	/** Somebody else is making; said once. */
	waiting(whom: string): void;
}

/** A job that runs from it, or without one: somebody used it. */
export interface Use {
	readonly at: string;
	readonly scheduler?: string | undefined;
	readonly job?: string | undefined;
}

/** A place to make one environment at. */
export interface Bench {
	/** Its final place, still nameless: a virtual environment holds its own path, so it cannot be moved. */
	readonly folder: string;
	run(argv: readonly string[], more?: { input?: string; heard?: (line: string) => void }): Promise<BenchOutcome>;
	/** Its name appears, in one step; what stood there before goes. */
	publish(name: string, versions: { readonly ray: string; readonly python: string }): Promise<KeptEnvironment>;
}

export interface BenchOutcome {
	readonly code: number;
	readonly stdout: string;
	/** Both, in the order in which they came. */
	readonly output: string;
	readonly missing: boolean;
}
