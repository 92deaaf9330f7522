import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aboutWords, isOffered } from '../../src/core/candidate.ts';
import { shownWord } from '../../src/core/option-table.ts';
import { hasOdd, onOneLine } from '../../src/core/plain-text.ts';
import { fitted } from '../../src/core/status-lines.ts';

const ODD = ['\n', '\t', '\x1b', '\x7f', '\x9b', '\u200b', '\u200d', '\u202e', '\u2066', '\ufeff', '\u2028', '\u2029'];

it.each(ODD)('%j steers, hides or turns around: it is shown nowhere', (odd) => {
	const text = `a${odd}b`;
	expect(hasOdd(text)).toBe(true);
	expect([onOneLine(text), fitted(text, 80), aboutWords(text)]).toEqual(['a b', 'a b', 'a b']);
	expect(isOffered(text)).toBe(false);
	expect(shownWord(text)).toMatch(/^"a\\[a-z0-9{}]+b"$/);
});

it.each(['plain words', 'Zürich', '日本語', '🦀', 'a\u00a0b'])('%j stays as it is', (text) => {
	expect([hasOdd(text), onOneLine(text), fitted(text, 80), shownWord(text)]).toEqual([false, text, text, `'${text}'`]);
});

it('nothing of the kind is left of any text', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			for (const shown of [onOneLine(text), fitted(text, 10), shownWord(text)]) expect(hasOdd(shown)).toBe(false);
		}),
	);
});
