import { defineConfig } from 'vitest/config';

// rules: pure tests, seconds. real: the test bed, with a real Slurm and a real Ray.
const real = {
	globalSetup: ['test/testbed/global-setup.ts'],
	testTimeout: 180_000,
	hookTimeout: 180_000,
	fileParallelism: false,
	sequence: { concurrent: false },
};

/** Shell files are text, as in the bundle. */
const shellText = {
	name: 'shell-text',
	enforce: 'pre' as const,
	transform: (code: string, id: string) =>
		/\.(sh|sbatch|py)$/.test(id) ? `export default ${JSON.stringify(code)}` : undefined,
};

export default defineConfig({
	test: {
		reporters: ['default', './test/closing-line.ts'],
		projects: [
			{
				plugins: [shellText],
				test: {
					name: 'rules',
					// Pure tests need no process of their own.
					pool: 'threads',
					isolate: false,
					maxWorkers: 2,
					// Seconds at most by themselves; on a machine that is busy with other things they take longer.
					testTimeout: 20_000,
					include: ['test/{core,commands,flows,adapters}/**/*.test.ts', 'test/*.test.ts'],
				},
			},
			{ test: { name: 'real', include: ['test/{contract,slurm,local,ray,python}/**/*.test.ts'], ...real } },
		],
	},
});
