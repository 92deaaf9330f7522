import { expect, it } from 'vitest';
import { inColumns } from '../../src/core/columns.ts';

it.each([
	['no rows', [], [], []],
	[
		'words below words',
		[
			['A', 'B'],
			['long', 'x'],
			['', 'y'],
		],
		[],
		['A     B', 'long  x', '      y'],
	],
	[
		'numbers at the right',
		[
			['N', 'C'],
			['100', 'x'],
		],
		[0],
		['  N  C', '100  x'],
	],
	[
		'no room for what is always empty',
		[
			['a', '', 'b'],
			['c', '', 'd'],
		],
		[],
		['a  b', 'c  d'],
	],
	[
		'nothing behind the last word',
		[
			['a', 'long'],
			['b', ''],
		],
		[],
		['a  long', 'b'],
	],
])('%s', (_, rows, atRight, lines) => {
	expect(inColumns(rows, atRight)).toEqual(lines);
});
