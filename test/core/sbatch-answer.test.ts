import { describe, expect, it } from 'vitest';
import { findSubmitted, readSbatchAnswer } from '../../src/core/sbatch-answer.ts';

const said = (code: number, stdout: string, stderr = '', timedOut = false) =>
	readSbatchAnswer({ code, stdout, stderr, timedOut });
const failed = (verdict: string, before = '') =>
	said(1, '', `${before}sbatch: error: Batch job submission failed: ${verdict}\n`);

describe('sbatch', () => {
	it.each([
		['12345\n', '12345'],
		['12345;cluster\n', '12345'],
		['Welcome to the cluster!\nYour quota: 12 of 100\n12345\n', '12345'],
		['600\n12345\n', '12345'],
		['12345', '12345'],
	])('has accepted with %j', (stdout, job) => {
		expect(said(0, stdout, 'sbatch: lua: all well\n')).toEqual({ kind: 'accepted', job });
	});

	it.each([
		'Invalid partition name specified',
		'Invalid account or account/partition combination specified',
		"Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
		'Requested time limit is invalid (missing or exceeds some limit)',
		'Requested node configuration is not available',
		'Memory required by task is not available',
		'Job dependency problem',
	])('has refused: %s', (verdict) => {
		const answer = failed(verdict);
		expect(answer).toMatchObject({ kind: 'refused', message: expect.stringContaining(verdict) });
	});

	it.each([
		'Socket timed out on send/recv operation',
		'Zero Bytes were transmitted or received',
		'Communication connection failure',
		'Transport endpoint is not connected',
	])('may have accepted: %s', (verdict) => {
		expect(failed(verdict)).toMatchObject({ kind: 'unsure' });
	});

	it.each([
		'Unable to contact slurm controller (connect failure)',
		'Slurm temporarily unable to accept job, sleeping and retrying',
		'Invalid authentication credential',
		'Protocol authentication error',
	])('was not heard: %s', (verdict) => {
		expect(failed(verdict)).toMatchObject({ kind: 'not-reached' });
	});

	// The user's own words stand before the verdict, and must not be taken for it.
	it.each(['timeout', 'munge', 'Communication', 'Connection refused'])('has refused a partition named %s', (name) => {
		const before = `sbatch: error: invalid partition specified: ${name}\n`;
		expect(failed('Invalid partition name specified', before)).toMatchObject({ kind: 'refused' });
	});

	it.each([
		['it was killed at our limit', said(1, '', '', true), 'sbatch did not answer in time'],
		['killed after it printed an id', said(137, '12345\n', '', true), '12345'],
		['it printed no id', said(0, 'hello\n'), 'sbatch answered without a job id: hello'],
		['it printed nothing', said(0, ''), 'sbatch answered without a job id: '],
	])('may have accepted: %s', (_, answer, message) => {
		expect(answer).toEqual({ kind: 'unsure', message });
	});

	it.each([
		[
			'an id with a failure is no id',
			said(1, '12345\n', 'sbatch: error: spank failed\n'),
			'sbatch: error: spank failed',
		],
		['a failure without words', said(3, ''), 'sbatch ended with code 3'],
		['without a verdict', said(1, '', "sbatch: unrecognized option '--x'\n"), "sbatch: unrecognized option '--x'"],
	])('has refused: %s', (_, answer, message) => {
		expect(answer).toEqual({ kind: 'refused', message });
	});
});

describe('a job that was submitted', () => {
	const path = '/w/outputs/.rayslurm/scripts/client-0123abcd.sbatch';
	it.each([
		['is found', `1|/other\n12|${path}\n13|/w/x\n`, '12'],
		['is found with arguments', `12|${path} a b\n`, '12'],
		['is not another whose path begins with it', `12|${path}.bak\n`, undefined],
		['is not one that only names it', `12|/x ${path}\n13|x|${path}\n`, undefined],
		['is not in nothing', '', undefined],
		['has an id', `|${path}\n${path}\n`, undefined],
		['is found where a path holds a bar', '7|/a|b\n', '7'],
	])('%s', (what, stdout, job) => {
		expect(findSubmitted(stdout, what.includes('bar') ? '/a|b' : path)).toBe(job);
	});
});
