// Which environment a job gets, and that no stranger has a say in it.
import { chmodSync, chownSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chosen, find, folder, place, put, said, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

describe('the environment of the job', () => {
	const makeEnv = (name: string) => dirname(dirname(put(`${name}/bin/activate`, '')));

	it('is found in the order of the contract', async () => {
		const setup = put('s.sh', '');
		const venv = makeEnv('wished');
		const conda = folder('miniconda/envs/active');
		const environment: Record<string, string> = {
			VIRTUAL_ENV: makeEnv('active'),
			CONDA_PREFIX: conda,
			CONDA_EXE: join(top, 'miniconda/bin/conda'),
		};
		makeEnv('home/project/deep/env');
		makeEnv('home/project/env');
		const flags: Record<string, string> = { setup, module: 'ray/2, cuda', venv, conda: 'wished' };
		const forget = async (from: Record<string, string>, name: string, expected: string) => {
			delete from[name];
			expect(await chosen({ flags, environment })).toBe(expected);
		};
		expect(await chosen({ flags, environment })).toBe('setup /s.sh');
		await forget(flags, 'setup', 'module ray/2 cuda');
		await forget(flags, 'module', 'venv /wished');
		await forget(flags, 'venv', 'conda wished /miniconda');
		await forget(flags, 'conda', 'venv /active');
		await forget(environment, 'VIRTUAL_ENV', 'conda /miniconda/envs/active /miniconda');
		await forget(environment, 'CONDA_PREFIX', 'venv /home/project/deep/env');
		rmSync(join(place, 'env'), { recursive: true });
		expect(await chosen({ flags, environment })).toBe('venv /home/project/env');
		rmSync(join(dirname(place), 'env'), { recursive: true });
		expect(await chosen({ flags, environment })).toBe('path');
	});

	it('typed today beats one written in a file', async () => {
		makeEnv('home/project/deep/mine');
		put('home/.config/rayslurm/rayslurm.yaml', `setup: ${put('site.sh', '')}`);
		expect(await chosen()).toBe('setup /site.sh');
		expect(await chosen({ flags: { venv: 'mine' } })).toBe('venv /home/project/deep/mine');
		expect(await chosen({ environment: { RAYSLURM_CONDA: 'mine' } })).toBe('conda mine');
	});

	it.each([
		['./envs/ray', 'conda /home/project/deep/envs/ray'],
		['~/envs/ray', 'conda /home/envs/ray'],
		['ray', 'conda ray'],
	])('--conda=%s is %s', async (conda, expected) => {
		expect(await chosen({ flags: { conda } })).toBe(expected);
	});

	it('does not follow variables that lead nowhere', async () => {
		for (const value of ['', '.', 'deep', '/nowhere']) {
			expect(await chosen({ environment: { VIRTUAL_ENV: value, CONDA_PREFIX: value, CONDA_EXE: value } })).toBe('path');
		}
		expect(await chosen({ flags: { conda: 'x' }, environment: { CONDA_EXE: 'conda' } })).toBe('conda x');
	});

	it.each([
		[{ setup: 'no.sh' }, /^--setup: not there: .*no\.sh$/],
		[{ venv: 'no' }, /^--venv: not there: .*no\/bin\/activate$/],
	])('%j that is not there is an error now', async (flags, message) => {
		await expect(chosen({ flags })).rejects.toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
	});
});

describe.skipIf(process.getuid?.() !== 0)('what a stranger has put where everybody can write', () => {
	const STRANGER = 65_534;

	/** As in /tmp: a folder for all, and somebody else's things in it. */
	function strange(name: string, text: string): void {
		const path = put(`all/${name}`, text);
		chmodSync(join(top, 'all'), 0o1777);
		for (let each = path; each !== join(top, 'all'); each = dirname(each)) chownSync(each, STRANGER, STRANGER);
	}

	it.each(['.git/HEAD', 'outputs/x', 'rayslurm.yaml'])('is no project: %s', async (name) => {
		strange(name, 'setup: /tmp/evil.sh');
		const cwd = folder('all/mine');
		expect(await find({ cwd })).toMatchObject({ workspace: cwd, settings: new Map() });
	});

	it('is not read, and said', async () => {
		strange('rayslurm.yaml', 'setup: /tmp/evil.sh');
		strange('.env', 'RAYSLURM_SETUP=/tmp/evil.sh');
		put('all/pyproject.toml', '');
		expect((await find({ cwd: join(top, 'all') })).settings.size).toBe(0);
		expect(said.join('')).toMatch(/rayslurm\.yaml is somebody else's.*\n.*\.env is somebody else's/);
	});

	it('is no environment', async () => {
		strange('env/bin/activate', 'evil');
		expect(await chosen({ cwd: folder('all/mine') })).toBe('path');
		expect(await chosen({ cwd: join(top, 'all') })).toBe('path');
	});

	it('is not read either where only a group can write, as in a shared project', async () => {
		strange('rayslurm.yaml', 'setup: /tmp/evil.sh');
		strange('.env', 'RAYSLURM_SETUP=/tmp/evil.sh');
		strange('env/bin/activate', 'evil');
		chownSync(join(top, 'all'), 0, STRANGER);
		chmodSync(join(top, 'all'), 0o2775);
		const cwd = folder('all/mine');
		const { settings, workspace } = await find({ cwd });
		expect([settings.size, workspace]).toEqual([0, join(top, 'all')]);
		expect(said.join('')).toMatch(/rayslurm\.yaml is somebody else's.*\n.*\.env is somebody else's.*: it is not read/);
		expect(await chosen({ cwd })).toBe('path');
		// Mine, but anybody of the group could have changed it.
		chownSync(put('all/mine/.env', 'RAYSLURM_PORT_OFFSET=40', 0o664), 0, STRANGER);
		chmodSync(join(cwd, '.env'), 0o664);
		expect((await find({ cwd })).settings.size).toBe(0);
		chmodSync(join(cwd, '.env'), 0o644);
		expect((await find({ cwd })).settings.get('port-offset')?.text).toBe('40');
	});
});
