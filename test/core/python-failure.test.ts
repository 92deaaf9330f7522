// What Python, pip and uv print when they fail, as they were seen to print it, and what a person is told.
import { describe, expect, it } from 'vitest';
import { installTrouble, type MakingFailure, oldPython, venvTrouble } from '../../src/core/python-failure.ts';

const pip = (output: string, more: Partial<MakingFailure> = {}): MakingFailure => ({
	output,
	code: 1,
	folder: '/k',
	installer: { kind: 'pip', program: 'python3' },
	room: 1e12,
	...more,
});
const uv = (output: string): MakingFailure =>
	pip(output, { installer: { kind: 'uv', program: 'uv', python: 'python3' } });

const NO_VENV = `The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv

You may need to use sudo with that command.`;
const PIP_OFFLINE = `WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/ray/
ERROR: Could not find a version that satisfies the requirement ray==2.59.0 (from versions: none)
ERROR: No matching distribution found for ray==2.59.0`;
const UV_OFFLINE = `error: Request failed after 3 retries in 10.0s
  cause: Failed to fetch: <the index>
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)`;
const PIP_UNKNOWN = `ERROR: Could not find a version that satisfies the requirement ray==2.41.7 (from versions: 2.9.0, 2.41.0, 2.60.0)
ERROR: No matching distribution found for ray==2.41.7`;
const UV_ABI = `error: No solution found when resolving dependencies
  cause: Because ray==2.40.0 has no wheels with a matching Python ABI tag (e.g., \`cp314\`) and you require ray==2.40.0, we can conclude that your requirements are unsatisfiable.

hint: You require CPython 3.14 (\`cp314\`), but we only found wheels for \`ray\` (v2.40.0) with the following Python ABI tags: \`cp311\`, \`cp312\``;
const UV_UNKNOWN = `error: No solution found when resolving dependencies
  cause: Because there is no version of ray==2.41.7 and you require ray==2.41.7, we can conclude that your requirements are unsatisfiable.`;

describe('a virtual environment that cannot be made', () => {
	it.each([
		[
			'venv without ensurepip',
			pip(NO_VENV),
			'program-missing',
			'python3 has no venv module',
			'apt install python3.11-venv',
		],
		['no venv', pip('python3: No module named venv'), 'program-missing', 'python3 has no venv module', 'python3-venv'],
		[
			'no such Python',
			uv('error: No interpreter found for Python 3.77'),
			'program-missing',
			'There is no python3 here',
			'uv python list',
		],
		[
			'a full disk that nobody mentions',
			pip('ensurepip returned non-zero exit status 1.', { room: 0 }),
			'failed',
			'No space',
			'--python-dir',
		],
		[
			'something else',
			pip('junk\nError: Refusing to create a venv in /a:b'),
			'failed',
			'Refusing to create',
			'--debug',
		],
	])('%s', (_, failure, kind, message, hint) => {
		expect(venvTrouble(failure)).toMatchObject({
			kind,
			message: expect.stringContaining(message),
			hint: expect.stringContaining(hint),
		});
	});
});

it('a Python that is too old says which it is, and what Ray needs', () => {
	expect(oldPython({ kind: 'pip', program: '/usr/bin/python3' }, '3.6.8').message).toBe(
		'/usr/bin/python3 is too old: it is 3.6.8, and Ray 2.40 needs Python 3.9 or later',
	);
});

describe('a Ray that cannot be installed', () => {
	it.each([
		[
			'full, says pip',
			pip('ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'),
			/^No space is left .*\/k, or for temporary files$/,
			'TMPDIR',
		],
		[
			'full, says uv',
			uv('  cause: failed to copy file: No space left on device (os error 28)'),
			/^No space is left/,
			'--python-dir',
		],
		['quota', pip('OSError: [Errno 122] Disk quota exceeded'), /^Your disk quota is used up/, '--python-dir'],
		['pip offline', pip(PIP_OFFLINE), /^Ray 2\.59\.0 could not be fetched: .*Connection refused/, 'pip config list'],
		[
			'uv offline',
			uv(UV_OFFLINE),
			/^Ray 2\.59\.0 could not be fetched: Connection refused \(os error 111\)$/,
			'uv.toml',
		],
		[
			'pip without this version',
			pip(PIP_UNKNOWN),
			/not offered for Python 3\.14\.1; there is 2\.41\.0 to 2\.60\.0$/,
			'another version, or another Python: rayslurm python create 2.59.0 --python 3.12',
		],
		['uv without this version', uv(UV_UNKNOWN), /^Ray 2\.59\.0 is not offered for Python 3\.14\.1$/, 'another version'],
		[
			'uv with another Python',
			uv(UV_ABI),
			/it needs Python 3\.11, 3\.12$/,
			'rayslurm python create 2.59.0 --python 3.12',
		],
		[
			'an index without Ray',
			pip('ERROR: No matching distribution (from versions: none)'),
			/^No Ray at all is offered/,
			'pip config list',
		],
		[
			'a compiler',
			pip('  ERROR: Failed building wheel for grpcio\nerror: x'),
			/^grpcio had to be compiled/,
			'rayslurm python create 2.59.0 --python 3.12',
		],
		[
			'something else',
			pip('junk\nERROR: what is this\nmore'),
			/^Installing Ray 2\.59\.0 failed with code 1: ERROR: what is this$/,
			'--debug',
		],
		['nothing', pip(''), /it said nothing$/, '--debug'],
	])('%s', (_, failure, message, hint) => {
		expect(installTrouble(failure, '2.59.0', '3.14.1')).toMatchObject({
			kind: 'failed',
			message: expect.stringMatching(message),
			hint: expect.stringContaining(hint),
		});
	});

	it('names the versions of the same kind that there are', () => {
		expect(installTrouble(pip(PIP_UNKNOWN), '2.41.7', '3.11.2').message).toBe(
			'Ray 2.41.7 is not offered for Python 3.11.2; there is 2.41.0',
		);
	});
});
