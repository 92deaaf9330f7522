// Rendered scripts run by bash, with a supervisor of straw: what it is told, what it hears, and whose code the job returns.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Holes } from '../../src/core/template.ts';
import { NASTY_WORDS, type Role, render } from './rendered.ts';

describe('a rendered script, run by bash', () => {
	const plain: Holes = { ENVIRONMENT_KIND: 'path', ENVIRONMENT: [], RAY_OPTIONS: [], SUPERVISOR_OPTIONS: [] };

	/** The supervisor of straw is a bash script; its words and what it hears go to files. */
	function straw(role: Role, supervisor: string, more: Holes = {}, node = '/bin/bash') {
		const path = put('supervisor of straw.sh', `cd "${folder}" || exit 99\n${supervisor}\n`);
		const script = render(role, { ...plain, NODE: node, RAYSLURM: [path], ...more });
		const child = spawn('bash', [put('job.sh', script)], {
			stdio: ['ignore', 'pipe', 'pipe'],
			cwd: folder,
			env: { PATH: '/usr/bin:/bin', NODE_OPTIONS: '--bad' },
		});
		let output = '';
		for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
		const ended = new Promise<{ code: number; output: string }>((done) => {
			child.once('close', (code, signal) =>
				done({ code: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], output }),
			);
		});
		return { child, ended, saw: () => output };
	}

	const words = 'printf "%s\\0" "$@" >words';
	const seenWords = () => readFileSync(join(folder, 'words'), 'utf8').split('\0').slice(0, -1);

	it("a head's supervisor gets its words byte for byte, and its code is the job's", async () => {
		const { ended } = straw('head', `${words}; echo "[$NODE_OPTIONS]"; exit 7`, {
			SUPERVISOR_OPTIONS: NASTY_WORDS,
			RAY_OPTIONS: NASTY_WORDS,
		});
		expect(await ended).toEqual({ code: 7, output: '[]\n' });
		expect(seenWords()).toEqual(['idle-watch', ...NASTY_WORDS, '--', ...NASTY_WORDS]);
		expect(existsSync('/tmp/rayslurm-was-here')).toBe(false);
	});

	it.each([
		[NASTY_WORDS, ['x.py', ...NASTY_WORDS]],
		[[], ['x.py']],
		[['--num-cpus', '--'], []],
		[[], []],
	])("a client's supervisor gets ray start's %j and the script's %j", async (ray, script) => {
		const { ended } = straw('client', words, { SUPERVISOR_OPTIONS: ['--x=1'], RAY_OPTIONS: ray, SCRIPT: script });
		expect(await ended).toEqual({ code: 0, output: '' });
		expect(seenWords()).toEqual(['run-client', '--x=1', '--ray-options', String(ray.length), '--', ...ray, ...script]);
	});

	it('every signal is heard as a word, twice if it comes twice, and ends nothing by itself', async () => {
		const { child, ended, saw } = straw(
			'head',
			'for i in 1 2 3 4 5 6; do echo ready; read -r word; echo "heard $word"; done; exit 3',
		);
		for (const [heard, signal] of (['USR1', 'TERM', 'USR1', 'INT', 'HUP', 'USR2'] as const).entries()) {
			await expect.poll(() => saw().split('ready').length, { interval: 2 }).toBe(heard + 2);
			child.kill(`SIG${signal}`);
		}
		const { code, output } = await ended;
		expect(code).toBe(3);
		expect(output.match(/(?<=heard )\w+/g)).toEqual(['USR1', 'TERM', 'USR1', 'INT', 'HUP', 'USR2']);
	});

	it('a signal that comes before the supervisor listens is kept for it', async () => {
		const { child, ended, saw } = straw(
			'client',
			'echo up; while [ ! -e go ]; do sleep 0.01; done; read -r word; echo "heard $word"',
		);
		await expect.poll(saw, { interval: 2 }).toContain('up');
		child.kill('SIGUSR1');
		await new Promise((later) => setTimeout(later, 20));
		put('go', '');
		expect(await ended).toMatchObject({ code: 0, output: 'up\nheard USR1\n' });
	});

	it.each([
		['was not there', '/nowhere/node', 'exit 0', 127],
		['returned 127 at once', '/bin/bash', 'exit 127', 127],
		['ended before anybody waited', '/bin/true', '', 0],
		['died of a signal', '/bin/bash', 'kill -TERM $$', 143],
	])('a supervisor that %s gives the job its code', async (_, node, supervisor, code) => {
		expect(await straw('head', supervisor, {}, node).ended).toMatchObject({ code });
	});

	it('a killed supervisor is waited for until its guard has cleared up', async () => {
		// Longer than a look for it takes.
		const guard = '(sleep 1.5; echo HUP >&3; touch cleared; echo swept >&3) & kill -KILL $$';
		const { child, ended } = straw('head', `exec 3>&0; ${guard}`);
		let cleared: boolean | undefined;
		child.once('exit', () => {
			cleared = existsSync(join(folder, 'cleared'));
		});
		expect(await ended).toMatchObject({ code: 137 });
		expect(cleared).toBe(true);
	});

	it('a supervisor that was killed before it had a guard is not waited for', async () => {
		const began = performance.now();
		expect(await straw('head', 'kill -KILL $$').ended).toMatchObject({ code: 137 });
		expect(performance.now() - began).toBeLessThan(10_000);
	});

	it.each([
		['setup', (path: string) => [join(path, 'bin', 'activate')], 'active\n'],
		['venv', (path: string) => [path], 'active\n'],
		['conda', (path: string) => ['ray', path], 'conda.sh of active: activate ray\n'],
		['conda', (path: string) => [path, '/nowhere'], 'in PATH\n'],
		['path', () => [], 'nothing\n'],
	])('the environment of kind %s is set up', async (kind, wordsOf, expected) => {
		const path = join(folder, "an env's $(id)");
		put(join(path, 'bin', 'activate'), 'SEEN=active; export SEEN');
		put(join(path, 'bin', 'python'), '', 0o755);
		put(join(path, 'etc/profile.d/conda.sh'), 'conda() { SEEN="conda.sh of active: $*"; export SEEN; }');
		put(join(path, 'bin', 'is-in-path'), '#!/bin/sh\necho in PATH\n', 0o755);
		const { ended } = straw('client', '[ -n "$SEEN" ] && exec echo "$SEEN"; is-in-path 2>/dev/null || echo nothing', {
			ENVIRONMENT_KIND: kind,
			ENVIRONMENT: wordsOf(path),
		});
		expect(await ended).toEqual({ code: 0, output: expected });
	});

	it.each([
		['venv', ['/nowhere'], 'ERROR: The environment could not be set up (code 1): venv /nowhere'],
		['module', ['ray', 'cuda/12'], 'ERROR: The environment could not be set up (code 127): module ray cuda/12'],
		['conda', ['ray'], 'ERROR: The environment could not be set up (code 127): conda ray'],
	])('an environment of kind %s that fails ends the job with the reason', async (kind, environment, message) => {
		const { code, output } = await straw('head', 'echo started', { ENVIRONMENT_KIND: kind, ENVIRONMENT: environment })
			.ended;
		expect(code).toBe(1);
		expect(output).toContain(message);
		expect(output).not.toContain('started');
	});

	it('a set-up file that ends badly is told of, and the job goes on', async () => {
		const setup = put('setup.sh', 'export SEEN=half; false');
		const { code, output } = await straw('head', 'echo "$SEEN"', { ENVIRONMENT_KIND: 'setup', ENVIRONMENT: [setup] })
			.ended;
		// Two streams: which comes first is nobody's word.
		expect({ code, lines: output.trimEnd().split('\n').toSorted() }).toEqual({
			code: 0,
			lines: [`WARNING: ${setup} ended with code 1`, 'half'],
		});
	});

	it('the limit on open files is raised as far as it may be', async () => {
		const { output } = await straw('head', 'ulimit -Sn; ulimit -Hn').ended;
		const [soft, hard] = output
			.split('\n')
			.map((line) => (line === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line)));
		expect(soft).toBeGreaterThanOrEqual(Math.min(65_536, hard ?? 0));
	});
});

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'templates-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, text: string, mode = 0o644): string {
	const path = resolve(folder, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text, { mode });
	return path;
}
