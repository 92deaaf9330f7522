// The commands about this machine's jobs: how their words are read, what they say, and that a dry run does nothing.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { command as cancel, page as cancelPage } from '../../src/commands/local-cancel.ts';
import { command as jobs, page as jobsPage } from '../../src/commands/local-jobs.ts';
import { command as submit, page as submitPage } from '../../src/commands/local-submit.ts';
import type { Command, Shell } from '../../src/commands/shell.ts';
import type { NamedJob } from '../../src/core/scheduler-words.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { Submission } from '../../src/core/world.ts';
import { home, place, put, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

const JOBS: readonly NamedJob[] = [
	{ job: '12', name: 'one', state: { kind: 'running', nodes: 'n', ends: '2026-01-01T00:00:00' } },
	{ job: '13', name: 'two', state: { kind: 'ended', how: 'FAILED', exitCode: 3 } },
	{ job: '15', task: '14_2', name: 'three', state: { kind: 'pending', reason: 'Priority' } },
];

async function typed(
	command: Command,
	words: readonly string[],
	environment: Record<string, string> = {},
	mine: readonly NamedJob[] = JOBS,
) {
	const done: unknown[] = [];
	const out: string[] = [];
	const err: string[] = [];
	const scheduler = {
		check: async (submission: Submission) => {
			done.push('check');
			if (submission.options.includes('--begin=now'))
				throw new Trouble('usage', 'not --begin', { hint: 'leave it out' });
		},
		submit: async (submission: Submission) => {
			done.push(submission);
			return '13';
		},
		submitCommand: ({ options, scriptPath, words: more = [] }: Submission) => [
			'submit',
			...options,
			scriptPath,
			...more,
		],
		mine: async (asked?: readonly string[]) =>
			asked?.map((job) => JOBS.find((each) => each.job === job) ?? { job, name: '', state: { kind: 'gone' } }) ?? mine,
		cancel: async (ids: readonly string[]) => void done.push(ids),
	};
	const code = await command({
		words,
		cwd: place,
		environment: { HOME: home, ...environment },
		out: (text: string) => out.push(text),
		err: (text: string) => err.push(text),
		local: async () => scheduler,
		promiseCpus: (cpus: number) => done.push(cpus),
	} as unknown as Shell);
	return { code, out: out.join(''), err: err.join(''), done };
}

describe('local submit', () => {
	const script = () => put('home/project/deep/job.sh', '#!/bin/sh\ntrue\n');

	it("takes sbatch's options before the script, and leaves all words after it to the script", async () => {
		const scriptPath = script();
		const { out, done } = await typed(submit, ['-c', '2', '--json', '--mem=1G', 'job.sh', '--json', '-c']);
		expect(out).toBe('{"schemaVersion":1,"job":"13"}\n');
		const options = ['-c', '2', '--mem=1G'];
		expect(done).toEqual([{ script: '#!/bin/sh\ntrue\n', scriptPath, options, words: ['--json', '-c'] }]);
		expect((await typed(submit, ['job.sh'])).out).toBe('13\n');
	});

	it('with --dry-run checks and shows, and submits nothing', async () => {
		script();
		const { out, done } = await typed(submit, ['--dry-run', '-c2', 'job.sh', 'a b']);
		expect(out).toBe(`#!/bin/sh\ntrue\n\n# submitted with:\n# submit -c2 ${join(place, 'job.sh')} 'a b'\n`);
		expect(done).toEqual(['check']);
		await expect(typed(submit, ['--dry-run', '--begin=now', 'job.sh'])).rejects.toThrow('not --begin');
	});

	it('with --wait returns the code of the job', async () => {
		script();
		expect((await typed(submit, ['--wait', 'job.sh'])).code).toBe(3);
	});

	it('takes the processors from the settings', async () => {
		script();
		expect((await typed(submit, ['--local-cpus=5', '--dry-run', 'job.sh'])).done).toContain(5);
		expect((await typed(submit, ['--dry-run', 'job.sh'], { RAYSLURM_LOCAL_CPUS: '6' })).done).toContain(6);
	});

	it.each([
		[['--dry-rum', 'job.sh'], { message: "unknown option '--dry-rum'", hint: 'did you mean --dry-run?' }],
		[['--tmie=3', 'job.sh'], { hint: expect.stringContaining('--time') }],
		[['--time'], { message: "'--time' needs a value" }],
		[['--mem=1G'], { message: 'Which script?' }],
		[['none.sh'], { message: 'Batch script not found: none.sh' }],
		[['.'], { message: expect.stringContaining('cannot be read') }],
	])('%j is refused with what to do', async (words, trouble) => {
		await expect(typed(submit, words)).rejects.toMatchObject({ kind: 'usage', ...trouble });
	});
});

describe('local jobs', () => {
	it('lists them, those asked for, and as JSON', async () => {
		const lines = [
			'    12  one  running until 2026-01-01T00:00:00\n',
			'    13  two  ended: FAILED, code 3\n',
			'  14_2  three  pending: other jobs come first (Priority)\n',
		];
		expect(await typed(jobs, [])).toMatchObject({ code: 0, out: lines.join('') });
		expect(await typed(jobs, ['12', '99'])).toMatchObject({ code: 3, out: `${lines[0]}    99    no such job\n` });
		expect(JSON.parse((await typed(jobs, ['--json', '13'])).out)).toEqual({ schemaVersion: 1, jobs: [JOBS[1]] });
	});

	it('where there is none says what makes one', async () => {
		const none = await typed(jobs, [], {}, []);
		expect(none).toMatchObject({ code: 0, out: '', err: expect.stringContaining('rayslurm local submit SCRIPT') });
	});

	it('refuses what it does not know', async () => {
		await expect(typed(jobs, ['--jsno'])).rejects.toMatchObject({ hint: 'did you mean --json?' });
		await expect(typed(jobs, ['x1'])).rejects.toMatchObject({ message: "Not a job id: 'x1'" });
	});
});

describe('local cancel', () => {
	it('ends jobs, and says which were never there', async () => {
		expect(await typed(cancel, ['12', '13'])).toMatchObject({ code: 0, out: '', done: [['12', '13']] });
		await expect(typed(cancel, ['12', '99'])).rejects.toMatchObject({
			kind: 'no-such-job',
			message: 'No such job: 99',
			facts: { cancelled: ['12'] },
		});
		await expect(typed(cancel, [])).rejects.toMatchObject({ kind: 'usage' });
	});

	it('with --dry-run shows those that would be ended, and ends none', async () => {
		const shown = await typed(cancel, ['--dry-run', '12', '13']);
		expect(shown).toMatchObject({
			code: 0,
			out: 'Would cancel:\n    12  one  running until 2026-01-01T00:00:00\n',
			done: [],
		});
		expect((await typed(cancel, ['--dry-run', '--json', '12'])).out).toBe('{"schemaVersion":1,"wouldCancel":["12"]}\n');
	});
});

it.each([submitPage, jobsPage, cancelPage])('$usage: three examples that can be read', ({ examples, usage }) => {
	expect(examples.length).toBe(3);
	for (const [example] of examples) expect(usage).toContain(example.split(' ').slice(1, 3).join(' '));
});
