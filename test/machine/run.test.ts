// Programs run to their end by the machine itself: what they say, how they end, and what is told when they cannot.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/adapters/run.ts';
import { until } from '../testbed/until.ts';

const LIMIT = { timeoutMs: 10_000 };
const ended = { missing: false, timedOut: false };

describe('run', () => {
	it.each<readonly [string, string[], object]>([
		['what it says', ['sh', '-c', 'printf "a\\nb"; printf e >&2'], { code: 0, stdout: 'a\nb', stderr: 'e', ...ended }],
		['its code', ['sh', '-c', 'echo x; exit 7'], { code: 7, stdout: 'x\n', stderr: '', ...ended }],
		['a signal', ['sh', '-c', 'kill -TERM $$'], { code: 1, stdout: '', stderr: '', ...ended }],
		['words as they are', ['printf', '%s|', '', 'a b', '$(id)', "it's"], { stdout: "|a b|$(id)|it's|" }],
		['no input', ['cat'], { code: 0, stdout: '' }],
		['a program that is not there', ['no-such'], { code: 1, stderr: 'spawn no-such ENOENT', missing: true }],
		['a file that is no program', ['/etc/passwd'], { code: 1, missing: true, timedOut: false }],
		[
			'a word longer than the kernel takes',
			['true', 'x'.repeat(3_000_000)],
			{ code: 1, stderr: 'spawn E2BIG', missing: false },
		],
		['a word that no program can have', ['true', 'a\0b'], { code: 1, stderr: expect.stringContaining('null bytes') }],
	])('tells %s', async (_what, argv, expected) => {
		expect(await run(argv, LIMIT)).toMatchObject(expected);
	});

	it('ends what takes too long, also where something of it holds the pipe', async () => {
		const began = performance.now();
		const outcome = await run(['sh', '-c', 'echo begun; sleep 5 & sleep 60'], { timeoutMs: 300 });
		expect(outcome).toMatchObject({ code: 1, stdout: 'begun\n', timedOut: true });
		expect(performance.now() - began).toBeLessThan(4_000);
	});

	it('that has ended has answered, whatever of it still holds the pipe', async () => {
		const began = performance.now();
		const outcome = await run(['sh', '-c', 'echo answer; sleep 30 & exit 3'], LIMIT);
		expect(outcome).toMatchObject({ code: 3, stdout: 'answer\n', ...ended });
		expect(performance.now() - began).toBeLessThan(8_000);
	});

	it('is not taken for an answer where it says more than can be kept', async () => {
		const outcome = await run(['sh', '-c', 'head -c 100150000 /dev/zero; echo end'], LIMIT);
		expect(outcome).toMatchObject({ code: 1, stderr: 'it printed more than 100 MB', ...ended });
	});

	it('tells that no file can be opened any more', async () => {
		const asks = `
			import { closeSync, openSync } from 'node:fs';
			import { run } from './src/adapters/run.ts';
			const files = [];
			try { for (;;) files.push(openSync('/dev/null')); } catch {}
			const outcome = await run(['true'], { timeoutMs: 200 });
			files.forEach((file) => closeSync(file));
			await new Promise((resolve) => setTimeout(resolve, 400));
			console.log(JSON.stringify(outcome));
		`;
		const words = ['ulimit -n 200; exec npx tsx --input-type=module --eval "$1"', 'sh', asks];
		const { stdout } = await execa('sh', ['-c', ...words], { reject: false });
		expect(JSON.parse(stdout)).toMatchObject({ code: 1, stderr: 'spawn true EMFILE', ...ended });
	});

	it('has this environment, with what is added and taken', async () => {
		const environment = { RAYSLURM_TEST: 'x', HOME: undefined };
		const { stdout } = await run(['env'], { ...LIMIT, environment });
		expect(stdout).toMatch(/^RAYSLURM_TEST=x$/m);
		expect(stdout).toMatch(/^PATH=/m);
		expect(stdout).not.toMatch(/^HOME=/m);
	});

	it('leaves no program behind when the process that asked ends', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'rayslurm-test-'));
		try {
			const asks = `
				import { run } from './src/adapters/run.ts';
				run(['sh', '-c', 'echo $$ >${folder}/pid.new; mv ${folder}/pid.new ${folder}/pid; exec sleep 60'], { timeoutMs: 60_000 });
				const { existsSync } = await import('node:fs');
				setInterval(() => existsSync('${folder}/pid') && process.exit(3), 5);
			`;
			const { exitCode } = await execa('npx', ['tsx', '--input-type=module', '--eval', asks], { reject: false });
			expect(exitCode).toBe(3);
			const { stdout: pid } = await execa('cat', [`${folder}/pid`]);
			await until('it has ended', () => !existsSync(`/proc/${pid}`));
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
