import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	countdownMark,
	type FarewellState,
	graceBeforeKill,
	graceWithin,
	stepFarewell,
} from '../../src/core/farewell.ts';

const GRACE_MS = 400_000;
const START: FarewellState = { beganMs: 0, awaited: [], told: false };
const step = (state: FarewellState, nowMs: number, ...connected: string[]) =>
	stepFarewell(state, { nowMs, connected }, GRACE_MS);

describe('a farewell', () => {
	it('ends at once when nobody is there', () => {
		expect(step(START, 0).action).toEqual({ do: 'end', because: 'no client is connected', finished: [] });
	});

	it('tells all in one go, waits, names who has finished, and ends with the last', () => {
		const told = step(START, 0, '1', '2');
		expect(told.action).toEqual({ do: 'tell', jobs: ['1', '2'] });
		const waiting = step({ ...told.state, told: true }, 1_000, '2');
		expect(waiting.action).toEqual({ do: 'wait', because: '1 client left, at most 6 min 39 s more', finished: ['1'] });
		expect(step(waiting.state, 2_000).action).toEqual({
			do: 'end',
			because: 'every client has ended',
			finished: ['2'],
		});
	});

	it('waits for the grace and not a millisecond longer', () => {
		const { state } = step(START, 0, '1');
		const told = { ...state, told: true };
		expect(step(told, GRACE_MS - 1, '1').action.do).toBe('wait');
		expect(step(told, GRACE_MS, '1').action).toMatchObject({ do: 'end', because: 'the grace is over; still there: 1' });
	});

	it('tells again where the scheduler did not answer, but not in a rush', () => {
		const { state } = step(START, 0, '1');
		expect(step(state, 1_999, '1').action.do).toBe('wait');
		expect(step(state, 2_000, '1').action).toEqual({ do: 'tell', jobs: ['1'] });
	});

	it('tells one that joins late, and only that one', () => {
		const { state } = step(START, 0, '1');
		expect(step({ ...state, told: true }, 5_000, '1', '2').action).toEqual({ do: 'tell', jobs: ['2'] });
	});
});

describe('without any grace', () => {
	it('they are told all the same, once, and nobody is awaited', () => {
		const told = stepFarewell(START, { nowMs: 0, connected: ['1'] }, 0);
		expect(told.action).toEqual({ do: 'tell', jobs: ['1'] });
		for (const heard of [true, false]) {
			const end = stepFarewell({ ...told.state, told: heard }, { nowMs: 9_000, connected: ['1'] }, 0);
			expect(end.action.do).toBe('end');
		}
	});
});

describe('the grace', () => {
	it.each([
		['what was asked for, where nobody tells the time that is left', 400_000, undefined, 400_000],
		['what was asked for, where Slurm is early', 400_000, 674_000, 400_000],
		['less, where a preempted job has half a minute', 400_000, 30_000, 20_000],
		['less, where its own end needs the rest', 400_000, 300_000, 280_000],
		['nothing, when the time is over', 400_000, -5_000, 0],
	])('is %s', (_, asked, left, expected) => {
		expect(graceWithin(asked, left)).toBe(expected);
	});

	it('never reaches the end that Slurm has set', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }), (asked, left) => {
				const grace = graceWithin(asked, left);
				expect(grace).toBeLessThanOrEqual(Math.min(asked, left));
				expect(left - grace).toBeGreaterThanOrEqual(Math.min(20_000, left / 3) - 1);
			}),
		);
	});

	it.each([
		[undefined, 1_000],
		[5_000, 1_000],
		[30_000, 13_500],
		[1_000, 0],
	])('between SIGTERM and SIGKILL of %s ms is %s', (killWait, expected) => {
		expect(graceBeforeKill(killWait)).toBe(expected);
	});

	it('is counted down in minutes, then in tens of seconds', () => {
		const marks = Array.from({ length: 401 }, (_, i) => countdownMark((400 - i) * 1_000));
		expect([...new Set(marks)]).toEqual([
			420_000, 360_000, 300_000, 240_000, 180_000, 120_000, 60_000, 30_000, 20_000, 10_000,
		]);
	});
});
