import { describe, expect, it } from 'vitest';
import { type FarewellState, stepFarewell } from '../../src/core/farewell.ts';

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
