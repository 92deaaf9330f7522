// What a command receives: the words, where it was typed, where its output goes, and the world on request.
import type { Senses } from '../core/doctor/evidence.ts';
import type { ForegroundProgram } from '../core/foreground-program.ts';
import type { QuickLook } from '../core/quick-look.ts';
import type { LocalScheduler } from '../core/scheduler-words.ts';
import type { Stopping } from '../core/stopping.ts';
import type { Tunnels } from '../core/tunnel.ts';
import type { Ear, World } from '../core/world.ts';

export interface Shell {
	readonly words: readonly string[];
	readonly cwd: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Facts. */
	out(text: string): void;
	/** Everything else. */
	err(text: string): void;
	/** Resolve when they have been taken: who has many waits for that. */
	outBytes(bytes: Uint8Array): Promise<void>;
	errBytes(bytes: Uint8Array): Promise<void>;
	/** Lines there may be drawn again, see core/terminal.ts. */
	readonly stderrIsTerminal: boolean;
	readonly stdoutIsTerminal: boolean;
	readonly stdoutColours: boolean;
	readonly stderrColours: boolean;
	/** So wide is the terminal at this moment; undefined: none reads that stream. */
	columns(stream: 'stdout' | 'stderr'): number | undefined;
	readonly hostName: string;
	readonly self: readonly string[];
	world(scheduler: string): Promise<World>;
	/** The scheduler of this machine, with what only it can do. */
	local(): Promise<LocalScheduler>;
	/** The setting local-cpus, for this process and all jobs it submits. */
	promiseCpus(cpus: number): void;
	/** What doctor looks with. */
	senses(): Promise<Senses>;
	/** For a TAB. */
	look(): Promise<QuickLook>;
	readonly ear: Ear;
	/** The command of which the terminal is, until its end: its output, its signals and its exit code are ours. */
	runHere(program: ForegroundProgram): Promise<number>;
	tunnels(): Promise<Tunnels>;
	readonly hasTerminal: boolean;
	/** Programs above this one, the nearest first: the shell that typed is among them. */
	parents(): readonly string[];
	/** For a command that stays until it is stopped: by ctrl-C, a plain kill or a closed terminal. */
	onStop(): Stopping;
	/** Resolves when the person presses ctrl-C. */
	interrupted(): Promise<void>;
	/** Another program, its full path first, to its end or that of its time. */
	run(argv: readonly string[], timeoutMs: number): Promise<{ readonly code: number; readonly stdout: string }>;
	traceFromNowOn(): void;
	/** For who answers one question and ends, and does not hear signals or keys meanwhile: files are opened without ado. */
	openAtOnce(): Promise<void>;
}

/** Returns the exit code. */
export type Command = (shell: Shell) => Promise<number>;
