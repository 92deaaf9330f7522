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

describe('a job that waits', () => {
	const straw = (name: string, lines: string) =>
		writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
	const waits = (row: string) => {
		straw('squeue', `echo '${row}'`);
		straw('sinfo', "echo 'main|up|infinite|1-infinite|8|8|24003'; echo 'big|up|infinite|1-infinite|1|64|24003'");
		straw(
			'sbatch',
			`echo "$*" >>'${folder}/asked'\necho 'sbatch: Job 1 to start at 2026-01-01T08:09:00 using 1 processors' >&2`,
		);
		return slurm.waysToStart?.('7', new Date('2026-01-01T08:00:00'));
	};
	const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');

	it('and asks in vain is told so, and where it could start', async () => {
		expect(await waits('main|1:00:00|8|64|4G|N/A|N/A|OK|64|PartitionConfig|||(null)|(null)|(null)')).toEqual([
			'Asks for 64 CPUs on a node; partition main has at most 8: -c 8',
			'Could start with -p big, by 08:09',
		]);
		expect(asked()).toEqual([
			expect.stringContaining('--partition=big --time=60 --nodes=1 --cpus-per-task=64 --mem=4G'),
		]);
	});

	it('and would start no sooner is told nothing; its node stays its own whatever is tried', async () => {
		const row = 'main|1:00:00|1|8|4G|N/A|2026-01-01T08:09:00|NO|8|Resources|dws-01||(null)|(null)|(null)';
		expect(await waits(row)).toEqual([]);
		expect(asked().length).toBeGreaterThan(3);
		for (const words of asked()) expect(words).toContain('--exclusive --nodelist=dws-01');
	});
});
