import { symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frozenNodeOf } from '../../src/commands/project.ts';
import {
	find,
	folder,
	home,
	place,
	promised,
	put,
	refused,
	type Typed,
	top,
	traced,
	useFreshFolder,
} from './shell-in-folder.ts';

useFreshFolder();

describe('the workspace', () => {
	it('is here, where nothing says otherwise', async () => {
		expect(await find()).toMatchObject({ workspace: place, outputDir: join(place, 'outputs') });
	});

	it.each(['outputs/x', 'rayslurm.yaml', 'pyproject.toml', 'setup.py', 'requirements.txt', '.git/HEAD'])(
		'is the nearest parent with %s',
		async (name) => {
			put(`home/project/${name}`, '');
			put('home/.git/HEAD', '');
			expect((await find()).workspace).toBe(dirname(place));
			expect((await find({ cwd: folder('home/other') })).workspace).toBe(home);
			expect((await find({ cwd: folder('elsewhere/a') })).workspace).toBe(join(top, 'elsewhere/a'));
		},
	);

	it('is not looked for above the home folder', async () => {
		put('rayslurm.yaml', '');
		expect((await find()).workspace).toBe(place);
	});

	it('is what --workspace says, then WORKSPACE_DIR, then ws_find, then the parent with a project', async () => {
		put('home/project/pyproject.toml', '');
		const [flag, variable, site] = ['flag', 'variable', 'site'].map(folder);
		put('bin/ws_find', `#!/bin/sh\n[ "$*" = rayslurm ] && echo "Info: found" && echo ${site}\n`, 0o755);
		const environment = { PATH: `${top}/nothing:${top}/bin:/usr/bin:/bin`, WORKSPACE_DIR: variable ?? '' };
		const flags = { workspace: '../../../flag' };
		expect((await find({ environment, flags })).workspace).toBe(flag);
		expect((await find({ environment })).workspace).toBe(variable);
		expect((await find({ environment: { ...environment, WORKSPACE_DIR: '' } })).workspace).toBe(site);
		expect((await find()).workspace).toBe(dirname(place));
	});

	it.each([
		['fails', 'exit 1'],
		['finds nothing', 'exit 0'],
		['names a folder that is not there', 'echo /nowhere/at/all'],
		['names no absolute folder', 'echo deep'],
		['prints its folder but fails', 'echo /tmp; exit 1'],
	])('is not what ws_find says when it %s', async (_, body) => {
		put('bin/ws_find', `#!/bin/sh\n${body}\n`, 0o755);
		expect((await find({ environment: { PATH: `${top}/bin:/usr/bin:/bin` } })).workspace).toBe(place);
	});

	it('is never asked of a ws_find that stands where one works', async () => {
		put('home/project/deep/ws_find', `#!/bin/sh\necho ${home}\n`, 0o755);
		const here = relative(process.cwd(), place);
		for (const PATH of [here, `${here}:/usr/bin`, `/usr/bin:./${here}`]) {
			expect((await find({ environment: { PATH } })).workspace).toBe(place);
		}
	});

	it('can be a name that ws_find knows', async () => {
		put('bin/ws_find', `#!/bin/sh\n[ "$1" = mine ] && echo ${home}\n`, 0o755);
		const environment = { PATH: `${top}/bin:/usr/bin:/bin`, WORKSPACE_DIR: 'mine' };
		expect((await find({ environment })).workspace).toBe(home);
		await refused(
			{ environment: { ...environment, WORKSPACE_DIR: 'yours' } },
			/^WORKSPACE_DIR: no such folder: .*yours$/,
		);
		await refused({ flags: { workspace: './mine' }, environment }, /^--workspace: no such folder/);
	});
});

describe('the output folder', () => {
	it('counts from where it was written', async () => {
		put('home/project/rayslurm.yaml', 'output-dir: results\n');
		expect((await find()).outputDir).toBe(join(home, 'project/results'));
		put('home/project/.env', 'OUTPUT_DIR=more/results\n');
		expect((await find()).outputDir).toBe(join(home, 'project/more/results'));
		put('home/project/deep/.env', 'OUTPUT_DIR=../x\n');
		expect((await find()).outputDir).toBe(join(home, 'project/x'));
		expect((await find({ environment: { OUTPUT_DIR: 'y' } })).outputDir).toBe(join(place, 'y'));
		expect((await find({ flags: { 'output-dir': '~/z' } })).outputDir).toBe(join(home, 'z'));
	});

	it('may not have a newline in its name', async () => {
		await refused({ flags: { 'output-dir': 'a\nb' } }, /newline/);
	});
});

describe('settings', () => {
	const port = async (typed?: Typed) => (await find(typed)).settings.get('port-offset')?.text;

	it('are weaker from file to file', async () => {
		put('home/.config/rayslurm/rayslurm.yaml', 'port-offset: 40\nobject-store: 7\n');
		expect(await port()).toBe('40');
		put('xdg/rayslurm/rayslurm.yaml', 'port-offset: 80');
		expect(await port({ environment: { XDG_CONFIG_HOME: join(top, 'xdg') } })).toBe('80');
		for (const XDG_CONFIG_HOME of ['', 'xdg', '.']) expect(await port({ environment: { XDG_CONFIG_HOME } })).toBe('40');
		put('home/project/rayslurm.yaml', 'port-offset: 120');
		expect(await port()).toBe('120');
		expect((await find()).settings.get('object-store')?.text).toBe('7');
		put('home/project/.env', 'USER_PORT_OFFSET=160 # a comment\nexport RAY_OBJECT_STORE="8"\nPATH=/evil\n');
		expect(await port()).toBe('160');
		expect(await port({ environment: { USER_PORT_OFFSET: '200' } })).toBe('200');
		expect(await port({ environment: { USER_PORT_OFFSET: '200' }, flags: { 'port-offset': '0' } })).toBe('0');
	});

	it('.env is read here or in the project, never both', async () => {
		put('home/project/.env', 'RAY_OBJECT_STORE=8');
		put('home/project/.git/HEAD', '');
		expect((await find()).settings.get('object-store')?.text).toBe('8');
		put('home/project/deep/.env', 'USER_PORT_OFFSET=40');
		expect([...(await find()).settings.keys()]).toEqual(['port-offset']);
	});

	it.each([
		['# only a comment\n', []],
		['', []],
		['---\n', []],
		['conda: 3.10\n', ['3.10']],
		['conda: 007', ['007']],
		['venv: ~', ['~']],
		['venv: "a: b"\ndebug: yes', ['a: b', 'yes']],
	])('%j is read as it is written', async (text, values) => {
		put('home/project/rayslurm.yaml', text);
		expect([...(await find()).settings.values()].map((value) => value.text)).toEqual(values);
	});

	it.each([
		['vnev: x', /no such setting: 'vnev'/],
		['__proto__: {venv: /x}', /no such setting: '__proto__'/],
		['venv: a\nvenv: b', /unique/],
		['- venv', /not a list of settings/],
		['venv', /not a list of settings/],
		['venv: [a]', /venv is not a word or a number/],
		['venv: {a: b}', /venv is not a word or a number/],
		['venv:', /venv has no value/],
		['module: &a [x]\nvenv: *a', /Alias/],
		['venv: "', /rayslurm\.yaml/],
		['a: b\n---\nc: d', /rayslurm\.yaml/],
		['\0', /rayslurm\.yaml/],
	])('%j is refused with the path', async (text, message) => {
		const path = put('home/project/rayslurm.yaml', text);
		await refused({}, message);
		await refused({}, path.replaceAll('.', '\\.'));
	});

	it('of a megabyte are refused unread', async () => {
		put('home/project/rayslurm.yaml', `venv: ${'x'.repeat(1_000_001)}`);
		await refused({}, /larger than a file of settings/);
	});

	it('with a number that is none are refused with the path, where it is read', async () => {
		const path = put('home/project/rayslurm.yaml', 'object-store: .nan');
		const { settings } = await find();
		expect(() => frozenNodeOf(settings, 20)).toThrowError(`${path}: not a number from 0.08 to 1000000: '.nan'`);
	});

	it('ask for a trace', async () => {
		traced.mockClear();
		await find();
		expect(traced).not.toHaveBeenCalled();
		await find({ environment: { RAYSLURM_DEBUG: '1' } });
		expect(traced).toHaveBeenCalledOnce();
	});

	it('that are no plain file are none', async () => {
		folder('home/project/rayslurm.yaml');
		symlinkSync('/nowhere', join(place, '.env'));
		expect((await find()).settings.size).toBe(0);
	});
});

describe('the node', () => {
	it('is frozen from its settings', async () => {
		const { settings } = await find({
			environment: { USER_PORT_OFFSET: '0', RAY_OBJECT_STORE: '1.5', RAYSLURM_INSECURE_NO_AUTH: '1' },
			flags: { interface: 'ib0' },
		});
		expect(frozenNodeOf(settings, 20)).toEqual({
			portOffset: { offset: 0, from: 'environment' },
			objectStoreBytes: 1_500_000_000,
			interface: 'ib0',
			insecureNoAuth: true,
			debug: false,
		});
	});

	it('has defaults', async () => {
		expect(frozenNodeOf((await find()).settings, 20)).toEqual({
			portOffset: undefined,
			objectStoreBytes: 20_000_000_000,
			interface: undefined,
			insecureNoAuth: false,
			debug: false,
		});
	});

	it.each([{ 'port-offset': '1.5' }, { 'port-offset': 'x' }, { 'object-store': '20GB' }, { 'object-store': '1e300' }])(
		'refuses %j',
		async (flags) => {
			const { settings } = await find({ flags });
			expect(() => frozenNodeOf(settings, 20)).toThrowError(expect.objectContaining({ kind: 'usage' }));
		},
	);
});

describe('processors for the local scheduler', () => {
	it('are promised as any layer of settings says', async () => {
		put('home/project/rayslurm.yaml', 'local-cpus: 3\n');
		await find();
		expect(promised).toHaveBeenLastCalledWith(3);
		await find({ environment: { RAYSLURM_LOCAL_CPUS: '16' } });
		expect(promised).toHaveBeenLastCalledWith(16);
	});

	it.each(['0', 'abc', '-1', '1.5', '100000'])('are no %s', async (text) => {
		await refused(
			{ environment: { RAYSLURM_LOCAL_CPUS: text } },
			/^RAYSLURM_LOCAL_CPUS: not a whole number from 1 to /,
		);
	});
});
