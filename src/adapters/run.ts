// The one place that runs other programs to their end: words, never a shell; always bounded in time, and by our own exit. (A
// signal that ends us alone leaves them their own time.) By Node itself: Slurm answers before a library would be loaded.
import { type ChildProcess, execFile } from 'node:child_process';
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

const LARGEST_BYTES = 100_000_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});

export async function run(argv: readonly string[], options: RunOptions): Promise<Outcome> {
	const began = performance.now();
	const outcome = await outcomeOf(argv, options);
	debug(
		`${outcome.code} in ${Math.round(performance.now() - began)} ms: ${argv.map((word) => JSON.stringify(word)).join(' ')}`,
	);
	return outcome;
}

function outcomeOf([program = '', ...words]: readonly string[], options: RunOptions): Promise<Outcome> {
	const settings = {
		env: { ...process.env, ...options.environment },
		timeout: options.timeoutMs,
		killSignal: 'SIGKILL',
		maxBuffer: LARGEST_BYTES,
		...(options.cwd === undefined ? {} : { cwd: options.cwd }),
	} as const;
	return new Promise((resolve) => {
		const ended = (error: ExecFault | null, stdout = '', stderr = '') => {
			const code = error === null ? 0 : error.code;
			resolve({
				code: typeof code === 'number' ? code : 1,
				stdout,
				// Where it did not even begin, that is told in its place.
				stderr: typeof code === 'string' && stderr === '' ? (error?.message ?? '') : stderr,
				missing: code === 'ENOENT' || code === 'EACCES',
				timedOut: error?.killed === true && typeof code !== 'string',
			});
		};
		try {
			const child = execFile(program, words, settings, (...how) => {
				running.delete(child);
				ended(...how);
			});
			running.add(child);
			child.stdin?.on('error', () => {}).end();
		} catch (error) {
			// Words too long for the kernel, or none that a program could be started with.
			ended(error as ExecFault);
		}
	});
}

interface ExecFault {
	readonly message: string;
	readonly code?: string | number | null | undefined;
	readonly killed?: boolean | undefined;
}
