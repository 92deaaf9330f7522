// Which scheduler a command speaks to where nothing is said: Slurm where there is sbatch, else this machine.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saysScheduler, schedulerOf } from '../../src/commands/project.ts';
import type { Shell } from '../../src/commands/shell.ts';
import { resolveSettings } from '../../src/core/settings.ts';

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	writeFileSync(join(folder, 'sbatch'), '');
	chmodSync(join(folder, 'sbatch'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

const chosen = (environment: Record<string, string>, flags = {}) =>
	schedulerOf(
		{ environment } as unknown as Shell,
		resolveSettings({ flags, environment, dotenv: {}, files: [{ path: '/etc/rayslurm.yaml', content: {} }] }),
	);

it('is Slurm where sbatch is in PATH, else this machine', () => {
	expect(chosen({ PATH: ['/nowhere', folder].join(delimiter) })).toBe('slurm');
	expect(chosen({ PATH: '/nowhere' })).toBe('local');
	expect(chosen({})).toBe('local');
});

it('is what is said, above all', () => {
	expect(chosen({ PATH: folder, RAYSLURM_SCHEDULER: 'local' })).toBe('local');
	expect(chosen({ PATH: folder, RAYSLURM_SCHEDULER: 'local' }, { scheduler: 'slurm' })).toBe('slurm');
	expect(chosen({ PATH: '/nowhere' }, { scheduler: 'slurm' })).toBe('slurm');
});

it('is not looked for in folders that depend on where one stands', () => {
	expect(chosen({ PATH: '.:bin:' })).toBe('local');
});

it.each([
	[{}, {}, false],
	[{ RAYSLURM_SCHEDULER: 'slurm' }, {}, true],
	[{}, { scheduler: 'slurm' }, true],
])('said by %j %j: by a person %s; a file stands behind what is known of a head', (environment, flags, said) => {
	const files = [{ path: '/x', content: { scheduler: 'local' } }];
	expect(saysScheduler(resolveSettings({ flags, environment, dotenv: {}, files }))).toBe(said);
});
