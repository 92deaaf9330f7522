import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationInWords, parseDurationMs } from '../../src/core/duration.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a duration', () => {
	it.each([
		['0', 0],
		['90', 90 * SECOND],
		['90s', 90 * SECOND],
		['10m', 10 * MINUTE],
		['2h', 2 * HOUR],
		['1d', 24 * HOUR],
		['1-12:00:00', 36 * HOUR],
		['1-12:30', 36 * HOUR + 30 * MINUTE],
		['1-12', 36 * HOUR],
		['01:02:03', HOUR + 2 * MINUTE + 3 * SECOND],
		['48:00:00', 48 * HOUR],
		// As sbatch reads it: minutes and seconds.
		['10:30', 10 * MINUTE + 30 * SECOND],
		['120:00', 2 * HOUR],
	])('%s is read', (text, ms) => {
		expect(parseDurationMs(text, '--timeout')).toBe(ms);
	});

	it.each([
		...['', ' ', '1 m', '1.5h', '-1', '+1', '1e3', '0x10', 'NaN', 'Infinity', 'UNLIMITED', '1w', '10M', 'm', '1m30s'],
		...['1-', '-1:00', '99:99', '1:60', '1:60:00', '1:00:60', '1:2:3', '1-12:00:00:00', '1\n', '９', '999999999999'],
	])('%j is refused', (text) => {
		expect(() => parseDurationMs(text, '--timeout')).toThrowError(
			expect.objectContaining({ kind: 'usage', message: `--timeout: not a duration: ${JSON.stringify(text)}` }),
		);
	});

	it('is a number of milliseconds that can be trusted, or refused', () => {
		const pieces = fc.array(fc.constantFrom('9', '0', '59', '-', ':', 's', 'm', 'h', 'd', '99999'), { maxLength: 7 });
		fc.assert(
			fc.property(pieces, (pieces) => {
				try {
					const ms = parseDurationMs(pieces.join(''), '--x');
					expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
				} catch (error) {
					expect(error).toMatchObject({ kind: 'usage' });
				}
			}),
		);
	});
});

it.each([
	[0, '0.0 s'],
	[49, '0.0 s'],
	[440, '0.4 s'],
	[9_949, '9.9 s'],
	[9_950, '10 s'],
	[59_499, '59 s'],
	[59_500, '1 min'],
	[185_000, '3 min 5 s'],
	[3_599_499, '59 min 59 s'],
	[3_599_500, '1 h'],
	[7_800_000, '2 h 10 min'],
	[90_000_000, '25 h'],
])('%d ms are %s', (ms, words) => {
	expect(durationInWords(ms)).toBe(words);
});
