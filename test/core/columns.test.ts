import { expect, it } from 'vitest';
import { columns } from '../../src/core/columns.ts';

it.each<[string, string[][], string[]]>([
	[
		'widest cell',
		[
			['a', 'b'],
			['long', 'c'],
		],
		['a     b', 'long  c'],
	],
	[
		'empty columns',
		[
			['a', '', 'b'],
			['c', '', ''],
		],
		['a  b', 'c'],
	],
	[
		'numbers',
		[
			['N', 'BYTES'],
			['x', '7'],
		],
		['N  BYTES', 'x      7'],
	],
	['nothing', [], []],
])('%s', (_what, rows, lines) => {
	expect(columns(rows, (cell) => /^\d+$/.test(cell))).toEqual(lines);
});
