// Making an environment with programs of straw: once for all who want it, whole or not at all, whatever happens meanwhile.

import { spawn } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	lchownSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseStat } from '../../src/adapters/processes.ts';
import { bundleInto } from '../bundle.ts';
import { StandIn } from './python-stand-in.ts';

let folder: string;
let program: string;
let here: StandIn;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	program = join(folder, 'cli.cjs');
	bundleInto(program);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
	here = new StandIn(program);
});
afterEach(() => here.end());

const CREATE = ['python', 'create', '2.60.0'];
const isAlive = (pid: number) => {
	const stat = existsSync(`/proc/${pid}`) ? parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')) : undefined;
	return stat !== undefined && stat.state !== 'Z';
};
const patient = { timeout: 5_000, interval: 10 };

describe('python create', () => {
	it('makes it, gives it its name, and uses it the next time', async () => {
		const first = await here.run(CREATE, { PYTHONPATH: '/somewhere', PIP_EXTRA: 'passed on' });
		expect(first).toEqual({
			code: 0,
			out: `${here.kept}/ray-2.60.0\n`,
			err: expect.stringMatching(
				/✓ virtual environment of Python 3\.11\.9, .*\n… fetching Ray 2\.60\.0\n… downloading ray 2\.60\.0 \(79\.3 MB\)\n✓ Ray 2\.60\.0 can be imported/,
			),
		});
		expect(here.left()).toEqual([]);
		expect(here.log()[0]).toBe('venv PYTHONPATH= PIP_EXTRA=passed on');
		expect(await here.run([...CREATE, '--json'])).toMatchObject({
			code: 0,
			err: '',
			out: expect.stringMatching(
				/^\{"schemaVersion":1,"isNew":false,"name":"2\.60\.0","ray":"2\.60\.0","python":"3\.11\.9"/,
			),
		});
		expect(here.installs()).toHaveLength(1);
	});

	it('prefers uv, and the newest is the newest released', async () => {
		here.addUv();
		expect(await here.run(CREATE)).toMatchObject({ code: 0, err: expect.stringContaining('made with uv') });
		expect(here.log().filter((line) => line.startsWith('uv'))).toEqual(['uv venv', 'uv pip']);
		here.forget('bin/uv');
		const newest = await here.run(['python', 'create']);
		expect(newest).toMatchObject({ code: 0, out: `${here.kept}/ray-2.60.0\n` });
		expect(newest.err).toContain('Kept already');
		expect(here.left()).toEqual([]);
	});

	it('of two at once one makes, and the other waits, says so, and uses what was made', async () => {
		here.put('pause', '');
		const both = [here.start(CREATE), here.start(CREATE)];
		let texts = ['', ''];
		for (const [at, { child }] of both.entries()) {
			child.stderr?.on('data', (text) => {
				texts = texts.map((each, other) => (other === at ? each + text : each));
			});
		}
		await expect.poll(() => texts.join(), patient).toMatch(/being made by process \d+ on \S+: waiting for it/);
		await expect.poll(() => here.installs(), patient).toHaveLength(1);
		here.forget('pause');
		for (const { said } of both) expect(await said).toMatchObject({ code: 0, out: `${here.kept}/ray-2.60.0\n` });
		expect(here.installs()).toHaveLength(1);
		expect(here.left()).toEqual([]);
	});

	it('that was killed leaves no name; the next one ends what it left running, takes its rubbish away, and makes it', async () => {
		here.put('pause', '');
		const { child, said } = here.start(CREATE);
		await expect.poll(() => here.installs(), patient).toHaveLength(1);
		const [pip = 0] = here.installs();
		child.kill('SIGKILL');
		child.stdout?.destroy();
		child.stderr?.destroy();
		await said;
		expect(isAlive(pip)).toBe(true);
		expect(await here.run(['python', 'list'])).toMatchObject({
			code: 0,
			out: '',
			err: expect.stringContaining('None is kept'),
		});
		const second = here.start(CREATE);
		await expect.poll(() => here.installs(), patient).toHaveLength(2);
		expect(isAlive(pip)).toBe(false);
		here.forget('pause');
		expect(await second.said).toMatchObject({ code: 0 });
		expect(here.left()).toEqual([]);
	});

	it.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('that hears %s leaves nothing', async (signal, code) => {
		here.put('pause', '');
		const { child, said } = here.start(CREATE);
		await expect.poll(() => here.installs(), patient).toHaveLength(1);
		child.kill(signal);
		expect(await said).toMatchObject({ code, out: '', err: expect.stringMatching(/ERROR: Interrupted\n$/) });
		expect(here.left()).toEqual([]);
		expect(readdirSync(join(here.kept, 'made'))).toEqual([]);
		expect(isAlive(here.installs()[0] ?? 0)).toBe(false);
	});

	it('that is interrupted ends also what its programs have started, before it ends itself', async () => {
		here.put('pause', '');
		here.put('slow-child', '');
		const { child, said } = here.start(CREATE);
		await expect.poll(() => here.children(), patient).toHaveLength(1);
		await expect.poll(() => here.installs(), patient).toHaveLength(1);
		child.kill('SIGINT');
		expect(await said).toMatchObject({ code: 130 });
		expect(isAlive(here.children()[0] ?? 0)).toBe(false);
	});

	it('that waits for another hears ctrl-C, and the other goes on', async () => {
		here.put('pause', '');
		const maker = here.start(CREATE);
		await expect.poll(() => here.installs(), patient).toHaveLength(1);
		const waiter = here.start(CREATE);
		const waits = new Promise((resolve) => waiter.child.stderr?.once('data', resolve));
		await waits;
		waiter.child.kill('SIGINT');
		expect(await waiter.said).toMatchObject({ code: 130 });
		here.forget('pause');
		expect(await maker.said).toMatchObject({ code: 0 });
		expect(here.left()).toEqual([]);
	});

	it('that fails says why, and leaves nothing', async () => {
		here.put('fail', 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n');
		const { code, out, err } = await here.run([...CREATE, '--json']);
		expect(code).toBe(1);
		expect(JSON.parse(out).error).toMatchObject({
			code: 'failed',
			message: expect.stringContaining('No space is left'),
		});
		expect(err).toContain('--python-dir');
		expect(here.left()).toEqual([]);
	});

	it('makes one anew whose Python has gone', async () => {
		await here.run(CREATE);
		const before = realpathSync(`${here.kept}/ray-2.60.0`);
		rmSync(`${before}/bin/python`);
		expect(await here.run(CREATE)).toMatchObject({ code: 0 });
		expect(realpathSync(`${here.kept}/ray-2.60.0`)).not.toBe(before);
		expect(here.left()).toEqual([]);
	});

	it.each([
		[['python', 'create', '2.39.0'], 2, 'too old'],
		[['python', 'create', 'newest'], 2, 'not a version of Ray'],
		[[...CREATE, '--python', '3.99'], 127, 'There is no python3.99 here'],
		[[...CREATE, '--python-dir', '/dev/null/x'], 1, 'Cannot make the folder /dev/null/x'],
	])('%j is exit %i', async (words, code, told) => {
		expect(await here.run(words)).toMatchObject({ code, err: expect.stringContaining(told) });
	});

	it('with --dry-run shows what would be run, and runs none of it', async () => {
		const { code, out } = await here.run([...CREATE, '--dry-run']);
		expect({ code, lines: out.trim().split('\n').length }).toEqual({ code: 0, lines: 2 });
		expect(out).toMatch(/-m venv .*\n.*'ray\[default\]==2\.60\.0'\n/);
		expect({ log: here.log(), made: existsSync(here.kept) }).toEqual({ log: [], made: false });
	});
});

describe('python list and remove', () => {
	it('show it, and take it away when it is not in use', async () => {
		await here.run(CREATE);
		expect((await here.run(['python', 'list'])).out).toMatch(
			/^NAME +RAY +PYTHON +SIZE +LAST USED +PATH\n2\.60\.0 +2\.60\.0 +3\.11\.9 +0 MB +never +\/\S+\/ray-2\.60\.0\n$/,
		);
		const name = ['python', 'remove', '2.60.0'];
		expect(await here.run(name)).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
		here.put('pause', '');
		const busy = spawn(join(here.kept, 'ray-2.60.0/bin/python'), ['-m', 'pip', 'install', 'x'], {
			env: { STAND_IN: here.top, TMPDIR: join(here.top, 'tmp') },
			stdio: 'ignore',
		});
		await expect.poll(() => here.installs(), patient).toHaveLength(2);
		expect(await here.run([...name, '--yes'])).toMatchObject({
			code: 1,
			err: expect.stringMatching(new RegExp(`2\\.60\\.0 is in use: process ${busy.pid} `)),
		});
		busy.kill('SIGKILL');
		await new Promise((resolve) => busy.once('close', resolve));
		expect(await here.run([...name, '--yes', '--json'])).toMatchObject({
			code: 0,
			out: expect.stringMatching(/^\{"schemaVersion":1,"removed":\["2\.60\.0"\]/),
		});
		expect(readdirSync(here.kept)).toEqual(['made']);
		expect(readdirSync(join(here.kept, 'made'))).toEqual([]);
		expect(await here.run([...name, '--yes'])).toMatchObject({
			code: 2,
			err: expect.stringContaining('No such environment'),
		});
	});

	it.skipIf(process.getuid?.() !== 0)(
		'do not know what a stranger has put there, nor anything where others can write',
		async () => {
			await here.run(CREATE);
			symlinkSync(realpathSync(`${here.kept}/ray-2.60.0`), `${here.kept}/ray-2.99.0-py3.9`);
			lchownSync(`${here.kept}/ray-2.99.0-py3.9`, 65_534, 65_534);
			const names = async () =>
				JSON.parse((await here.run(['python', 'list', '--json'])).out).environments.map(
					(each: { name: string }) => each.name,
				);
			expect(await names()).toEqual(['2.60.0']);
			chmodSync(here.kept, 0o1777);
			expect(await names()).toEqual([]);
			const refused = await here.run(CREATE);
			expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('others can write there') });
		},
	);
});
