import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/config.ts';
import { SETTINGS } from '../../src/core/settings.ts';
import { folder, home, place, put, useFreshFolder } from './shell-in-folder.ts';
import { typed } from './typed.ts';

useFreshFolder();

const config = (words: readonly string[] = [], environment: Record<string, string> = {}) =>
	typed(command, words, { cwd: place, environment: { HOME: home, ...environment } });
const lineOf = (out: string, name: string) =>
	out
		.split('\n')
		.find((line) => line.startsWith(`${name} `))
		?.split(/ {2,}/);

describe('rayslurm config', () => {
	it('says of every setting what it is and where that came from', async () => {
		put('home/project/rayslurm.yaml', '# mine\nidle-after: 30m\n"venv" : ../v\n');
		put('home/project/.env', 'X=1\nUSER_PORT_OFFSET=40\nexport RAYSLURM_MODULE="a, b"\n');
		put('home/.config/rayslurm/rayslurm.yaml', 'on-end: keep\nidle-after: 1h\n');
		const { out, err, code } = await config(['--grace', '5m'], { OUTPUT_DIR: '/o', RAYSLURM_CONDA: 'a\nb' });
		expect({ err, code }).toEqual({ err: '', code: 0 });
		const rows = [
			['grace', '5m', '--grace'],
			['output-dir', '/o', 'OUTPUT_DIR'],
			['conda', '"a\\nb"', 'RAYSLURM_CONDA'],
			['port-offset', '40', `${home}/project/.env:2 (USER_PORT_OFFSET)`],
			['module', 'a, b', `${home}/project/.env:3 (RAYSLURM_MODULE)`],
			['idle-after', '30m', `${home}/project/rayslurm.yaml:2`],
			['venv', `${home}/v`, `${home}/project/rayslurm.yaml:3`],
			['on-end', 'keep', `${home}/.config/rayslurm/rayslurm.yaml:1`],
			['workspace', `${home}/project`, expect.stringMatching(/^default: /)],
			['python-dir', `${home}/.cache/rayslurm/python`, 'default: ~/.cache/rayslurm/python'],
			['setup', '-', 'default: none'],
		];
		for (const row of rows) expect(lineOf(out, row[0] as string)).toEqual(row);
		expect(out.split('\n')[0]).toMatch(/^SETTING +VALUE +FROM$/);
	});

	it('prints one value alone', async () => {
		expect(await config(['output-dir'])).toEqual({ code: 0, out: `${place}/outputs\n`, err: '' });
		expect(await config(['output-dir'], { RAYSLURM_OUTPUT_DIR: '~/o' })).toMatchObject({ out: `${home}/o\n` });
		expect(await config(['idle-window'])).toEqual({ code: 0, out: '02:30-09:00\n', err: '' });
		expect(await config(['conda'], { RAYSLURM_CONDA: 'a\nb' })).toEqual({ code: 0, out: 'a\nb\n', err: '' });
		expect(await config(['module'])).toEqual({ code: 1, out: '', err: 'module is not set: none\n' });
	});

	it('tells programs the same', async () => {
		put('home/project/deep/rayslurm.yaml', 'idle-after: 30m\nnonsense: 1\n');
		const { out } = await config(['--json']);
		const { schemaVersion, settings, unknown } = JSON.parse(out);
		expect(schemaVersion).toBe(1);
		const file = join(place, 'rayslurm.yaml');
		expect(settings).toContainEqual({
			...{ name: 'idle-after', value: '30m', layer: 'file', source: 'idle-after' },
			...{ file, line: 1, default: 'ten minutes', fault: null },
		});
		expect(unknown).toEqual([{ name: 'nonsense', file, meant: [] }]);
		const unset = await config(['--json', 'module']);
		expect(JSON.parse(unset.out)).toMatchObject({ schemaVersion: 1, value: null });
		expect([unset.code, (await config(['--json', 'idle-after'])).code]).toEqual([1, 0]);
	});

	it('warns of what is no setting, and goes on', async () => {
		put('home/project/deep/rayslurm.yaml', 'idel-after: 30m\nnonsense: [1]\non-end: keep\n');
		const { out, err, code } = await config([], { RAYSLURM_IDEL_AFTER: '1' });
		expect(err.split('\n')).toEqual([
			"WARNING: rayslurm.yaml:1: no such setting: 'idel-after': did you mean idle-after?",
			"WARNING: rayslurm.yaml:2: no such setting: 'nonsense': rayslurm config lists all settings",
			"WARNING: the environment: no such setting: 'RAYSLURM_IDEL_AFTER': did you mean RAYSLURM_IDLE_AFTER?",
			'',
		]);
		expect(code).toBe(0);
		expect(lineOf(out, 'on-end')).toEqual(['on-end', 'keep', 'rayslurm.yaml:3']);
	});

	it('shows what is set also where no command would take it, and says why', async () => {
		put('home/project/deep/rayslurm.yaml', 'idle-after: thirty\nport-offset: 4x\non-end: keep\n');
		const { out, err, code } = await config([], { RAYSLURM_DEBUG: 'perhaps' });
		const file = join(place, 'rayslurm.yaml');
		expect(err.split('\n')).toEqual([
			`WARNING: port-offset in ${file}: not a whole number from -1000000 to 1000000: '4x': port-offset: ${SETTINGS['port-offset'].describe}`,
			`WARNING: idle-after in ${file}: not a duration: "thirty": write 90 (seconds), 90s, 10m, 2h or 1-12:00:00`,
			"WARNING: RAYSLURM_DEBUG: neither true nor false: 'perhaps': write true or false, yes or no, on or off, 1 or 0",
			'',
		]);
		expect([code, lineOf(out, 'idle-after')?.[1], lineOf(out, 'workspace')?.[1]]).toEqual([0, 'thirty', place]);
		expect((await config(['on-end'])).err).toBe('');
		const { settings } = JSON.parse((await config(['--json'])).out);
		expect(settings).toContainEqual(
			expect.objectContaining({
				name: 'idle-after',
				value: 'thirty',
				fault: expect.stringContaining('not a duration'),
			}),
		);
	});

	it('shows what is set also where it leads nowhere', async () => {
		const { out, err, code } = await config([], { WORKSPACE_DIR: '/nowhere/at/all' });
		expect(err).toBe('WARNING: WORKSPACE_DIR: no such folder: /nowhere/at/all\n');
		expect([code, lineOf(out, 'workspace')]).toEqual([0, ['workspace', '/nowhere/at/all', 'WORKSPACE_DIR']]);
	});

	it.each([
		[['idel-after'], "no such setting: 'idel-after'", 'did you mean idle-after?'],
		[['nonsense'], "no such setting: 'nonsense'", /^settings are workspace, /],
		[['--jsno'], "unknown option '--jsno'", 'did you mean --json?'],
		[['a', 'b'], "unexpected word 'b'", 'see --help'],
	])('%j', async (words, message, hint) => {
		folder('home/project/deep/outputs');
		await expect(config(words)).rejects.toMatchObject({ kind: 'usage', message, hint: expect.stringMatching(hint) });
	});
});
