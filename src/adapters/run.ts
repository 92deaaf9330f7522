// The one place that runs other programs to their end: words, never a shell; always bounded in time.
import { debug } from './log.ts';

export interface Outcome {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
	/** The program is not there, or not for us. */
	readonly missing: boolean;
	readonly timedOut: boolean;
}

export interface RunOptions {
	readonly timeoutMs: number;
	/** Added to (or with undefined: taken from) this process's environment. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
}

export async function run(argv: readonly string[], options: RunOptions): Promise<Outcome> {
	const { execa } = await import('execa');
	const [program = '', ...words] = argv;
	const began = performance.now();
	const result = await execa(program, words, {
		reject: false,
		stdin: 'ignore',
		timeout: options.timeoutMs,
		killSignal: 'SIGKILL',
		stripFinalNewline: false,
		env: { ...options.environment },
		...(options.cwd === undefined ? {} : { cwd: options.cwd }),
	});
	const outcome: Outcome = {
		code: result.exitCode ?? 1,
		stdout: result.stdout,
		stderr: result.stderr,
		missing: 'code' in result && (result.code === 'ENOENT' || result.code === 'EACCES'),
		timedOut: result.timedOut,
	};
	debug(
		`${outcome.code} in ${Math.round(performance.now() - began)} ms: ${argv.map((word) => JSON.stringify(word)).join(' ')}`,
	);
	return outcome;
}
