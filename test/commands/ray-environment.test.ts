// Where the Ray of a job comes from: what is named is trusted, what is found is looked at, what is missing is made or said.
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEnvironment } from '../../src/commands/ray-environment.ts';
import type { KeptEnvironment } from '../../src/core/kept-environment.ts';
import type { PythonEnvironments } from '../../src/core/python-environments.ts';
import type { SbatchOption } from '../../src/core/sbatch-options.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { find, home, put, said, type Typed, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

const KEPT: KeptEnvironment = {
	name: '2.60.0',
	folder: '/kept/ray-2.60.0',
	rayVersion: '2.60.0',
	pythonVersion: '3.11.9',
	bytes: 1,
	made: '2026-01-01T00:00:00Z',
};

interface Straw {
	/** Does the Python that would be first have Ray? */
	readonly hasRay?: boolean;
	readonly kept?: readonly KeptEnvironment[];
	readonly sbatch?: readonly SbatchOption[];
	readonly dryRun?: boolean;
	/** Jobs run on this machine. */
	readonly isHere?: boolean;
}

async function found(
	typed: Typed,
	{ hasRay = false, kept = [], sbatch = [], dryRun = false, isHere = false }: Straw = {},
) {
	const { shell, project } = await find(typed);
	const asked: (string | undefined)[] = [];
	const made: string[] = [];
	const python: Partial<PythonEnvironments> = {
		list: async () => kept,
		works: async () => true,
		making: async ({ folder, label }) => {
			made.push(`${label} in ${folder}`.replaceAll(top, ''));
			return { environment: KEPT, isNew: true } as never;
		},
	};
	const ray: Partial<World['ray']> = {
		find: async (first) => {
			asked.push(first?.replaceAll(top, ''));
			if (!hasRay) throw new Trouble('program-missing', 'Ray is missing: python3 has no Ray');
			return { python: '/p', rayVersion: '2.60.0', pythonVersion: '3.11.9' };
		},
	};
	const { world } = strawWorld({ python, ray, scheduler: { onThisMachine: isHere } } as unknown as Partial<World>);
	const result = await findEnvironment(shell, world, project, { sbatch, dryRun });
	const { kind, words } = result.environment;
	return { chosen: [kind, ...words].join(' ').replaceAll(top, ''), kept: result.kept?.name, asked, made };
}

const makeEnv = (name: string) => dirname(dirname(put(`${name}/bin/activate`, '')));
const MISSING = { kind: 'program-missing', exitCode: 127, hint: expect.stringContaining('--ray latest') };

describe('without a word about it', () => {
	it('a ray in PATH is enough, and nobody is asked', async () => {
		chmodSync(put('bin/ray', ''), 0o755);
		expect(await found({ environment: { PATH: `${top}/bin` } })).toMatchObject({ chosen: 'path /bin', asked: [] });
	});

	it('a Python that has Ray will do', async () => {
		expect(await found({}, { hasRay: true })).toMatchObject({ chosen: 'path', asked: [undefined] });
	});

	it('no Ray at all is said now, with what to type', async () => {
		await expect(found({})).rejects.toMatchObject(MISSING);
	});

	it('no Ray but one that is kept: its name is what to type', async () => {
		const hint = expect.stringMatching(/^--ray 2\.60\.0 is the one that rayslurm keeps for you; or name yours/);
		await expect(found({}, { kept: [KEPT] })).rejects.toMatchObject({ ...MISSING, hint });
	});

	it('an environment that is active, or lies here, must have it', async () => {
		const active = makeEnv('active');
		await expect(found({ environment: { VIRTUAL_ENV: active } })).rejects.toMatchObject(MISSING);
		expect(await found({ environment: { VIRTUAL_ENV: active } }, { hasRay: true })).toMatchObject({
			asked: ['/active/bin'],
		});
		makeEnv('home/project/env');
		await expect(found({})).rejects.toMatchObject(MISSING);
		chmodSync(put('home/project/env/bin/ray', ''), 0o755);
		expect(await found({})).toMatchObject({ chosen: 'venv /home/project/env', asked: [] });
	});

	it('a dry run goes on, and says it', async () => {
		expect(await found({}, { dryRun: true })).toMatchObject({ chosen: 'path' });
		expect(said.join('')).toMatch(/^Note: Ray is missing: .*--ray latest/m);
	});

	it.each([
		['export', 'NONE', true],
		['export', 'PATH=/x', true],
		['export', 'FOO=1,ALL', false],
		['get-user-env', undefined, true],
		['mem', '1G', false],
	])('--%s=%s: what is in PATH here says nothing about the job: %s', async (name, value, trusted) => {
		const sbatch = [{ name, words: [], ...(value === undefined ? {} : { value }) }];
		const finding = found({}, { sbatch });
		if (trusted) expect(await finding).toMatchObject({ chosen: 'path', asked: [] });
		else await expect(finding).rejects.toMatchObject(MISSING);
	});
});

describe('with a word about it', () => {
	it.each([
		[{ module: 'ray' }, 'module ray'],
		[{ conda: 'ray' }, 'conda ray'],
	])('%j is trusted: it may be there on compute nodes alone', async (flags, chosen) => {
		expect(await found({ flags })).toMatchObject({ chosen, asked: [] });
	});

	describe('of conda', () => {
		const flags = { conda: 'ray' };
		const NO_CONDA = { kind: 'program-missing', exitCode: 127, hint: expect.stringContaining('--ray latest') };

		it('must be one that can be set up here, where the job runs here', async () => {
			await expect(found({ flags }, { isHere: true })).rejects.toMatchObject(NO_CONDA);
			const folder = { conda: dirname(dirname(put('miniconda/envs/ray/bin/python', ''))) };
			expect(await found({ flags: folder }, { isHere: true })).toMatchObject({ asked: [] });
			put('miniconda/etc/profile.d/conda.sh', '');
			const environment = { CONDA_EXE: `${top}/miniconda/bin/conda` };
			expect(await found({ flags, environment }, { isHere: true })).toMatchObject({
				chosen: 'conda ray /miniconda',
			});
			chmodSync(put('bin/conda', ''), 0o755);
			expect(await found({ flags, environment: { PATH: `${top}/bin` } }, { isHere: true })).toMatchObject({
				chosen: 'conda ray',
			});
		});

		it.each([
			['a compute node may have it', { isHere: false }],
			['in a dry run nothing would run', { isHere: true, dryRun: true }],
		])('%s: a note', async (_, straw) => {
			expect(await found({ flags }, straw)).toMatchObject({ chosen: 'conda ray' });
			expect(said).toEqual([
				expect.stringMatching(/^Note: There is no conda on this machine to set up ray; .* on its node$/m),
			]);
		});
	});

	it('--ray uses the kept one', async () => {
		expect(await found({ flags: { ray: '2.60' } }, { kept: [KEPT] })).toEqual({
			chosen: 'venv /kept/ray-2.60.0',
			kept: '2.60.0',
			asked: [],
			made: [],
		});
	});

	it('--ray makes it where it is missing, in the place for it', async () => {
		const flags = { ray: '2.60.0' };
		expect(await found({ flags })).toMatchObject({
			kept: '2.60.0',
			made: ['ray-2.60.0 in /home/.cache/rayslurm/python'],
		});
		const environment = { XDG_CACHE_HOME: `${top}/cache` };
		expect(await found({ flags, environment })).toMatchObject({ made: ['ray-2.60.0 in /cache/rayslurm/python'] });
		const elsewhere = { ...flags, 'python-dir': '~/big' };
		expect(await found({ flags: elsewhere, environment })).toMatchObject({ made: ['ray-2.60.0 in /home/big'] });
	});

	it('--ray in a dry run makes nothing, and says what would be made', async () => {
		expect(await found({ flags: { ray: '2.60.0' } }, { dryRun: true })).toMatchObject({
			chosen: 'venv /home/.cache/rayslurm/python/ray-2.60.0',
			made: [],
		});
		expect(said).toEqual(['Note: made first, with: rayslurm python create 2.60.0\n']);
	});

	it('the one said more strongly counts, and of two said alike --ray is the last', async () => {
		put('home/.config/rayslurm/rayslurm.yaml', 'ray: 2.60.0');
		expect(await found({}, { kept: [KEPT] })).toMatchObject({ kept: '2.60.0' });
		expect(await found({ flags: { module: 'ray' } }, { kept: [KEPT] })).toMatchObject({ chosen: 'module ray' });
		put('home/.config/rayslurm/rayslurm.yaml', 'module: ray');
		expect(await found({ flags: { ray: '2.60.0' } }, { kept: [KEPT] })).toMatchObject({ kept: '2.60.0' });
		const both = { ray: '2.60.0', venv: makeEnv('mine') };
		expect(await found({ flags: both }, { kept: [KEPT] })).toMatchObject({ chosen: 'venv /mine' });
	});

	it.each(['2.39.0', 'old'])('--ray=%s is refused', async (ray) => {
		await expect(found({ flags: { ray }, cwd: home })).rejects.toMatchObject({
			kind: 'usage',
			message: expect.stringMatching(/^--ray: /),
		});
	});
});
