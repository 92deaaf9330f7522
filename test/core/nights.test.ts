// A thousand nights in milliseconds: the idle window and the idle rule together, against a second opinion that knows only
// what the clock on the wall shows from minute to minute.
import { describe, expect, it } from 'vitest';
import { type ClusterUse, type IdleState, stepIdle } from '../../src/core/idle.ts';
import { parseIdleWindows, windowNow } from '../../src/core/idle-window.ts';

const MINUTE_MS = 60_000;
const AFTER_MS = 10 * MINUTE_MS;
const USUAL = '02:30-09:00';
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
function decided(midnight: number, zone: string, night: Night, minutes: number, text = USUAL): number | undefined {
	const windows = parseIdleWindows(text, 'test');
	let state: IdleState = {};
	for (let minute = night.from; minute < minutes; minute++) {
		const now = new Date(midnight + minute * MINUTE_MS);
		const window = windowNow(windows, now, zone);
		const use = night.used.has(minute) ? { ...UNUSED, drivers: 1 } : UNUSED;
		const step = stepIdle(state, { window, use: window.open ? use : undefined, nowMs: now.getTime() }, AFTER_MS);
		if (step.end) return minute;
		state = step.state;
	}
	return undefined;
}

/** The same by counting: of each day open from the first minute the wall shows the start or more until the first that shows the
 *  end or more, of the next day where the end is not after the start. */
function expected(wall: readonly number[], night: Night, minutes: number, text = USUAL): number | undefined {
	const first = (shown: number) => {
		const at = wall.findIndex((each) => each >= shown);
		return at < 0 ? minutes : at;
	};
	const open = new Set<number>();
	for (const [start = 0, end = 0] of text.split(',').map((window) => window.split('-').map(minuteOf)))
		for (const day of [-DAY, 0, DAY])
			for (let at = first(day + start); at < first(day + end + (end > start ? 0 : DAY)); at++) open.add(at);
	let quiet = 0;
	for (let minute = night.from; minute < minutes; minute++) {
		quiet = !open.has(minute) || night.used.has(minute) ? 0 : quiet + 1;
		if (quiet > AFTER_MS / MINUTE_MS) return minute;
	}
	return undefined;
}

const DAY = 1440;

function minuteOf(text: string): number {
	const [hour = '0', minute = '0'] = text.split(':');
	return Number(hour) * 60 + Number(minute);
}

/** In minutes after the local midnight at which it begins, and on, day after day. */
function wallClock(midnight: number, zone: string, minutes: number): number[] {
	const format = new Intl.DateTimeFormat('en-GB', {
		timeZone: zone,
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		hourCycle: 'h23',
	});
	const days: string[] = [];
	return Array.from({ length: minutes }, (_, minute) => {
		const parts = format.formatToParts(midnight + minute * MINUTE_MS);
		const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
		if (!days.includes(part('day'))) days.push(part('day'));
		return days.indexOf(part('day')) * DAY + Number(part('hour')) * 60 + Number(part('minute'));
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

function nightOf(roll: (sides: number) => number, minutes = MINUTES): Night {
	const used = new Set<number>();
	const long = minutes > MINUTES;
	for (let stretch = roll(4) + (long ? 8 : 0); stretch > 0; stretch--) {
		const from = roll(minutes - 40);
		for (let minute = from; minute < from + 1 + roll(90); minute++) used.add(minute);
	}
	return { from: long || roll(5) === 0 ? roll(minutes - 60) : 0, used };
}

const MINUTES = 660;

/** From a local midnight on; `every` and those around a change of the clock. */
const STRETCHES = [
	{ text: USUAL, minutes: MINUTES, every: 1 },
	// Two nights, so that the window of the day before and that of the day after are both in it.
	{ text: '22:00-06:00', minutes: 2 * DAY, every: 8 },
	{ text: '12:00-13:00,02:30-05:00', minutes: 2 * DAY, every: 8 },
];

describe.each([
	['Europe/Berlin', 2026],
	['America/New_York', 2026],
	['Australia/Lord_Howe', 2026],
])('a year of nights in %s', (zone, year) => {
	const all = midnights(year, zone);
	const isLong = (at: number, index: number) => (all[index + 1] ?? at) - at !== DAY * MINUTE_MS;

	it.each(STRETCHES)(
		'has no wrong decision for $text, and each that ends has a twin that stays',
		{ timeout: 60_000 },
		({ text, minutes, every }) => {
			const roll = dice(year + zone.length);
			const chosen = all.filter((at, index) => index % every === 0 || isLong(at, index));
			expect(all.length).toBeGreaterThan(360);
			let ends = 0;
			for (const midnight of chosen) {
				const wall = wallClock(midnight, zone, minutes);
				const night = nightOf(roll, minutes);
				const end = decided(midnight, zone, night, minutes, text);
				expect(end, new Date(midnight).toISOString()).toBe(expected(wall, night, minutes, text));
				if (end === undefined) continue;
				ends += 1;
				// The same night, but for one minute of use just before.
				const twin = { ...night, used: new Set([...night.used, end - roll(10)]) };
				const later = decided(midnight, zone, twin, minutes, text);
				expect(later).toBe(expected(wall, twin, minutes, text));
				expect(later).not.toBe(end);
			}
			expect(ends).toBeGreaterThan(chosen.length / 2);
		},
	);
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
