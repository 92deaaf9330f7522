import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
	isForThisLife,
	lifeOf,
	parseStopRequest,
	renderStopRequest,
	type StopRequest,
} from '../../src/core/stop-request.ts';

const AT = '2026-11-21T10:00:00.000Z';
const REQUEST: StopRequest = { at: AT, life: '1', atOnce: false, because: 'rayslurm stop' };
const nowMs = Date.parse(AT);

it('is read back, and nothing else is', () => {
	const requests = [REQUEST, { ...REQUEST, atOnce: true, successor: '13' }, { at: AT, atOnce: false, because: 'x' }];
	for (const request of requests) expect(parseStopRequest(renderStopRequest(request))).toEqual(request);
	for (const text of ['', '{', 'null', '[]', '{}', '{"at":5,"because":"x"}'])
		expect(parseStopRequest(text)).toBeUndefined();
	expect(parseStopRequest(`{"at":"x","because":"y","atOnce":"yes","life":1,"successor":"../1"}`)).toEqual({
		at: 'x',
		because: 'y',
		atOnce: false,
	});
});

it.each([
	['for this life', {}, { restarts: 1 }, true],
	['for an earlier life', {}, { restarts: 2 }, false],
	['for a life that had not spoken', { life: undefined }, { restarts: 2 }, true],
	['long past', {}, { restarts: 1, nowMs: nowMs + 601_000 }, false],
	['by a clock that is ahead', {}, { restarts: 1, nowMs: nowMs - 60_000 }, true],
	['by a clock that is lost', {}, { restarts: 1, nowMs: nowMs - 601_000 }, false],
	['without a time', { at: 'soon' }, { restarts: 1 }, false],
])('%s: %s', (_, request, now, expected) => {
	expect(isForThisLife({ ...REQUEST, ...request }, { nowMs, ...now })).toBe(expected);
});

it('never one for another life', () => {
	fc.assert(
		fc.property(fc.nat(9), fc.nat(9), fc.integer({ min: 0, max: 1e7 }), (life, restarts, ageMs) => {
			const obeyed = isForThisLife({ ...REQUEST, life: String(life) }, { restarts, nowMs: nowMs + ageMs });
			expect(obeyed && life !== restarts).toBe(false);
		}),
	);
});

it('names the life by what an incarnation begins with', () => {
	expect(lifeOf('12-a1b2c3')).toBe('12');
});
