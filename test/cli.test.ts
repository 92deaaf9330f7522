// The command itself, bundled as the build does it, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleInto } from './bundle.ts';

let folder: string;
let program: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	program = join(folder, 'cli.cjs');
	bundleInto(program);
});
afterAll(() => rmSync(folder, { recursive: true }));

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

it('an error shows names without what would draw on the terminal', async () => {
	const { code, errors } = await typed(['head', 'submit', '--template-dir=/\x1b[2Jn\u202eo'], undefined);
	expect([code, errors.split('\n')[0]]).toEqual([1, 'ERROR: --template-dir: not there: /[2Jno']);
});
