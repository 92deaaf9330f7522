// What a command receives: the words, where it was typed, where its output goes, and the world on request.
import type { QuickLook } from '../core/quick-look.ts';
import type { LocalScheduler } from '../core/scheduler-words.ts';
import type { Ear, World } from '../core/world.ts';

export interface Shell {
	readonly words: readonly string[];
	readonly cwd: string;
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Facts. */
	out(text: string): void;
	/** Everything else. */
	err(text: string): void;
	outBytes(bytes: Uint8Array): void;
	errBytes(bytes: Uint8Array): void;
	/** Lines there may be drawn again, see core/terminal.ts. */
	readonly stderrIsTerminal: boolean;
	/** For facts with colours, and for those that are drawn anew. */
	readonly stdoutIsTerminal: boolean;
	readonly stderrColours: boolean;
	readonly hostName: string;
	readonly self: readonly string[];
	world(scheduler: string): Promise<World>;
	/** The scheduler of this machine, with what only it can do. */
	local(): Promise<LocalScheduler>;
	/** The setting local-cpus, for this process and all jobs it submits. */
	promiseCpus(cpus: number): void;
	/** For a TAB. */
	look(): Promise<QuickLook>;
	readonly ear: Ear;
	/** Resolves when the person presses ctrl-C. */
	interrupted(): Promise<void>;
	traceFromNowOn(): void;
}

/** Returns the exit code. */
export type Command = (shell: Shell) => Promise<number>;
