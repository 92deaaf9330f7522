import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutControls } from '../../src/core/plain-text.ts';

it.each([
	['a\x1b[31mb', 'a[31mb'],
	['a\x9b31mb', 'a31mb'],
	['a\rb\bc\x00\x07\x7f', 'abc'],
	['\u202eevil\u202c \u2066x\u2069', 'evil x'],
	['a\u200bb\ufeff\u061c', 'ab'],
	['line\n\tcolumn … ✓ → Ä 漢 😀', 'line\n\tcolumn … ✓ → Ä 漢 😀'],
])('%j is said as %j', (text, said) => expect(withoutControls(text)).toBe(said));

it('leaves nothing that draws, and takes nothing that is read', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			const said = withoutControls(text);
			expect(said).not.toMatch(/[^\P{Cc}\n\t]|\p{Cf}/u);
			expect([...said]).toEqual([...text].filter((each) => !/[^\P{Cc}\n\t]|\p{Cf}/u.test(each)));
		}),
	);
});
