import { describe, expect, it } from 'vitest';
import { splitOwnWords } from '../../src/commands/own-words.ts';
import { ownOptionTable } from '../../src/core/option-table.ts';

const table = ownOptionTable([
	{ name: 'python', takes: 'required' },
	{ name: 'json', takes: 'none' },
]);

describe('words of a command without sbatch and script', () => {
	it.each([
		[[], [], [], false],
		[['2.60', '--python', '3.12'], ['--python=3.12'], ['2.60'], false],
		[['--json', '2.60', '--python=--json'], ['--json', '--python=--json'], ['2.60'], false],
		[['2.60', '--help', '--nonsense'], [], ['2.60'], true],
		[['-h'], [], [], true],
	])('%j', (words, own, plain, help) => {
		expect(splitOwnWords(words, table, 1)).toEqual({ own, plain, help });
	});

	it.each([
		[['a', 'b'], "unexpected word 'b'"],
		[['--pyton', 'x'], "unknown option '--pyton'"],
		[['-x'], "unknown option '-x'"],
		[['--'], "unknown option '--'"],
		[['--json=1'], 'takes no value'],
		[['--python'], 'needs a value'],
	])('%j is refused', (words, told) => {
		expect(() => splitOwnWords(words, table, 1)).toThrow(told);
	});
});
