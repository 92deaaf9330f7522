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
	/** More than none, and less than three weeks. */
	readonly timeoutMs: number;
	/** Added to (or with undefined: taken from) this process's environment. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
	readonly cwd?: string;
}

const LARGEST_BYTES = 100_000_000;
/** What has ended has said all; a child of its own that holds its output says nothing that counts. */
const DRAIN_MS = 1_000;

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
		let fault: NodeJS.ErrnoException | undefined;
		const over = (code: number | null) => {
			const stderr = Buffer.concat(chunks.stderr).toString();
			resolve({
				code: fault === undefined ? (code ?? 1) : 1,
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
			/** What it has started may hold them open for ever. Where no file can be opened any more, there are none. */
			const letGo = () => {
				child.stdout?.destroy();
				child.stderr?.destroy();
			};
			const stop = () => {
				child.kill('SIGKILL');
				letGo();
			};
			let draining: NodeJS.Timeout | undefined;
			const timer = setTimeout(() => {
				timedOut = child.exitCode === null && child.signalCode === null;
				stop();
			}, options.timeoutMs);
			const ended = (code: number | null) => {
				clearTimeout(timer);
				clearTimeout(draining);
				running.delete(child);
				over(code);
			};
			child.on('error', (error) => {
				fault ??= error;
				ended(null);
			});
			// A turn later: what has come meanwhile is read first.
			child.on('exit', () => {
				draining = setTimeout(() => setImmediate(letGo), DRAIN_MS);
			});
			child.on('close', ended);
			for (const name of ['stdout', 'stderr'] as const) {
				let room = LARGEST_BYTES;
				child[name]?.on('data', (bytes: Buffer) => {
					chunks[name].push(bytes);
					room -= bytes.length;
					if (room >= 0) return;
					fault ??= new Error(`it printed more than ${LARGEST_BYTES / 1e6} MB`);
					stop();
				});
			}
		} catch (error) {
			// Words too long for the kernel, or none that a program could be started with.
			fault = error as NodeJS.ErrnoException;
			over(null);
		}
	});
}
