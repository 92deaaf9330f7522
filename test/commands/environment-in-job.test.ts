// How the environment of Ray is set up in a rendered job script, run by bash: what goes wrong is said with its cause, and
// nothing that an environment does by the way reaches the job's output, folder or shell.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { render } from './rendered.ts';

let top: string;
let place: string;
beforeEach(() => {
	top = mkdtempSync(join(tmpdir(), 'templates-'));
	place = join(top, 'place');
	mkdirSync(place);
});
afterEach(() => rmSync(top, { recursive: true }));

function put(name: string, text: string, mode = 0o644): string {
	const path = join(top, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text);
	chmodSync(path, mode);
	return path;
}

/** The supervisor of straw says where it is, what it sees, and of which shell options it was born. */
function runJob(kind: string, words: readonly string[], environment: Record<string, string> = {}) {
	const supervisor = put(
		'supervisor.sh',
		'echo "in $PWD, SEEN=$SEEN, ray: $(command -v ray)"; command -v python; true\n',
	);
	const script = render('head', {
		NODE: '/bin/bash',
		RAYSLURM: [supervisor],
		ENVIRONMENT_KIND: kind,
		ENVIRONMENT: words,
		RAY_OPTIONS: [],
		SUPERVISOR_OPTIONS: [],
	});
	const { status, stdout, stderr } = spawnSync('bash', [put('job.sh', script)], {
		cwd: place,
		env: { PATH: '/usr/bin:/bin', ...environment },
		encoding: 'utf8',
	});
	return { code: status, out: stdout, err: stderr };
}

const venv = (activate: string, name = 'env') => {
	put(`${name}/bin/python`, '', 0o755);
	put(`${name}/bin/ray`, '', 0o755);
	return dirname(dirname(put(`${name}/bin/activate`, activate)));
};

describe('what an environment does by the way', () => {
	it.each([
		['prints', 'echo junk; echo more >&2; export SEEN=it', 'junk\nmore\n'],
		['goes elsewhere', 'cd /; export SEEN=it', ''],
		['is strict', 'set -euo pipefail; export SEEN=it', ''],
		['is loud', 'set -v +v; export SEEN=it', expect.any(String)],
	])('stays with it: it %s', (_, text, err) => {
		expect(runJob('setup', [put('setup.sh', text)])).toEqual({
			code: 0,
			out: expect.stringMatching(new RegExp(`^in ${place}, SEEN=it, ray: \n`)),
			err,
		});
	});

	it.each([0, 3])('does not end the job unsaid: exit %i', (code) => {
		const setup = put('setup.sh', `exit ${code}`);
		expect(runJob('setup', [setup])).toEqual({
			code: 1,
			out: '',
			err: `ERROR: The environment ended the job (exit ${code}): setup ${setup}\n`,
		});
	});
});

const FAILED = (code: number, words: string, hint = '') =>
	new RegExp(
		`^ERROR: The environment could not be set up \\(code ${code}\\): ${words}$${hint === '' ? '' : `\\n  → .*${hint}`}`,
		'm',
	);

describe('a failure is said with its cause', () => {
	it.each([
		['setup', ['/nowhere.sh'], FAILED(1, 'setup /nowhere.sh', `not there on ${hostname()}`)],
		['venv', ['/nowhere'], FAILED(1, 'venv /nowhere', `not there on ${hostname()}`)],
		['module', ['ray'], FAILED(127, 'module ray', 'no module command')],
		['conda', ['ray'], FAILED(127, 'conda ray', 'no conda')],
	])('%s %j', (kind, words, err) => {
		expect(runJob(kind, words)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(err) });
	});

	it('a virtual environment whose activate fails', () => {
		const folder = venv('echo "sorry" >&2; return 4');
		expect(runJob('venv', [folder])).toMatchObject({
			code: 1,
			err: expect.stringMatching(/sorry\nERROR: .*\(code 4\): venv/),
		});
	});

	it('a virtual environment whose Python is not on this node', () => {
		const folder = venv('');
		rmSync(`${folder}/bin/python`);
		symlinkSync('/opt/gone/python3.9', `${folder}/bin/python`);
		expect(runJob('venv', [folder])).toMatchObject({
			code: 1,
			err: expect.stringMatching(FAILED(127, `venv ${folder}`, 'its Python is not on .*: /opt/gone/python3\\.9')),
		});
	});

	it('a module that does not load', () => {
		const root = dirname(dirname(put('modules/init/bash', 'module() { echo "no such module: $2" >&2; return 1; }')));
		expect(runJob('module', ['ray/9'], { MODULESHOME: root })).toMatchObject({
			code: 1,
			err: expect.stringMatching(/no such module: ray\/9\nERROR: .*\(code 1\): module ray\/9/),
		});
	});

	it('a conda environment that conda does not know', () => {
		put('conda/etc/profile.d/conda.sh', 'conda() { echo "EnvironmentNameNotFound: $2" >&2; return 1; }');
		expect(runJob('conda', ['ray', join(top, 'conda')])).toMatchObject({
			code: 1,
			err: expect.stringMatching(/EnvironmentNameNotFound: ray\nERROR: .*\(code 1\): conda ray/),
		});
	});
});

describe('an environment is set up', () => {
	it('by modules, where only their init file is there', () => {
		const init = put('modules/init/bash', 'module() { export SEEN="$*"; echo "loading"; }');
		expect(runJob('module', ['ray/2', 'cuda'], { MODULESHOME: dirname(dirname(init)) })).toMatchObject({
			code: 0,
			out: expect.stringContaining('SEEN=load ray/2 cuda,'),
		});
	});

	it('by a conda that is only in PATH', () => {
		put('bin/conda', `#!/bin/sh\n[ "$*" = 'shell.bash hook' ] && echo 'conda() { export SEEN="$*"; }'\n`, 0o755);
		expect(runJob('conda', ['ray'], { PATH: `${top}/bin:/usr/bin:/bin` })).toMatchObject({
			code: 0,
			out: expect.stringContaining('SEEN=activate ray,'),
		});
	});

	it('by a conda environment named by its folder', () => {
		put('prefix/bin/ray', '', 0o755);
		expect(runJob('conda', [`${top}/prefix`]).out).toContain(`ray: ${top}/prefix/bin/ray`);
	});

	it('by a real virtual environment, and python is its own', () => {
		const folder = join(top, 'real env');
		expect(spawnSync('/usr/bin/python3', ['-m', 'venv', '--without-pip', folder]).status).toBe(0);
		for (const [kind, word] of [
			['venv', folder],
			['path', join(folder, 'bin')],
		] as const) {
			expect(runJob(kind, [word])).toEqual({
				code: 0,
				out: expect.stringMatching(new RegExp(`\n${folder}/bin/python\n$`)),
				err: '',
			});
		}
	});
});
