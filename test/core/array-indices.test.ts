import { describe, expect, it } from 'vitest';
import { readArray, tasksIn } from '../../src/core/array-indices.ts';

describe('--array', () => {
	it.each([
		['0-3', [0, 1, 2, 3], 1, undefined],
		['5', [5], 1, undefined],
		['1,3,5-7', [1, 3, 5, 6, 7], 1, undefined],
		['0-15:4', [0, 4, 8, 12], 4, undefined],
		['0-9%2', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 1, 2],
		['3,1,3', [1, 3], 1, undefined],
		['1-2%0', [1, 2], 1, undefined],
	])('%s', (text, indices, step, atOnce) => {
		expect(readArray(text)).toEqual({ indices, step, atOnce });
		expect(tasksIn(text)).toEqual(indices);
	});

	it.each(['', 'a', '3-1', '1-', '-3', '1,,2', '1-5:0', '0-1001', '1%x', '1-5:2:3', ' 1'])('%j is none', (text) => {
		expect(() => readArray(text)).toThrow(expect.objectContaining({ kind: 'usage' }));
	});

	it('that a scheduler with other limits has taken can be read too', () => {
		expect(tasksIn('2000-2002')).toEqual([2000, 2001, 2002]);
		expect(tasksIn('1-x')).toBeUndefined();
	});
});
