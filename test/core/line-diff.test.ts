import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from '../../src/core/line-diff.ts';

describe('the difference of two texts', () => {
	const text = (letters: string) => [...letters].join('\n');
	it.each([
		['abc', 'abc', []],
		['abc', 'axc', [' a', '-b', '+x', ' c']],
		['abc', 'ac', [' a', '-b', ' c']],
		['ac', 'abc', [' a', '+b', ' c']],
		['abcdefgh', 'abcdefgx', ['…', ' e', ' f', ' g', '-h', '+x']],
		['xabcdefghy', '1abcdefgh2', ['-x', '+1', ' a', ' b', ' c', '…', ' f', ' g', ' h', '-y', '+2']],
	])('%s to %s', (before, after, lines) => {
		expect(lineDiff(text(before), text(after))).toEqual(lines);
	});

	it('leads from the one to the other', () => {
		const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 });
		fc.assert(
			fc.property(lines, lines, (before, after) => {
				const diff = lineDiff(before.join('\n'), after.join('\n'));
				const side = (sign: string) =>
					diff.filter((line) => line.startsWith(' ') || line.startsWith(sign)).map((line) => line.slice(1));
				const isSame = before.join() === after.join();
				expect([side('-'), side('+')]).toEqual(isSame ? [[], []] : [before, after]);
			}),
		);
	});
});
