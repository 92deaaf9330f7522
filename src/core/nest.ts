// A nest: where a job's programs live on a node, and what can be done with them. The seam alone; nothing here does anything.

/** A private 0700 folder and the guard over it and over every process that carries its owner mark. */
export interface Nest {
	readonly folder: string;
	/** For its programs' temporary files, unless the site has named a place for those. */
	readonly temporaryFolder: string | undefined;
	/** A well-known name that leads here; false where somebody else has the name. */
	link(path: string, target: string): Promise<boolean>;
	/** Files that must not outlive the nest, whatever becomes of this process. */
	keepInfo(path: string, incarnation: string): void;
	keepToken(path: string): void;
	/** Words that keep Ray's logs, should this process be killed. They are run before the folder goes. */
	keepLogs(argv: readonly string[]): void;
	spawn(program: NestProgram): Promise<Running>;
	/** Ends every process of this nest that is left, then the links, the kept files and the folder go. False if some could
	 *  not be ended. */
	close(): Promise<boolean>;
	/** Pids of our processes whose command is one of these names. */
	find(names: readonly string[]): Promise<ReadonlyMap<string, OwnProcess>>;
}

export interface NestProgram {
	readonly argv: readonly string[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** A file for its output; undefined: this process's own output. */
	readonly outputFile?: string | undefined;
	/** Our standard input goes to it while this is given. */
	readonly stdin?: 'pipe' | undefined;
}

export interface OwnProcess {
	readonly pid: number;
	readonly startTime: string;
	alive(): boolean;
}

export interface Running {
	readonly pid: number;
	readonly ended: Promise<ProgramEnd>;
	/** To this one process, never to its children. */
	signal(name: ProgramSignal): void;
	/** Does it handle this signal itself? Otherwise the signal would end it at once. */
	catches(name: 'USR1'): Promise<boolean>;
	write(line: string): void;
	end(): ProgramEnd | undefined;
}

export type ProgramSignal = 'USR1' | 'INT' | 'TERM' | 'KILL';

export interface ProgramEnd {
	readonly code: number;
	readonly signal?: string | undefined;
}
