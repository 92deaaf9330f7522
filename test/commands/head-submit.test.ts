import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command } from '../../src/commands/head-submit.ts';
import type { Shell } from '../../src/commands/shell.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { Submission, World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';

let folder: string;
beforeEach(() => {
	events = [JOINABLE];
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

let submissions: Submission[];
let events: readonly object[];
const JOINABLE = { at: 'x', step: 'joinable', dashboard: '127.0.0.2:8265' };

/** The head is taken; its workers are not if `refusal` says why. */
async function typed(words: readonly string[], refusal?: Trouble, environment: Record<string, string> = {}) {
	submissions = [];
	const out: string[] = [];
	const err: string[] = [];
	const straw = strawWorld({
		scheduler: {
			name: 'straw',
			submit: async (submission: Submission) => {
				if (submissions.push(submission) > 1 && refusal) throw refusal;
				straw.files.set(
					layoutOf(join(folder, 'outputs')).head('7').events,
					events.map((event) => `${JSON.stringify(event)}\n`).join(''),
				);
				return String(6 + submissions.length);
			},
			limits: async () => undefined,
			check: async ({ options }: Submission) => {
				if (options.includes('--begin=now')) throw new Trouble('usage', 'not --begin', { hint: 'leave it out' });
				if (options.includes('--gres=gpu:9')) throw new Trouble('failed', 'no GPU here');
			},
			title: 'Straw',
			onThisMachine: true,
			submitCommand: () => [],
		},
		queue: async () => ({ known: () => new Map(), every: () => {}, stop: () => {} }),
		ray: { find: async () => ({ python: '/p', rayVersion: '2.60.0', pythonVersion: '3.11.7' }) },
		python: { list: async () => [] },
		self: ['node', 'x'],
		sparingSelf: ['node', 'x'],
		randomHex: () => 'aa',
		register: { add: async () => {}, heads: async () => [] },
	} as unknown as Partial<World>);
	const code = await command({
		words,
		cwd: folder,
		environment: { HOME: folder, ...environment },
		out: (text: string) => void out.push(text),
		err: (text: string) => void err.push(text),
		interrupted: () => new Promise(() => {}),
		world: async () => straw.world,
	} as unknown as Shell);
	return { code, out: out.join(''), err: err.join(''), warnings: straw.warnings, submissions };
}

describe('workers that are refused', () => {
	const refusal = new Trouble('failed', 'sbatch refused: QOSMaxSubmitJobPerUserLimit', { hint: 'ask' });

	it.each([
		[[], /^Submitted head job 7\n$/],
		[['--parsable'], /^7\n$/],
		[['--json'], /^\{"schemaVersion":1,"job":"7","workersError":\{"code":"failed","message":"sbatch refused: QOS/],
	])("with %j take nothing from the head's id, and are exit 1", async (words, expected) => {
		const { code, out, warnings } = await typed(['--workers=2', ...words], refusal);
		expect(code).toBe(1);
		expect(out).toMatch(expected);
		expect(warnings).toEqual([
			'the head is submitted, its workers are not: sbatch refused: QOSMaxSubmitJobPerUserLimit; ask',
		]);
	});

	it('beforehand stop the head as well', async () => {
		await expect(typed(['--workers=2', '--worker-gpus=9'])).rejects.toThrow('no GPU here');
		expect(submissions).toEqual([]);
	});

	it('that are taken are named', async () => {
		expect(await typed(['--workers=2', '--json'])).toMatchObject({
			code: 0,
			out: expect.stringContaining('"job":"7","workers":"8"'),
		});
	});
});

describe('SBATCH_ variables', () => {
	it('reach head and workers as options, and the lead follows them', async () => {
		const { submissions } = await typed(['--workers=1', '--partition=p'], undefined, {
			SBATCH_TIMELIMIT: '10',
			SBATCH_PARTITION: 'q',
			SBATCH_MEM_PER_NODE: '1G',
		});
		expect(submissions.map(({ options }) => options)).toEqual([
			['--mem=1G', '--time=10', '--partition=p'],
			['--mem=1G', '--time=10', '--partition=p', '--dependency=after:7'],
		]);
		for (const { script } of submissions) expect(script).toContain('B:USR1@150');
	});
});

describe('--wait', () => {
	it('tells where the dashboard is, where there is one', async () => {
		expect((await typed(['--wait'])).err).toContain('Dashboard: http://127.0.0.1:8265\n');
		events = [{ at: 'x', step: 'joinable' }];
		expect((await typed(['--wait'])).err).not.toContain('Dashboard');
	});

	it('tells programs of a head that does not come up which one it is', async () => {
		events = [{ at: 'x', step: 'ended', reason: 'Ray did not start', code: 1 }];
		await expect(typed(['--wait', '--json'])).rejects.toMatchObject({
			kind: 'failed',
			facts: { job: '7', joinable: false },
		});
	});
});

describe('what to type next', () => {
	const next = async (words: readonly string[], environment = {}) =>
		(await typed(words, undefined, environment)).err.split('connect with:\n')[1];

	it('is all that a client needs', async () => {
		expect(await next([])).toBe('  rayslurm connect 7 SCRIPT.py\n');
	});

	it('names the environment that was named for this head alone', async () => {
		const venv = join(folder, 'my env');
		mkdirSync(join(venv, 'bin'), { recursive: true });
		writeFileSync(join(venv, 'bin', 'activate'), '');
		expect(await next(['--venv=my env'])).toBe(`  rayslurm connect 7 '--venv=${venv}' SCRIPT.py\n`);
		expect(await next(['--module=ray,cuda'])).toBe('  rayslurm connect 7 --module=ray,cuda SCRIPT.py\n');
		expect(await next([], { RAYSLURM_VENV: venv })).toBe('  rayslurm connect 7 SCRIPT.py\n');
	});
});

describe('--dry-run', () => {
	it('refuses what the scheduler would, also of the workers', async () => {
		await expect(typed(['--dry-run', '--begin=now'])).rejects.toThrow('not --begin');
		expect((await typed(['--dry-run', '--workers=2'])).submissions).toEqual([]);
	});
});
