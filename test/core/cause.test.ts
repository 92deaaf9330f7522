import { describe, expect, it } from 'vitest';
import { causesOf } from '../../src/core/cause.ts';

const TRACEBACK = `Traceback (most recent call last):
  File "tune.py", line 3, in <module>
    import torch
ModuleNotFoundError: No module named 'torch'
`;

describe('why a job died', () => {
	it.each([
		[
			'time',
			137,
			'slurmstepd: error: *** JOB 7 ON dws-01 CANCELLED AT 2026-01-01T00:00:00 DUE TO TIME LIMIT ***',
			['it ran into its time limit: ask for more with --time'],
		],
		[
			'memory',
			137,
			'slurmstepd: error: Detected 1 oom-kill event(s) in StepId=7.batch.',
			['it needed more memory than it had: ask for more with --mem'],
		],
		[
			'a kill without a word',
			137,
			'',
			['it was killed (SIGKILL): by the memory limit, or because it did not end in time'],
		],
		['Python', 1, `starting\n${TRACEBACK}more\n`, ["its script failed: ModuleNotFoundError: No module named 'torch'"]],
		[
			'an own exception with dots',
			1,
			'Traceback (most recent call last):\n  x\nmine.deep.OddError: 1\n',
			['its script failed: mine.deep.OddError: 1'],
		],
		['us', 3, 'ERROR: Ray head node job 7 is not running\n', ['Ray head node job 7 is not running']],
		[
			'a program that is missing',
			127,
			'',
			['a program was not found (code 127): is its environment there on the node?'],
		],
		[
			"Ray's advice, which is in every driver's log",
			1,
			`${TRACEBACK}(raylet) Ray updated the oom killing policy; workers to oom kill are those of the newest task\n`,
			["its script failed: ModuleNotFoundError: No module named 'torch'"],
		],
		[
			'what Python cannot read',
			1,
			'  File "x.py", line 1\n    a b\n      ^\nSyntaxError: invalid syntax\n',
			['its script failed: SyntaxError: invalid syntax'],
		],
		['nothing known', 1, 'all went well\n', []],
		['a word of success is no sign', 0, 'no error here, nothing DUE to anything\n', []],
	])('%s', (_what, exitCode, log, causes) => {
		expect(causesOf({ exitCode, log })).toEqual(causes);
	});

	const INTERRUPT = `${TRACEBACK.replace(/^Module.*$/m, 'KeyboardInterrupt')}`;
	const BY_SLURM = 'slurmstepd: error: *** JOB 7 ON dws-01 CANCELLED AT 2026-01-01T00:00:00';

	it.each([
		['a person', 'told to stop: rayslurm stop', INTERRUPT, ['it was told to stop: rayslurm stop']],
		[
			'a person, with force',
			'told to stop: rayslurm stop --force',
			`${BY_SLURM} ***\n`,
			['it was told to stop: rayslurm stop --force'],
		],
		['scancel', 'SIGTERM received', `${INTERRUPT}${BY_SLURM} ***\n`, ['it was cancelled']],
		[
			'preemption',
			'SIGTERM received',
			`${BY_SLURM} DUE TO PREEMPTION ***\n`,
			['it was preempted by a job of higher priority'],
		],
		[
			'the time limit',
			'SIGTERM received',
			`${INTERRUPT}${BY_SLURM} DUE TO TIME LIMIT ***\n`,
			['it ran into its time limit: ask for more with --time'],
		],
		[
			'the word that its time is nearly over',
			'told that the time is nearly over',
			INTERRUPT,
			['its time limit was near: ask for more with --time'],
		],
		['its head', 'the head is being stopped', INTERRUPT, ['it was told to end: the head is being stopped']],
		[
			'its head, and failed in doing so',
			"the head's time limit is near",
			TRACEBACK,
			[
				"it was told to end: the head's time limit is near",
				"its script failed: ModuleNotFoundError: No module named 'torch'",
			],
		],
		['scancel, by its state', 'cancelled', '', ['it was cancelled']],
		['preemption, by its state', 'preempted', '', ['it was preempted by a job of higher priority']],
		['the time limit, by its state', 'timeout', '', ['it ran into its time limit: ask for more with --time']],
		[
			'nobody knows whom',
			'SIGTERM received',
			'',
			['it was told to end (SIGTERM): cancelled, preempted or at its time limit'],
		],
		[
			'scancel, after an error of its own',
			'SIGTERM received',
			`${TRACEBACK}${BY_SLURM} ***\n`,
			['it was cancelled', "its script failed: ModuleNotFoundError: No module named 'torch'"],
		],
	])('who was ended by %s says that', (_what, because, log, causes) => {
		expect(causesOf({ exitCode: 143, because, log })).toEqual(causes);
	});
});
