import { expect, it } from 'vitest';
import { sbatchMegabytes } from '../../src/core/megabytes.ts';

it.each([
	['4096', 4096],
	['4G', 4096],
	['4gb', 4096],
	['1.5G', 1536],
	['1T', 1_048_576],
	['1K', 1],
	['0', 0],
])('%s', (text, megabytes) => {
	expect(sbatchMegabytes(text, '--mem')).toBe(megabytes);
});

it.each(['', 'G', '-1', '4X', '4 G', '1e3', 'max'])('%j is no amount', (text) => {
	expect(() => sbatchMegabytes(text, '--mem')).toThrow(expect.objectContaining({ kind: 'usage' }));
});
