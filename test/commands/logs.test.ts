// `rayslurm logs` on files of straw: what is shown, what is refused, and who is asked.
import { appendFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { command } from '../../src/commands/logs.ts';
import type { Shell } from '../../src/commands/shell.ts';
import { isLogOf } from '../../src/core/layout.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { home, place, put, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

const outputs = 'home/project/outputs';
let asked: string[][];
let state: KnownState;
beforeEach(() => {
	asked = [];
	state = { kind: 'gone' };
});

async function type(...words: string[]) {
	const said = { out: '', err: '' };
	const out: Buffer[] = [];
	const straw = strawWorld({
		register: { add: async () => {}, heads: async () => [] },
		readInfo: async () => ({ kind: 'missing' }),
		node: { hostName: 'here' },
		rayLogs: { ofJob: async () => undefined, list: async () => [] },
		scheduler: {
			title: 'Slurm',
			lookHint: (job: string) => `squeue -j ${job}`,
			states: async (jobs: string[]) => {
				asked.push(jobs);
				return new Map(jobs.map((job) => [job, state]));
			},
		},
	} as unknown as Partial<World>);
	// Its state files are those on the disk.
	const { readdir, readFile } = await import('node:fs/promises');
	straw.world.files.list = (path) => readdir(path).catch(() => []);
	(straw.world.files as { readState: unknown }).readState = (path: string) =>
		readFile(path, 'utf8').catch(() => undefined);
	(straw.world.files as { readEnd: unknown }).readEnd = straw.world.files.readState;
	const shell = {
		words,
		cwd: place,
		environment: { HOME: home, PATH: '/usr/bin:/bin' },
		out: (text: string) => {
			said.out += text;
		},
		err: (text: string) => {
			said.err += text;
		},
		outBytes: async (bytes: Uint8Array) => void out.push(Buffer.from(bytes)),
		errBytes: async () => {},
		columns: () => undefined,
		world: async () => straw.world,
		interrupted: () => new Promise(() => {}),
		traceFromNowOn: () => {},
		openAtOnce: async () => {},
	} as unknown as Shell;
	const code = await command(shell);
	return { code, ...said, bytes: Buffer.concat(out) };
}

function client(job: string, record: object = { script: 'a.py' }, name = 'a') {
	put(
		`${outputs}/.rayslurm/heads/12/clients/${job}.json`,
		JSON.stringify({ job, arguments: [], submitted: 'x', ...record }),
	);
	return (text: string | Buffer, ending = 'out') => {
		const path = put(`${outputs}/slurm_logs/${job}-ray-client-${name}.${ending}`, '');
		appendFileSync(path, text);
		return path;
	};
}

it.each([
	['34-ray-client-a.out', true],
	['34-ray-head-a_b.err', true],
	['34-ray-head-a b.err', false],
	['34-ray-head-\x1b[2Ja.err', false],
	['34-ray-head-a\n.err', false],
	['034-ray-client-a.out', false],
	['345-ray-client-a.out', false],
	['34-ray-logs', false],
	['34-ray-client-a.out~', false],
	['334-ray-client-a.out', false],
])('is %j a log of job 34?', (name, is) => {
	expect(isLogOf(name, '34')).toBe(is);
});

describe('rayslurm logs', () => {
	it("prints a script's output byte for byte, and asks nobody", async () => {
		const bytes = Buffer.from([0, 10, 13, 255, 254, 27, 91, 65]);
		client('34')(bytes);
		expect(await type('34')).toMatchObject({ code: 0, out: '', err: '', bytes });
		expect(asked).toEqual([]);
	});

	it.each([
		[['-n', '2'], 'b\nc'],
		[['-n2'], 'b\nc'],
		[['--lines=1'], 'c'],
		[['-n', '0'], ''],
		[['-n', '99'], 'a\nb\nc'],
	])('%j', async (words, text) => {
		client('34')('a\nb\nc');
		expect((await type('34', ...words)).bytes.toString()).toBe(text);
	});

	it.each([['-1'], ['x'], ['1.5'], ['+3']])('-n %s is refused', async (number) => {
		await expect(type('34', `--lines=${number}`)).rejects.toMatchObject({ kind: 'usage' });
	});

	it('counts lines over blocks of any size', async () => {
		const line = `${'x'.repeat(999)}\n`;
		client('34')(line.repeat(300));
		expect((await type('34', '-n', '200')).bytes.length).toBe(200_000);
	});

	it('--err: the other file; an empty output says where there is more', async () => {
		const write = client('34');
		write('');
		write('oh\n', 'err');
		expect((await type('34', '--err')).bytes.toString()).toBe('oh\n');
		expect(await type('34')).toMatchObject({
			bytes: Buffer.alloc(0),
			err: expect.stringMatching(/is empty\. Its errors, .*: rayslurm logs --err 34\n$/),
		});
	});

	it('of a head and of a worker: what their supervisors say', async () => {
		client('34', { script: undefined }, 'ray-worker')('joined\n', 'err');
		expect((await type('34')).bytes.toString()).toBe('joined\n');
		put(`${outputs}/slurm_logs/12-ray-head-ray.err`, 'Ray answers\n');
		expect((await type('12')).bytes.toString()).toBe('Ray answers\n');
	});

	it('tells jobs apart whose ids begin alike, and takes nothing else for a log', async () => {
		client('34')('mine\n');
		put(`${outputs}/slurm_logs/345-ray-client-a.out`, 'not it\n');
		put(`${outputs}/slurm_logs/34-ray-logs/here/raylet.out`, 'not it\n');
		expect((await type('34')).bytes.toString()).toBe('mine\n');
	});

	it('refuses a planted link, wherever it leads', async () => {
		client('34');
		put('home/secret', 'secret');
		put(`${outputs}/slurm_logs/x`, '');
		symlinkSync(join(top, 'home/secret'), join(top, outputs, 'slurm_logs/34-ray-client-a.out'));
		await expect(type('34')).rejects.toMatchObject({ exitCode: 5, message: expect.stringContaining('symbolic link') });
	});

	it('before the start: why it is pending, and what waits', async () => {
		client('34');
		state = { kind: 'pending', reason: 'Priority', expectedStart: '2026-11-21T18:00:00' };
		expect(await type('34')).toMatchObject({
			code: 0,
			bytes: Buffer.alloc(0),
			err: expect.stringContaining('(Priority)'),
		});
		expect(asked).toEqual([['34']]);
	});

	it.each([
		[{ kind: 'gone' }, 3],
		[{ kind: 'ended', how: 'CANCELLED' }, 3],
		[{ kind: 'unknown', why: 'down' }, 75],
	] as const)('no log, and Slurm says %j: exit %i', async (said, exitCode) => {
		client('34');
		state = said;
		await expect(type('34')).rejects.toMatchObject({ exitCode });
	});

	it('a task of an array by its own name; the array itself needs one', async () => {
		client('40', { script: 'a.py', array: '1-3' });
		const events = (job: string, task: string) =>
			put(
				`${outputs}/.rayslurm/heads/12/clients/${job}.events.jsonl`,
				`${JSON.stringify({ at: '0', step: 'running', node: 'n', task })}\n`,
			);
		events('41', '40_1');
		events('40', '40_3');
		put(`${outputs}/slurm_logs/41-ray-client-a.out`, 'one\n');
		expect((await type('40_1')).bytes.toString()).toBe('one\n');
		expect((await type('41')).bytes.toString()).toBe('one\n');
		await expect(type('40')).rejects.toMatchObject({ kind: 'usage', hint: expect.stringContaining('40_[1,3]') });
		state = { kind: 'pending', reason: 'JobArrayTaskLimit' };
		expect((await type('40_2')).err).toContain('Job 40_2 is pending: its array runs as many tasks as it may');
		expect(asked).toEqual([['40_2']]);
	});

	it.each([
		['--json', '34'],
		['34', '--json'],
	])('%s %s', async (...words) => {
		const output = client('34')('a\n');
		const facts = JSON.parse((await type(...words)).out);
		expect(facts).toMatchObject({ schemaVersion: 1, job: '34', kind: 'client', output });
	});

	it.each([
		[[]],
		[['34', '35']],
		[['34', '--node', 'n']],
		[['34', '--ray', '-f']],
		[['34', '--ray', '-n', '3']],
		[['34', '--ray=a', 'b']],
		[['34', '--ray', 'a', '--json']],
		[['34', '--folow']],
	])('%j is refused', async (words) => {
		client('34');
		await expect(type(...words)).rejects.toMatchObject({ exitCode: 2 });
	});

	it.each([
		[['34', '--ray', 'raylet.out']],
		[['--ray', 'raylet.out', '34']],
		[['--ray=raylet.out', '34']],
		[['34', '--ray']],
		[['--ray', '34']],
	])('%j asks for logs of job 34', async (words) => {
		client('34');
		await expect(type(...words)).rejects.toMatchObject({
			exitCode: 3,
			message: expect.stringContaining('Job 34 has ended'),
		});
	});

	it('--help has three examples that begin alike', async () => {
		const { out, code } = await type('--help');
		expect(code).toBe(0);
		expect(out.match(/^ {2}rayslurm logs /gm)?.length).toBeGreaterThanOrEqual(3);
	});
});
