// The command in one file, as the build makes it, but for what only makes it small.
import { resolve } from 'node:path';
import { buildSync } from 'esbuild';

export function bundleInto(outfile: string): void {
	buildSync({
		entryPoints: [resolve(import.meta.dirname, '../src/cli.ts')],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		define: { RAYSLURM_VERSION: '"1"', 'import.meta.url': '"file:///"' },
		loader: { '.sbatch': 'text', '.sh': 'text', '.py': 'text', '.bash': 'text', '.zsh': 'text', '.fish': 'text' },
		logLevel: 'error',
	});
}
