// Small programs for tests that need several real processes: source text in, a bundled file that node can run out.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..', '..');

/** The source may import from './src/…'. */
export function bundle(source: string, outfile: string): string {
	buildSync({
		stdin: { contents: source, loader: 'ts', resolveDir: root },
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		loader: { '.sh': 'text' },
		define: { 'import.meta.url': '"file:///"' },
		outfile,
		logLevel: 'error',
	});
	return outfile;
}

export interface Child {
	readonly process: ChildProcess;
	/** The next whole line it prints; undefined at its end. */
	line(): Promise<string | undefined>;
	readonly ended: Promise<number | null>;
}

/** It ends when its standard input does, at the latest when the test's process ends. */
export function start(argv: readonly string[]): Child {
	const [program = '', ...words] = argv;
	const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
	const lines: string[] = [];
	const waiting: ((line: string | undefined) => void)[] = [];
	let rest = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		const parts = (rest + text).split('\n');
		rest = parts.pop() ?? '';
		for (const part of parts) {
			const next = waiting.shift();
			if (next) next(part);
			else lines.push(part);
		}
	});
	const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
	void ended.then(() => {
		for (const next of waiting.splice(0)) next(undefined);
	});
	return {
		process: child,
		ended,
		line: () => {
			const line = lines.shift();
			if (line !== undefined || child.exitCode !== null) return Promise.resolve(line);
			return new Promise((resolve) => waiting.push(resolve));
		},
	};
}
