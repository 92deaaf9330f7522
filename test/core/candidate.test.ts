import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aboutWords, fitting, isOffered, lineFor } from '../../src/core/candidate.ts';

describe('candidates', () => {
	it('are those that begin as typed, each once, and plain', () => {
		const words = ['--time', '--time-min', '--tmp', '--time', 'a b', '$(id)', "it's", 'a\nb', '', '--t;id'];
		const candidates = words.map((word) => ({ word, about: '' }));
		expect(fitting(candidates, '--t').map(({ word }) => word)).toEqual(['--time', '--time-min', '--tmp']);
		expect(fitting(candidates, '').map(({ word }) => word)).toEqual(['--time', '--time-min', '--tmp']);
	});

	it.each([
		['tune.py', true],
		['we ird.py', true],
		['$(id).py', true],
		['über.py', true],
		['a\nb.py', false],
		['a\tb', false],
		['a\x1b[31m', false],
		['a\u2028b', false],
	])('of files: %j', (name, offered) => {
		expect(isOffered(name)).toBe(offered);
	});

	it.each([
		['bash', 'a', 'b', 'a'],
		['zsh', 'a', 'b: c', 'a:b: c'],
		['zsh', '10.0.0.1:6379', '', '10.0.0.1\\:6379'],
		['fish', 'a', 'b\tc\nd', 'a\tb c d'],
		['fish', 'a', '', 'a'],
	])('for %s: %j with %j', (shell, word, about, line) => {
		expect(lineFor(shell, { word, about })).toBe(line);
	});

	it('take one line each, whatever is said of them', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (about) => {
				const text = aboutWords(about);
				expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\n\r]/u);
				expect([...text].length).toBeLessThanOrEqual(60);
			}),
		);
	});
});
