import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdleWindows, windowNow } from '../../src/core/idle-window.ts';

const NIGHT = parseIdleWindows('02:30-09:00', 'test');
const open = (instant: string, zone: string, windows = NIGHT) => windowNow(windows, new Date(instant), zone).open;

describe('the idle window', () => {
	it.each([
		// An ordinary night in Berlin (UTC+1), each edge with its twin.
		['2026-01-15T01:29:59Z', 'Europe/Berlin', false],
		['2026-01-15T01:30:00Z', 'Europe/Berlin', true],
		['2026-01-15T07:59:59Z', 'Europe/Berlin', true],
		['2026-01-15T08:00:00Z', 'Europe/Berlin', false],
		// Clocks go forward over 02:30 (02:00 becomes 03:00 at 01:00Z): open at once after the change, not an hour late.
		['2026-03-29T00:59:59Z', 'Europe/Berlin', false],
		['2026-03-29T01:00:00Z', 'Europe/Berlin', true],
		['2026-03-29T06:59:59Z', 'Europe/Berlin', true],
		['2026-03-29T07:00:00Z', 'Europe/Berlin', false],
		// Clocks go back (03:00 becomes 02:00 at 01:00Z): 02:30 comes twice; open from the first, no hole in between.
		['2026-10-25T00:29:59Z', 'Europe/Berlin', false],
		['2026-10-25T00:30:00Z', 'Europe/Berlin', true],
		['2026-10-25T01:10:00Z', 'Europe/Berlin', true],
		['2026-10-25T07:59:59Z', 'Europe/Berlin', true],
		['2026-10-25T08:00:00Z', 'Europe/Berlin', false],
		// New York: forward at 07:00Z on 8 March, back at 06:00Z on 1 November.
		['2026-03-08T06:59:59Z', 'America/New_York', false],
		['2026-03-08T07:00:00Z', 'America/New_York', true],
		['2026-03-08T13:00:00Z', 'America/New_York', false],
		['2026-11-01T07:29:59Z', 'America/New_York', false],
		['2026-11-01T07:30:00Z', 'America/New_York', true],
		['2026-11-01T14:00:00Z', 'America/New_York', false],
		['2026-06-01T20:59:00Z', 'Asia/Kolkata', false],
		['2026-06-01T21:00:00Z', 'Asia/Kolkata', true],
	])('%s in %s: %s', (instant, zone, expected) => {
		expect(open(instant, zone)).toBe(expected);
	});

	it.each([
		['22:00-06:00', '2026-05-01T21:59:00Z', false],
		['22:00-06:00', '2026-05-01T22:00:00Z', true],
		['22:00-06:00', '2026-05-02T05:59:00Z', true],
		['22:00-06:00', '2026-05-02T06:00:00Z', false],
		['01:00-02:00,12:00-13:00', '2026-05-02T12:30:00Z', true],
		['01:00-02:00,12:00-13:00', '2026-05-02T11:30:00Z', false],
		['00:00-24:00', '2026-05-02T11:30:00Z', true],
		['always', '2026-05-02T11:30:00Z', true],
		['off', '2026-05-02T03:30:00Z', false],
	])('%s at %s: %s', (text, instant, expected) => {
		expect(open(instant, 'UTC', parseIdleWindows(text, 'test'))).toBe(expected);
	});

	it.each(['', '2:30', '25:00-26:00', '02:60-03:00', '02:30-02:30', 'nights', '02:30-09:00,'])('refuses %j', (text) => {
		expect(() => parseIdleWindows(text, '--idle-window')).toThrow(/--idle-window: not a window/);
	});

	it('says when it changes, and it does change then', () => {
		const year = Date.UTC(2026, 0, 1);
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 365 * 1440 }),
				fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC', 'Asia/Kolkata'),
				fc.constantFrom('02:30-09:00', '22:00-06:00', '01:30-02:15,23:00-23:30'),
				(minute, zone, text) => {
					const windows = parseIdleWindows(text, 'test');
					const now = new Date(year + minute * 60_000);
					const seen = windowNow(windows, now, zone);
					const changes = seen.changes?.getTime() ?? 0;
					expect(changes).toBeGreaterThan(now.getTime());
					expect(windowNow(windows, new Date(changes - 1), zone).open).toBe(seen.open);
					expect(windowNow(windows, new Date(changes), zone).open).toBe(!seen.open);
				},
			),
			{ numRuns: 300 },
		);
	});
});
