import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './child-program.ts';

let folder: string;
let program: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	mkdirSync(join(folder, 'here'));
	program = bundle(
		`import { register } from './src/adapters/register.ts';
		const [ours, theirs] = [register('slurm'), register('local')];
		const added = (async () => {
			await ours.add({ job: '7', name: undefined, outputDir: '/x' });
			await theirs.add({ job: '7', name: undefined, outputDir: '/y' });
			return ours.heads();
		})();
		added.then((heads) => console.log(heads.map(({ scheduler, job, outputDir }) => scheduler + job + outputDir).join(' ')));`,
		join(folder, 'register.cjs'),
	);
});
afterAll(() => rmSync(folder, { recursive: true }));

// In a process of its own: only there is HOME the home.
describe('the register of heads', () => {
	it.each([
		['', 'home/.local/state'],
		['state', 'home/.local/state'],
		[undefined, 'home/.local/state'],
		['/mine', 'mine'],
	])('with XDG_STATE_HOME=%s is in %s', (wished, place) => {
		const state = wished?.startsWith('/') ? join(folder, wished) : wished;
		const environment = { HOME: join(folder, 'home'), ...(state === undefined ? {} : { XDG_STATE_HOME: state }) };
		const { stdout } = spawnSync(process.execPath, [program], {
			cwd: join(folder, 'here'),
			env: environment,
			encoding: 'utf8',
		});
		expect(stdout).toBe('slurm7/x local7/y\n');
		const heads = join(folder, place, 'rayslurm/heads');
		expect(existsSync(join(heads, 'local-7.json'))).toBe(true);
		rmSync(heads, { recursive: true });
	});

	it('takes entries that name no scheduler for those of Slurm, and for the oldest', () => {
		const heads = join(folder, 'old/rayslurm/heads');
		mkdirSync(heads, { recursive: true });
		writeFileSync(join(heads, '9.json'), '{"job":"9","outputDir":"/z"}', { mode: 0o600 });
		const { stdout } = spawnSync(process.execPath, [program], {
			env: { HOME: '/', XDG_STATE_HOME: join(folder, 'old') },
			encoding: 'utf8',
		});
		expect(stdout).toBe('slurm9/z slurm7/x local7/y\n');
	});
});
