import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientEndedBadly, headEndedBadly, isKept, partsToKeep, readKeeping } from '../../src/core/ray-logs.ts';

describe('when logs are kept', () => {
	it.each([
		['', 'always'],
		['true', 'always'],
		['1', 'always'],
		['always', 'always'],
		['bad', 'bad'],
		['never', 'never'],
		['off', 'never'],
		['0', 'never'],
	])('%j is %s', (text, keeping) => {
		expect(readKeeping(text, '--keep-ray-logs')).toBe(keeping);
	});

	it.each(['sometimes', 'Always ', '2', '__proto__'])('%j is refused, with where it was said', (text) => {
		expect(() => readKeeping(text, 'RAYSLURM_KEEP_RAY_LOGS')).toThrow(
			/^RAYSLURM_KEEP_RAY_LOGS: not always, bad or never/,
		);
	});

	it.each([
		[undefined, true, true],
		[undefined, false, false],
		['bad', true, true],
		['bad', false, false],
		['always', false, true],
		['never', true, false],
	] as const)('%s, ended badly %s: %s', (keeping, badly, kept) => {
		expect(isKept(keeping, badly)).toBe(kept);
	});

	it.each([
		['idle', 0, false],
		['time limit', 0, false],
		['stopped', 143, false],
		['replaced', 0, false],
		['Ray died', 1, true],
		['did not start', 1, true],
	])('a head that ended: %s', (reason, code, badly) => {
		expect(headEndedBadly({ reason, code })).toBe(badly);
	});

	it.each([
		['well', { code: 0, headEnds: false, headSaidSo: false }, false],
		["with its script's code", { code: 7, headEnds: false, headSaidSo: false }, true],
		['in a crash', { code: 139, headEnds: false, headSaidSo: false }, true],
		['killed', { code: 137, headEnds: false, headSaidSo: false }, true],
		['told by Slurm', { code: 143, headEnds: false, headSaidSo: false }, false],
		['near its time limit', { code: 138, headEnds: false, headSaidSo: false }, false],
		['with its head', { code: 3, headEnds: true, headSaidSo: true }, false],
		['with a head that was lost', { code: 3, headEnds: true, headSaidSo: false }, true],
	])('a client that ended %s', (_, end, badly) => {
		expect(clientEndedBadly(end)).toBe(badly);
	});
});

describe('how much of each is kept', () => {
	const files = (sizes: readonly number[]) =>
		sizes.map((bytes, index) => ({ name: `f${index}`, bytes, changed: new Date(0) }));
	const sizes = fc.array(fc.nat({ max: 5_000 }), { maxLength: 30 });

	it('all of it, if there is room', () => {
		expect(partsToKeep(files([5, 3]), 8)).toEqual([
			{ name: 'f1', from: 0, bytes: 3 },
			{ name: 'f0', from: 0, bytes: 5 },
		]);
	});

	it('the end of what is large, beside all that is small', () => {
		expect(partsToKeep(files([1_000, 10, 400]), 210)).toEqual([
			{ name: 'f1', from: 0, bytes: 10 },
			{ name: 'f2', from: 300, bytes: 100 },
			{ name: 'f0', from: 900, bytes: 100 },
		]);
	});

	it('never more than there is room for, always the end, nothing left out that fits', () => {
		fc.assert(
			fc.property(sizes, fc.nat({ max: 20_000 }), (all, most) => {
				const parts = partsToKeep(files(all), most);
				const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
				const whole = all.reduce((sum, bytes) => sum + bytes, 0);
				expect(parts).toHaveLength(all.length);
				expect(total).toBeLessThanOrEqual(most);
				// Room is left over only by rounding.
				expect(total).toBeGreaterThanOrEqual(Math.min(whole, most) - all.length);
				for (const { name, from, bytes } of parts) expect(from + bytes).toBe(all[Number(name.slice(1))]);
			}),
		);
	});
});
