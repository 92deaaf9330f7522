// The command itself, bundled as the build does it, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MENU } from '../src/commands/index.ts';

let folder: string;
let program: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	program = join(folder, 'cli.cjs');
	buildSync({
		entryPoints: [resolve(import.meta.dirname, '../src/cli.ts')],
		outfile: program,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		define: { RAYSLURM_VERSION: '"1"', 'import.meta.url': '"file:///"' },
		loader: { '.sbatch': 'text', '.sh': 'text', '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
		logLevel: 'error',
	});
});
afterAll(() => rmSync(folder, { recursive: true }));

type Variables = Record<string, string>;

async function typed(words: readonly string[], readerLeaves: 'stdout' | 'stderr' | undefined) {
	const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
	if (readerLeaves !== undefined) child[readerLeaves].destroy();
	let errors = '';
	child.stderr.on('data', (text) => {
		errors += text;
	});
	const [code] = await once(child, 'close');
	return { code, errors };
}

it.each([
	[['--version'], undefined, 0],
	[['--version'], 'stdout', 141],
	[['connect', '--help'], 'stdout', 141],
	[['no-such-command'], 'stderr', 141],
] as const)('%j whose reader of %s has gone ends with %i, and quietly', async (words, readerLeaves, code) => {
	expect(await typed(words, readerLeaves)).toEqual({ code, errors: '' });
});

async function printed(words: readonly string[], env: Variables): Promise<{ code: number; text: string }> {
	const child = spawn(process.execPath, [program, ...words], {
		stdio: ['ignore', 'pipe', 'pipe'],
		cwd: folder,
		env: { PATH: folder, HOME: folder, TERM: 'xterm-256color', ...env },
	});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk) => {
			text += chunk;
		});
	}
	const [code] = await once(child, 'close');
	return { code, text };
}

describe('in a pipe no command prints escape codes', () => {
	const names = MENU.filter(({ hidden }) => !hidden).map(({ name }) => name);
	it.each(names)('%s', { concurrent: true }, async (name) => {
		// A mistake that the command itself refuses, in colours if there were any.
		const { text } = await printed([...name.split(' '), '--no-such-option'], {});
		expect(text).not.toBe('');
		expect(text).not.toContain('\x1b');
	});

	it.each([
		[{}, false],
		[{ FORCE_COLOR: '1' }, true],
		[{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
	])('an error with %j: %s', async (env, coloured) => {
		const { text } = await printed(['no-such-command'], env);
		expect(text.includes('\x1b[31mERROR:')).toBe(coloured);
		expect(text).toContain('No such command');
	});
});
