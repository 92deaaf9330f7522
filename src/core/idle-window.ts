// When an unused head may end itself: windows of local wall-clock time, such as 02:30-09:00, several, always or off.
// A window is a stretch between two instants: it opens at the first moment of its day whose clock shows its start or later,
// and closes at the first moment after that whose clock shows its end or later. So a night with a skipped or a repeated
// hour has one stretch too, without a hole.
import { Trouble } from './trouble.ts';

export type IdleWindows =
	| { readonly kind: 'always' }
	| { readonly kind: 'off' }
	| { readonly kind: 'daily'; readonly windows: readonly DailyWindow[] };

export interface DailyWindow {
	/** Minutes after midnight on the wall clock. An end that is not after the start is on the next day. */
	readonly startMinutes: number;
	readonly endMinutes: number;
}

export const DEFAULT_IDLE_WINDOW = '02:30-09:00';

export function parseIdleWindows(text: string, source: string): IdleWindows {
	if (text === 'always' || text === 'off') return { kind: text };
	const windows = text.split(',').map((part) => {
		const [, startHour, startMinute, endHour, endMinute] = /^\s*(\d\d?):(\d\d)-(\d\d?):(\d\d)\s*$/.exec(part) ?? [];
		const start = Number(startHour) * 60 + Number(startMinute);
		const end = Number(endHour) * 60 + Number(endMinute);
		const sound = Number(startMinute) < 60 && Number(endMinute) < 60 && start < 1440 && end <= 1440 && start !== end;
		if (sound) return { startMinutes: start, endMinutes: end };
		throw new Trouble('usage', `${source}: not a window of time: ${JSON.stringify(part)}`, {
			hint: 'write 02:30-09:00, several with commas, always or off',
		});
	});
	return { kind: 'daily', windows };
}

export interface WindowNow {
	readonly open: boolean;
	/** When the open window closes, or the next one opens; absent for always and off. */
	readonly changes?: Date;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

export function windowNow(windows: IdleWindows, now: Date, zone: string): WindowNow {
	if (windows.kind !== 'daily') return { open: windows.kind === 'always' };
	const today = localDay(now.getTime(), zone);
	let opens = Number.POSITIVE_INFINITY;
	let closes = Number.NEGATIVE_INFINITY;
	for (const { startMinutes, endMinutes } of windows.windows) {
		for (let day = today - 1; day <= today + 2; day++) {
			const start = firstInstant(day, startMinutes, zone);
			const end = firstInstant(endMinutes > startMinutes ? day : day + 1, endMinutes, zone, start);
			if (start <= now.getTime() && now.getTime() < end) closes = Math.max(closes, end);
			else if (start > now.getTime()) opens = Math.min(opens, start);
		}
	}
	if (closes > now.getTime()) return { open: true, changes: new Date(closes) };
	return { open: false, changes: new Date(opens) };
}

/** The first instant, not before `from`, at which the clock of this day shows these minutes or more. */
function firstInstant(day: number, minutes: number, zone: string, from = Number.NEGATIVE_INFINITY): number {
	const wall = day * DAY_MS + minutes * MINUTE_MS;
	// Offsets on either side of whatever change there may be near this time.
	const before = offsetMs(wall - DAY_MS, zone);
	const after = offsetMs(wall + DAY_MS, zone);
	const exact = [wall - before, wall - after].filter((at) => at >= from && at + offsetMs(at, zone) === wall);
	if (exact.length > 0) return Math.min(...exact);
	// The clock never shows it: it was put forward over it. Then the moment of that change counts.
	let low = wall - Math.max(before, after) - DAY_MS;
	let high = wall - Math.min(before, after) + DAY_MS;
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (middle + offsetMs(middle, zone) >= wall) high = middle;
		else low = middle;
	}
	return Math.max(high, from);
}

function localDay(instant: number, zone: string): number {
	return Math.floor((instant + offsetMs(instant, zone)) / DAY_MS);
}

/** Clocks are put forward and back at quarters of an hour of UTC, everywhere. */
const QUARTER_MS = 900_000;
const MOST_KNOWN = 1_000;
const known = new Map<string, Map<number, number>>();

/** What the zone's clock is ahead of UTC at this instant. Asking the time zone's tables is slow, and the same few quarters of
 *  an hour are asked for again and again. */
function offsetMs(instant: number, zone: string): number {
	let offsets = known.get(zone);
	if (offsets === undefined || offsets.size > MOST_KNOWN) {
		offsets = new Map();
		known.set(zone, offsets);
	}
	const quarter = Math.floor(instant / QUARTER_MS);
	let offset = offsets.get(quarter);
	if (offset === undefined) {
		offset = tabulatedOffsetMs(quarter * QUARTER_MS, zone);
		offsets.set(quarter, offset);
	}
	return offset;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

function tabulatedOffsetMs(instant: number, zone: string): number {
	let format = FORMATS.get(zone);
	if (format === undefined) {
		format = new Intl.DateTimeFormat('en-US', {
			timeZone: zone,
			hourCycle: 'h23',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		});
		FORMATS.set(zone, format);
	}
	const part = Object.fromEntries(
		format.formatToParts(new Date(instant)).map(({ type, value }) => [type, Number(value)]),
	);
	const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
	return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}
