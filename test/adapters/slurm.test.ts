// Slurm's commands as scripts of straw, for what reaches them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { slurm } from '../../src/adapters/schedulers/slurm.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
});
afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true });
});

describe('sbatch', () => {
	it('sees none of the variables that rayslurm reads or owns, and all others', async () => {
		writeFileSync(join(folder, 'sbatch'), `#!/bin/sh\nenv >'${folder}/env'\necho 7\n`, { mode: 0o755 });
		const hidden = ['SBATCH_TIMELIMIT', 'SBATCH_SIGNAL', 'SBATCH_WAIT', 'SLURM_JOB_ID', 'RAY_ADDRESS'];
		const shown = ['SBATCH_WAIT_ALL_NODES', 'SBATCH_CONSTRAINT', 'SLURM_CONF'];
		for (const name of [...hidden, ...shown]) vi.stubEnv(name, '1');
		expect(await slurm.submit({ script: '', scriptPath: '/x', options: [] })).toBe('7');
		const seen = readFileSync(join(folder, 'env'), 'utf8').split('\n');
		for (const name of hidden) expect(seen).not.toContain(`${name}=1`);
		for (const name of shown) expect(seen).toContain(`${name}=1`);
	});
});
