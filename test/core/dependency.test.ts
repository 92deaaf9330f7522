import { describe, expect, it } from 'vitest';
import { judge, readDependency, type Standing } from '../../src/core/dependency.ts';

const STANDINGS: Readonly<Record<string, Standing>> = {
	1: { kind: 'waiting' },
	2: { kind: 'begun', secondsAgo: 90 },
	3: { kind: 'over', well: true },
	4: { kind: 'over', well: false },
};
const standingOf = (job: string): Standing => STANDINGS[job] ?? { kind: 'over', well: undefined };

describe('a dependency', () => {
	it.each([
		['after:1', 'waiting'],
		['after:2', 'met'],
		['after:2+1', 'met'],
		['after:2+2', 'waiting'],
		['after:3+99', 'met'],
		['after:4', 'met'],
		['afterany:2', 'waiting'],
		['afterany:3', 'met'],
		['afterany:4', 'met'],
		['afterok:1', 'waiting'],
		['afterok:3', 'met'],
		['afterok:4', 'never'],
		['afternotok:3', 'never'],
		['afternotok:4', 'met'],
		['after:2:3', 'met'],
		['after:2:1', 'waiting'],
		['after:2,afterok:3', 'met'],
		['after:1,afterok:4', 'never'],
		['afterok:3:4', 'never'],
		['afterok:4?after:2', 'met'],
		['afterok:4?after:1', 'waiting'],
		['afterok:4?afternotok:3', 'never'],
		['AfterOK:3', 'met'],
		['after:9', 'met'],
		['afterany:9', 'met'],
		['afterok:9', 'never'],
	])('%s is %s', (text, verdict) => {
		expect(judge(readDependency(text), standingOf)).toBe(verdict);
	});

	it.each([
		'',
		'after',
		'after:',
		'after:x',
		'before:1',
		'afterok:1+5',
		'after:1,afterok:2?after:3',
		'singleton',
		'after:0',
	])('%j is none that can be waited for', (text) => {
		expect(() => readDependency(text)).toThrow(expect.objectContaining({ kind: 'usage' }));
	});
});
