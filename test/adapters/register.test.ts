import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
		register.add({ job: '7', name: undefined, outputDir: '/x' }).then(register.heads).then((heads) => console.log(heads[0]?.job));`,
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
		expect(stdout).toBe('7\n');
		const file = join(folder, place, 'rayslurm/heads/7.json');
		expect(existsSync(file)).toBe(true);
		rmSync(file);
	});
});
