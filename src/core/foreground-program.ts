// A program that has the person's terminal until its end: their streams, their signals, its exit code.

export interface ForegroundProgram {
	readonly argv: readonly string[];
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Of what it says on stderr, lines that are not for people. */
	readonly hushed?: ((line: string) => boolean) | undefined;
	/** Another way for signals that the program would not pass on; false: it could not be gone. */
	readonly deliver?: ((signal: 'TERM' | 'HUP' | 'QUIT') => Promise<boolean>) | undefined;
}
