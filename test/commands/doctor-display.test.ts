import { describe, expect, it } from 'vitest';
import { findingsInWords, summaryOf } from '../../src/commands/doctor-display.ts';
import { type Finding, findingsOf } from '../../src/core/doctor/finding.ts';

const here = findingsOf('Scheduler');
const there = findingsOf('Room', 'n1');
const FINDINGS: Finding[] = [
	here.ok('answers'),
	there.problem('/tmp is full', 'df /tmp'),
	here.warning('is \x1b[31mslow\nERROR: forged', 'wait'),
];

describe('findings for people', () => {
	it('stand in groups, each with its mark and what helps; nothing in them is an order to the terminal', () => {
		expect(findingsInWords(FINDINGS, 'Slurm', false)).toBe(
			'Slurm\n  ✓ answers\n  ! is  [31mslow ERROR: forged\n    → wait\n\nRoom on n1\n  ✗ /tmp is full\n    → df /tmp\n',
		);
	});

	it('have colours on a terminal', () => {
		expect(findingsInWords(FINDINGS, 'Slurm', true)).toContain('\x1b[31m✗\x1b[39m /tmp is full');
		expect(findingsInWords(FINDINGS, 'Slurm', false)).not.toContain('\x1b');
	});

	it.each([
		[FINDINGS, '1 ✗ to be mended, 1 ! to be known.'],
		[[], 'All is well.'],
		[[FINDINGS[2] as Finding], '1 ! to be known.'],
	])('are summed up', (findings, said) => {
		expect(summaryOf(findings)).toBe(said);
	});
});
