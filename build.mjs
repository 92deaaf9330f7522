// Bundles src/cli.ts and everything it needs into one file, dist/rayslurm.cjs, which runs without node_modules.
import { chmod, readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));

await build({
	entryPoints: ['src/cli.ts'],
	outfile: 'dist/rayslurm.cjs',
	bundle: true,
	platform: 'node',
	target: 'node20.19',
	format: 'cjs',
	charset: 'utf8',
	legalComments: 'none',
	// A smaller file is read and compiled sooner, at every start; the map beside it is for reading stacks.
	minify: true,
	sourcemap: 'external',
	alias: { 'string-width': './src/commands/text-width.ts' },
	// yargs asks for its own URL, which a CommonJS bundle does not have.
	banner: { js: '#!/usr/bin/env node\nconst bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
	define: { RAYSLURM_VERSION: JSON.stringify(version), 'import.meta.url': 'bundleUrl' },
	loader: { '.sbatch': 'text', '.sh': 'text', '.py': 'text' },
	logLevel: 'warning',
});
await chmod('dist/rayslurm.cjs', 0o755);
