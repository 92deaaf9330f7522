// The one place that runs other programs to their end: words, never a shell; always bounded in time, and by our own exit. (A
// signal that ends us alone leaves them their own time.) By Node itself: Slurm answers before a library would be loaded.
import { type ChildProcess, spawn } from 'node:child_process';
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
	const began = process.uptime();
	const outcome = await outcomeOf(argv, options);
	debug(
		`${outcome.code} in ${Math.round((process.uptime() - began) * 1_000)} ms: ${argv.map((word) => JSON.stringify(word)).join(' ')}`,
	);
	return outcome;
}

function outcomeOf([program = '', ...words]: readonly string[], options: RunOptions): Promise<Outcome> {
	return new Promise((resolve) => {
		const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
		let timedOut = false;
		const ended = (code: number | null, fault?: NodeJS.ErrnoException) => {
			const stderr = Buffer.concat(chunks.stderr).toString();
			resolve({
				code: code ?? 1,
				stdout: Buffer.concat(chunks.stdout).toString(),
				// Where it did not even begin, that is told in its place.
				stderr: stderr === '' ? (fault?.message ?? '') : stderr,
				missing: fault?.code === 'ENOENT' || fault?.code === 'EACCES',
				timedOut,
			});
		};
		try {
			const child = spawn(program, words, {
				env: { ...process.env, ...options.environment },
				stdio: ['ignore', 'pipe', 'pipe'],
				...(options.cwd === undefined ? {} : { cwd: options.cwd }),
			});
			running.add(child);
			const stop = () => {
				child.kill('SIGKILL');
				// What it has started may hold them open for ever.
				child.stdout.destroy();
				child.stderr.destroy();
			};
			const timer = setTimeout(() => {
				timedOut = true;
				stop();
			}, options.timeoutMs);
			let room = LARGEST_BYTES;
			for (const name of ['stdout', 'stderr'] as const) {
				child[name].on('data', (bytes: Buffer) => {
					chunks[name].push(bytes);
					room -= bytes.length;
					if (room < 0) stop();
				});
			}
			const over = (code: number | null, fault?: NodeJS.ErrnoException) => {
				clearTimeout(timer);
				running.delete(child);
				ended(code, fault);
			};
			child.on('error', (fault) => over(null, fault));
			child.on('close', (code) => over(code));
		} catch (error) {
			// Words too long for the kernel, or none that a program could be started with.
			ended(null, error as NodeJS.ErrnoException);
		}
	});
}
