// What a command that must clear up hears: the first ctrl-C, plain kill or closed terminal; it does not end by itself then.

export interface Stopping {
	/** Resolves with the exit code that belongs to the signal. */
	readonly signalled: Promise<number>;
	/** The same at this moment; undefined: none came. */
	heard(): number | undefined;
	/** Signals end the process again. */
	release(): void;
}
