// Times as people and programs read them: the queue's local times become instants, seconds become 3:12:40.
import type { KnownState } from './world.ts';

/** squeue prints local times without a zone, such as 2026-11-21T09:32:10. */
function instantOf(local: string): string | undefined {
	const date = new Date(local);
	return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function expectedStartOf(state: KnownState | undefined): { readonly expectedStart?: string } {
	if (state?.kind !== 'pending' || state.expectedStart === undefined) return {};
	const expectedStart = instantOf(state.expectedStart);
	return expectedStart === undefined ? {} : { expectedStart };
}

export function secondsAndEnd(state: Extract<KnownState, { kind: 'running' }>): {
	readonly endsAt?: string;
	readonly secondsLeft?: number;
} {
	const endsAt = state.ends === undefined ? undefined : instantOf(state.ends);
	return {
		...(endsAt === undefined ? {} : { endsAt }),
		...(state.secondsLeft === undefined ? {} : { secondsLeft: state.secondsLeft }),
	};
}

/** What the queue said `ageMs` ago, as it is now. */
export function broughtUpTo(now: Date, ageMs: number, state: KnownState): KnownState {
	if (state.kind !== 'running' || state.secondsLeft === undefined) return state;
	// By its end where that is known: rounded from each answer, seconds would now and then go backwards.
	const ends = state.ends === undefined ? Number.NaN : Date.parse(state.ends);
	const left = Number.isNaN(ends) ? state.secondsLeft - ageMs / 1_000 : (ends - now.getTime()) / 1_000;
	return { ...state, secondsLeft: Math.max(0, Math.floor(left)) };
}

/** 0:45, 12:10, 3:12:40, 1-02:00:00, as squeue writes them. */
export function clockOf(seconds: number): string {
	const two = (number: number) => String(number).padStart(2, '0');
	const days = Math.floor(seconds / 86_400);
	const hours = Math.floor(seconds / 3_600) % 24;
	const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(Math.floor(seconds) % 60)}`;
	if (days > 0) return `${days}-${two(hours)}:${rest}`;
	return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** Of the same, and 00:12:10; undefined of words such as UNLIMITED and INVALID. */
export function clockSeconds(text: string): number | undefined {
	const [, days = 0, hours = 0, minutes, seconds] = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d\d)$/.exec(text) ?? [];
	if (seconds === undefined) return undefined;
	return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
}

export function clockMinutes(text: string): number | undefined {
	const seconds = clockSeconds(text);
	return seconds === undefined ? undefined : Math.floor(seconds / 60);
}

/** The hour and minute on this clock's wall; with the day where that is another one. */
export function wallTime(iso: string, now: Date): string {
	const date = new Date(iso);
	const day = (each: Date) => `${each.getFullYear()}-${two(each.getMonth() + 1)}-${two(each.getDate())}`;
	const two = (number: number) => String(number).padStart(2, '0');
	const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
	return day(date) === day(now) ? time : `${day(date)} ${time}`;
}
