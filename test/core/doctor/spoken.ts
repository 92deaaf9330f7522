// Findings as a test says them, and what all of them owe: a line that helps where something is not well.
import { expect } from 'vitest';
import type { Finding, Level } from '../../../src/core/doctor/finding.ts';

const MARKS: Readonly<Record<Level, string>> = { ok: '✓', warning: '!', problem: '✗' };

export function spoken(findings: readonly Finding[]): string[] {
	for (const { level, fix, what } of findings) {
		if (level === 'ok') expect(fix, what).toBeUndefined();
		else expect(fix, what).toMatch(/\S{3}/);
	}
	return findings.map(({ level, what }) => `${MARKS[level]} ${what}`);
}

export function levels(findings: readonly Finding[]): Level[] {
	return findings.map(({ level }) => level);
}
