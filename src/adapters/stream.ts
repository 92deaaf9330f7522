// Runs a program whose output is passed on as it comes, byte for byte and no faster than it is taken. It has a session of
// its own, so that ctrl-C reaches us alone, and it learns of our end, however we end, by its closed standard input.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ByteSink, Streamed } from '../core/scheduler-words.ts';
import { debug } from './log.ts';

const LAST_WORDS_BYTES = 8_000;
const PATIENCE_MS = 2_000;

export function stream(
	argv: readonly string[],
	environment: Readonly<Record<string, string | undefined>>,
	out: ByteSink,
): Streamed {
	const [file = '', ...words] = argv;
	debug(`started: ${argv.map((word) => JSON.stringify(word)).join(' ')}`);
	const child = spawn(file, words, { detached: true, env: { ...process.env, ...environment } });
	const { stdin, stdout, stderr } = child;
	let said = '';
	stdin.on('error', () => {});
	stderr.setEncoding('utf8').on('data', (text: string) => {
		said = (said + text).slice(-LAST_WORDS_BYTES);
	});
	const passing = (async () => {
		for await (const bytes of stdout) await out(bytes);
	})().catch(() => {});
	const failed = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)));
	const closed = once(child, 'close').catch(() => [1]);
	const timers: NodeJS.Timeout[] = [];
	return {
		ended: (async () => {
			const why = await Promise.race([failed, closed.then(() => undefined)]);
			for (const timer of timers) clearTimeout(timer);
			if (why !== undefined) return { code: 127, stderr: `${file} could not be started: ${why}` };
			await passing;
			return { code: child.exitCode ?? 1, stderr: said };
		})(),
		stop() {
			stdin.end();
			timers.push(setTimeout(() => child.kill('SIGINT'), PATIENCE_MS));
			timers.push(setTimeout(() => child.kill('SIGKILL'), 2 * PATIENCE_MS));
		},
	};
}
