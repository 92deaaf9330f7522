import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inColumns } from '../../src/core/columns.ts';
import { inWrappedColumns } from '../../src/core/wrapped-columns.ts';

const ROWS = [
	['SETTING', 'VALUE', 'FROM'],
	['workspace', '/home/me/projects/a-long-name', 'default: the nearest folder with a project'],
	['debug', 'false', '--debug'],
];

describe('columns on a terminal', () => {
	it('are as wide as they are where there is room, or nobody to read them', () => {
		expect(inWrappedColumns(ROWS, undefined)).toEqual(inColumns(ROWS));
		expect(inWrappedColumns(ROWS, 200)).toEqual(inColumns(ROWS));
	});

	it('go on below themselves where there is less', () => {
		expect(inWrappedColumns(ROWS, 60)).toEqual([
			'SETTING    VALUE               FROM',
			'workspace  /home/me/projects/  default: the nearest',
			'           a-long-name         folder with a project',
			'debug      false               --debug',
		]);
	});

	it('stand below one another where there is little', () => {
		expect(inWrappedColumns(ROWS, 30)).toEqual([
			...['SETTING', '  VALUE', '  FROM'],
			...['workspace', '  /home/me/projects/', '  a-long-name'],
			...['  default: the nearest folder', '  with a project'],
			...['debug', '  false', '  --debug'],
		]);
	});

	it('stand below one another where not even a letter of each has room beside the others', () => {
		expect(inWrappedColumns([['a', 'b', 'c']], 4)).toEqual(['a', '  b', '  c']);
	});

	it('fit any width, and lose no letter', () => {
		const row = fc.array(fc.string({ maxLength: 60 }), { minLength: 3, maxLength: 3 });
		fc.assert(
			fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), fc.integer({ min: 4, max: 120 }), (rows, width) => {
				const lines = inWrappedColumns(rows, width);
				for (const line of lines) expect([...line].length).toBeLessThanOrEqual(width);
				const letters = (text: string) => [...text.replaceAll(' ', '')].sort().join('');
				expect(letters(lines.join(''))).toBe(letters(rows.flat().join('')));
			}),
			{ examples: [[[['a', 'b', 'c']], 4]] },
		);
	});
});
