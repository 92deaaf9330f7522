// Bundles src/cli.ts and everything it needs into one file, dist/rayslurm.cjs, which runs without node_modules; beside it the
// manual page that it prints, and maps for reading stacks.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));
const target = 'node20.19';

/** Of a library in CommonJS esbuild would show a chunk only the whole: this says the names. */
const commonLibraries = {
	name: 'common-libraries',
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^(?:yaml|dotenv|fs-extra)$/ }, ({ path, kind }) =>
			kind === 'dynamic-import' ? { path, namespace: 'library' } : undefined,
		);
		onLoad({ filter: /.*/, namespace: 'library' }, async ({ path }) => {
			const names = Object.keys(await import(path)).filter((name) => /^[A-Za-z_]\w*$/.test(name));
			return { contents: `export { ${names.join(', ')} } from '${path}';`, resolveDir: '.' };
		});
	},
};

/** What is imported on demand, by a command or by all, is a chunk of its own. */
const { outputFiles } = await build({
	entryPoints: ['src/cli.ts'],
	outdir: 'dist',
	chunkNames: '[name]-[hash]',
	write: false,
	bundle: true,
	splitting: true,
	platform: 'node',
	target,
	format: 'esm',
	legalComments: 'none',
	minify: true,
	sourcemap: 'inline',
	plugins: [commonLibraries],
	alias: { 'string-width': './src/commands/text-width.ts' },
	// yargs asks for its own URL, which the one file does not have.
	define: { RAYSLURM_VERSION: JSON.stringify(version), 'import.meta.url': '__here.url' },
	loader: { '.sbatch': 'text', '.sh': 'text', '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
	logLevel: 'warning',
});

await rm('dist/maps', { recursive: true, force: true });
await mkdir('dist/maps', { recursive: true });
const chunks = {};
await Promise.all(
	outputFiles.map(async ({ path, text }) => {
		const sourcefile = basename(path);
		const { code, map } = await transform(text, {
			format: 'cjs',
			target,
			supported: { 'dynamic-import': false },
			minify: true,
			sourcemap: 'external',
			sourcefile,
		});
		chunks[`./${sourcefile}`] = code;
		await writeFile(`dist/maps/${sourcefile}.map`, map);
	}),
);

/** In strings and patterns, where alone there is any: a file of ASCII alone is read in half the time and memory. */
function inAscii(text) {
	return text.replace(/[^\x00-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Chunks stand in a comment at the end, from which start.cjs takes them, its end spelt otherwise: of a comment V8 looks only for
 *  that, which takes half as long as strings. It is all of a function, because those can say what they are. */
const texts = Object.values(chunks).map((text) => {
	if (text.includes('\x7f')) throw new Error('a chunk that a comment cannot hold');
	return inAscii(text).replaceAll('*/', '*\x7f/');
});
const body = texts.join('');
const lengths = Object.keys(chunks)
	.map((name, index) => `${name}:${texts[index].length}`)
	.join(' ');
const start = await readFile('src/bundle/start.cjs', 'utf8');
const { code: starter } = await transform(start, { format: 'cjs', target, minifySyntax: true, minifyWhitespace: true });
const made = createHash('sha256').update(lengths).update(body).update(start).digest('hex').slice(0, 16);
const program = `#!/usr/bin/env node
'use strict';
const BUILD = '${made}';
const LENGTHS = '${lengths}';
${starter}function parts(){/*${body}*/}`;
await writeFile('dist/rayslurm.cjs', program);
await chmod('dist/rayslurm.cjs', 0o755);
await writeFile('dist/rayslurm.1', execFileSync(process.execPath, ['dist/rayslurm.cjs', 'man']));
