// Bundles src/cli.ts and everything it needs into one file, dist/rayslurm.cjs, which runs without node_modules; beside it the
// manual page that it prints.
import { execFileSync } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('package.json', import.meta.url), 'utf8'));

/** What any start can do without. */
const ON_DEMAND = ['yargs', 'execa', 'yaml', 'fs-extra', 'dotenv'];

const shared = {
	bundle: true,
	platform: 'node',
	target: 'node20.19',
	format: 'cjs',
	charset: 'utf8',
	legalComments: 'none',
	// A smaller file is read and compiled sooner, at every start; the map beside it is for reading stacks.
	minify: true,
	alias: { 'string-width': './src/commands/text-width.ts' },
	logLevel: 'warning',
};

/** Half of the bundle is libraries that a command loads when it needs them. As text they cost a start nothing: V8 reads every
 *  line of code, and no line of a string. */
const librariesAsText = {
	name: 'libraries-as-text',
	setup(bundle) {
		bundle.onResolve({ filter: new RegExp(`^(?:${ON_DEMAND.join('|')})$`) }, ({ path }) => ({
			path,
			namespace: 'library',
		}));
		bundle.onLoad({ filter: /.*/, namespace: 'library' }, async ({ path }) => {
			const names = Object.keys(await import(path)).filter((name) => /^[A-Za-z_]\w*$/.test(name));
			const { outputFiles } = await build({
				...shared,
				stdin: { contents: `export { ${names.join(', ')} } from '${path}';`, resolveDir: '.' },
				// yargs asks for its own URL, which a CommonJS bundle does not have.
				define: { 'import.meta.url': '__url' },
				write: false,
			});
			const contents = [
				`import { compileFunction } from 'node:vm';`,
				`const made = { exports: {} };`,
				`compileFunction(${JSON.stringify(outputFiles[0].text)}, ['module', 'exports', 'require', '__url'], { filename: '${path}' })`,
				`	(made, made.exports, require, require('node:url').pathToFileURL(__filename).href);`,
				...names.map((name) =>
					name === 'default' ? 'export default made.exports.default;' : `export const ${name} = made.exports.${name};`,
				),
			];
			return { contents: contents.join('\n'), loader: 'js', resolveDir: '.' };
		});
	},
};

await build({
	...shared,
	entryPoints: ['src/cli.ts'],
	outfile: 'dist/rayslurm.cjs',
	sourcemap: 'external',
	plugins: [librariesAsText],
	banner: { js: '#!/usr/bin/env node' },
	define: { RAYSLURM_VERSION: JSON.stringify(version) },
	loader: { '.sbatch': 'text', '.sh': 'text', '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
});
await chmod('dist/rayslurm.cjs', 0o755);
await writeFile('dist/rayslurm.1', execFileSync(process.execPath, ['dist/rayslurm.cjs', 'man']));
