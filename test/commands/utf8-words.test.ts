import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'words-'));
	const source = resolve(import.meta.dirname, '../../src/commands/utf8-words.ts');
	buildSync({
		stdin: {
			contents: `import { checkUtf8 } from ${JSON.stringify(source)};
				try { checkUtf8(process.argv.slice(2)); console.log('fine'); } catch (error) { console.log(error.kind); }`,
			resolveDir: folder,
		},
		bundle: true,
		platform: 'node',
		outfile: join(folder, 'words.cjs'),
		logLevel: 'error',
	});
});
afterAll(() => rmSync(folder, { recursive: true }));

// Only a shell can say what Node cannot.
it.each([
	["'plain' 'é' '🦀' ''", 'fine'],
	["'é\ufffd'", 'fine'],
	["$'\\xff'", 'usage'],
	["a $'\\xc3' b", 'usage'],
	["'\ufffd' $'x\\xffy'", 'usage'],
	["$'\\xed\\xa0\\x80'", 'usage'],
])('%s: %s', (words, expected) => {
	const command = `exec "$0" words.cjs ${words}`;
	const options = { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] as const, encoding: 'utf8' as const };
	expect(
		execFileSync('bash', ['-c', command, process.execPath], { ...options, stdio: [...options.stdio] }).trim(),
	).toBe(expected);
});
