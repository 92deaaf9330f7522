// A thousand nights in milliseconds: the idle window and the idle rule together, against a second opinion that knows only
// what the clock on the wall shows from minute to minute.
import { describe, expect, it } from 'vitest';
import { type ClusterUse, type IdleState, stepIdle } from '../../src/core/idle.ts';
import { parseIdleWindows, windowNow } from '../../src/core/idle-window.ts';

const MINUTE_MS = 60_000;
const AFTER_MS = 10 * MINUTE_MS;
const WINDOWS = parseIdleWindows('02:30-09:00', 'test');
const UNUSED: ClusterUse = {
	connected: 0,
	coming: 0,
	nodes: 1,
	idleMs: 9e9,
	drivers: 0,
	detachedActors: 0,
	pending: 0,
};

interface Night {
	/** When the head began to be watched, in minutes from local midnight as the test counts them. */
	readonly from: number;
	/** Minutes in which somebody uses the cluster. */
	readonly used: ReadonlySet<number>;
}

/** The first minute at which the head ends itself, as the rules of the project say. */
function decided(midnight: number, zone: string, night: Night, minutes: number): number | undefined {
	let state: IdleState = {};
	for (let minute = night.from; minute < minutes; minute++) {
		const now = new Date(midnight + minute * MINUTE_MS);
		const window = windowNow(WINDOWS, now, zone);
		const use = night.used.has(minute) ? { ...UNUSED, drivers: 1 } : UNUSED;
		const step = stepIdle(state, { window, use: window.open ? use : undefined, nowMs: now.getTime() }, AFTER_MS);
		if (step.end) return minute;
		state = step.state;
	}
	return undefined;
}

/** The same by counting: open from the first minute the wall shows 02:30 or more until the first that shows 09:00 or more. */
function expected(wall: readonly number[], night: Night, minutes: number): number | undefined {
	const opens = wall.findIndex((shown) => shown >= 150);
	const closes = wall.findIndex((shown) => shown >= 540);
	let quiet = 0;
	for (let minute = Math.max(night.from, opens); minute < Math.min(closes, minutes); minute++) {
		quiet = night.used.has(minute) ? 0 : quiet + 1;
		if (quiet > AFTER_MS / MINUTE_MS) return minute;
	}
	return undefined;
}

function wallClock(midnight: number, zone: string, minutes: number): number[] {
	const format = new Intl.DateTimeFormat('en-GB', {
		timeZone: zone,
		hour: 'numeric',
		minute: 'numeric',
		hourCycle: 'h23',
	});
	return Array.from({ length: minutes }, (_, minute) => {
		const [hour = '0', rest = '0'] = format.format(midnight + minute * MINUTE_MS).split(':');
		return Number(hour) * 60 + Number(rest);
	});
}

/** The instants at which local days of this year begin. */
function midnights(year: number, zone: string): number[] {
	const format = new Intl.DateTimeFormat('en-GB', {
		timeZone: zone,
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
	});
	const found: number[] = [];
	let day = '';
	for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 15 * MINUTE_MS) {
		const today = format.formatToParts(at).find(({ type }) => type === 'day')?.value ?? '';
		if (today !== day && day !== '') found.push(at);
		day = today;
	}
	return found;
}

/** Numbers that are the same at each run. */
function dice(seed: number): (sides: number) => number {
	let state = seed;
	return (sides) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * sides);
	};
}

function nightOf(roll: (sides: number) => number): Night {
	const used = new Set<number>();
	for (let stretch = roll(4); stretch > 0; stretch--) {
		const from = roll(620);
		for (let minute = from; minute < from + 1 + roll(90); minute++) used.add(minute);
	}
	return { from: roll(5) === 0 ? roll(600) : 0, used };
}

const MINUTES = 660;

describe.each([
	['Europe/Berlin', 2026],
	['America/New_York', 2026],
	['Australia/Lord_Howe', 2026],
])('a year of nights in %s', (zone, year) => {
	it('has no wrong decision, and each that ends has a twin that stays', { timeout: 60_000 }, () => {
		const roll = dice(year + zone.length);
		const nights = midnights(year, zone);
		expect(nights.length).toBeGreaterThan(360);
		let ends = 0;
		for (const midnight of nights) {
			const wall = wallClock(midnight, zone, MINUTES);
			const night = nightOf(roll);
			const end = decided(midnight, zone, night, MINUTES);
			expect(end, new Date(midnight).toISOString()).toBe(expected(wall, night, MINUTES));
			if (end === undefined) continue;
			ends += 1;
			// The same night, but for one minute of use just before.
			const twin = { ...night, used: new Set([...night.used, end - roll(10)]) };
			const later = decided(midnight, zone, twin, MINUTES);
			expect(later).toBe(expected(wall, twin, MINUTES));
			expect(later).not.toBe(end);
		}
		expect(ends).toBeGreaterThan(200);
	});
});

it.each([
	['Europe/Berlin', '2026-03-28T23:00:00Z', '02:30 does not exist: it opens at 03:00', 2 * 60],
	['Europe/Berlin', '2026-10-24T22:00:00Z', '02:30 comes twice: it opens at the first', 2 * 60 + 30],
	['America/New_York', '2026-03-08T05:00:00Z', '02:30 does not exist: it opens at 03:00', 2 * 60],
	['America/New_York', '2026-11-01T04:00:00Z', '01:30 comes twice, 02:30 an hour later', 3 * 60 + 30],
])('in %s on the night of %s %s', (zone, midnight, _, opensAfter) => {
	const unused = { from: 0, used: new Set<number>() };
	expect(decided(Date.parse(midnight), zone, unused, MINUTES)).toBe(opensAfter + 10);
});
