// The command itself, bundled as the build does it, in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleInto } from './bundle.ts';

let folder: string;
let program: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	program = join(folder, 'cli.cjs');
	bundleInto(program);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function typed(words: readonly string[], readerLeaves?: 'stdout' | 'stderr', cwd = process.cwd()) {
	const env = { PATH: process.env['PATH'], HOME: folder, RAYSLURM_SCHEDULER: 'local' };
	const child = spawn(process.execPath, [program, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
	if (readerLeaves !== undefined) child[readerLeaves].destroy();
	let errors = '';
	child.stderr.on('data', (text) => {
		errors += text;
	});
	const [code] = await once(child, 'close');
	return { code, errors };
}

it.each([
	[['--version'], undefined, 0],
	[['--version'], 'stdout', 141],
	[['connect', '--help'], 'stdout', 141],
	[['no-such-command'], 'stderr', 141],
] as const)('%j whose reader of %s has gone ends with %i, and quietly', async (words, readerLeaves, code) => {
	expect(await typed(words, readerLeaves)).toEqual({ code, errors: '' });
});

it.each([
	[
		'mkdir gone; cd gone; rmdir ../gone; exec "$@"',
		'ERROR: The folder you are in is not there any more\n  → cd "$PWD" if it was made anew; or cd ~\n',
	],
	[
		'exec "$@" >/dev/full',
		expect.stringMatching(/^ERROR: What was to be printed could not be written: ENOSPC[^\n]*\n$/),
	],
	['exec "$@" --no-such-option 2>/dev/full', ''],
])('a place that is not there, or full, is told in words: %s', (line, errors) => {
	const env = { PATH: process.env['PATH'], HOME: folder, RAYSLURM_SCHEDULER: 'local' };
	const words = ['-c', line, 'sh', process.execPath, program, 'status'];
	const { status, stderr } = spawnSync('sh', words, { cwd: folder, env, encoding: 'utf8' });
	expect([stderr, status]).toEqual([errors, 1]);
});

it('an error shows names without what would draw on the terminal', async () => {
	const { code, errors } = await typed(['head', 'submit', '--template-dir=/\x1b[2Jn\u202eo']);
	expect([code, errors.split('\n')[0]]).toEqual([1, 'ERROR: --template-dir: not there: /[2Jno']);
});

it('with --json an error is on stdout too, in the words of stderr', () => {
	const env = { PATH: process.env['PATH'], HOME: folder, RAYSLURM_SCHEDULER: 'local' };
	const said = spawnSync(process.execPath, [program, 'env', '999', '--json'], { cwd: folder, env, encoding: 'utf8' });
	const message = 'Connection file not found: outputs/ray_head_999.info';
	expect(JSON.parse(said.stdout)).toMatchObject({ schemaVersion: 1, error: { code: 'info-file-missing', message } });
	expect(said.stderr.split('\n')[0]).toBe(`ERROR: ${message}`);
	expect(said.status).toBe(4);
});

it.each([
	'head submit',
	'head submit --dry-run',
	'connect 7 x.py',
	'connect 7 --dry-run x.py',
	'head restart 7 --yes',
	'stop 7 --yes',
	'stop 7 --dry-run',
	'stop --all --yes',
	'clean --yes',
	'doctor --job --dry-run',
])('%s is refused in a project that others can write to', async (words) => {
	const project = join(folder, 'project');
	const corner = join(project, 'outputs/.rayslurm/heads/7');
	mkdirSync(corner, { recursive: true });
	chmodSync(join(project, 'outputs/.rayslurm'), 0o700);
	writeFileSync(join(project, 'x.py'), '');
	writeFileSync(join(corner, 'events.jsonl'), '');
	chmodSync(project, 0o777);
	const { code, errors } = await typed(words.split(' '), undefined, project);
	expect([code, errors]).toEqual([
		1,
		expect.stringContaining(
			`ERROR: The output folder outputs can be swapped for another: everybody can write to ${project}\n  → chmod go-w ${project}; or `,
		),
	]);
	expect(readdirSync(join(project, 'outputs'))).toEqual(['.rayslurm']);
});

it('doctor says of such a project what would be refused', () => {
	const project = join(folder, 'open');
	mkdirSync(project);
	chmodSync(project, 0o777);
	const env = { PATH: process.env['PATH'], HOME: folder, RAYSLURM_SCHEDULER: 'local' };
	const { stdout } = spawnSync(process.execPath, [program, 'doctor'], { cwd: project, env, encoding: 'utf8' });
	expect(stdout).toContain(`✗ The output folder ${project}/outputs can be swapped for another: everybody can write to`);
});
