import { defineConfig } from 'vitest/config';

// rules: pure tests, seconds. machine: real processes of this machine, without root, Slurm and Ray. real: the test bed, with a
// real Slurm and a real Ray.
/** Where nobody watches, a test of real processes that fails gets two more chances: a scheduler and a few hundred processes on
 *  two busy cores. Those that needed one are named at the end of the run, for us to mend. */
const retry = process.env['CI'] ? 2 : 0;

const real = {
	globalSetup: ['test/testbed/global-setup.ts'],
	testTimeout: 180_000,
	hookTimeout: 180_000,
	fileParallelism: false,
	retry,
	sequence: { concurrent: false },
};

/** Shell files are text, as in the bundle. */
const shellText = {
	name: 'shell-text',
	enforce: 'pre' as const,
	transform: (code: string, id: string) =>
		/\.(sh|sbatch|py|bash|zsh|fish)$/.test(id) ? `export default ${JSON.stringify(code)}` : undefined,
};

const unit = {
	// These tests need no process of their own.
	pool: 'threads' as const,
	isolate: false,
	maxWorkers: 2,
	// Seconds at most by themselves; on a machine that is busy with other things they take longer.
	testTimeout: 20_000,
};

export default defineConfig({
	test: {
		reporters: ['default', './test/closing-line.ts'],
		projects: [
			{
				plugins: [shellText],
				test: {
					name: 'rules',
					include: ['test/{core,commands,flows,adapters}/**/*.test.ts', 'test/*.test.ts'],
					...unit,
				},
			},
			{ plugins: [shellText], test: { name: 'machine', include: ['test/machine/**/*.test.ts'], ...unit, retry } },
			{ test: { name: 'real', include: ['test/{contract,slurm,local,ray,python}/**/*.test.ts'], ...real } },
		],
	},
});
