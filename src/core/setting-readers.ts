// What the text of a setting means, where not every text means something: one reader each, for who uses it and for who only
// wants to know whether it can be read. undefined: nobody said anything.
import { isHostName } from './dashboard-ways.ts';
import { parseDurationMs } from './duration.ts';
import { parseIdleWindows } from './idle-window.ts';
import { readRayWish } from './kept-environment.ts';
import { shownWord } from './option-table.ts';
import { readKeeping } from './ray-logs.ts';
import { checkScheduler, numberOf, type SettingName, type Settings, type SettingValue, switchOf } from './settings.ts';
import { Trouble } from './trouble.ts';

const ENDS = ['cancel', 'keep'] as const;

type Read = (settings: Settings) => unknown;

const said =
	<Value>(name: SettingName, read: (text: string, source: string) => Value) =>
	(settings: Settings): Value | undefined => {
		const value: SettingValue | undefined = settings.get(name);
		return value && read(value.text, value.source);
	};

export const READ = {
	scheduler: said('scheduler', (text) => {
		checkScheduler(text);
		return text;
	}),
	'local-cpus': (settings: Settings) => numberOf(settings, 'local-cpus'),
	'port-offset': (settings: Settings) => numberOf(settings, 'port-offset'),
	/** In GB. */
	'object-store': (settings: Settings) => numberOf(settings, 'object-store'),
	ray: said('ray', readRayWish),
	/** It becomes a word of ssh. */
	'login-host': said('login-host', (text, source) => {
		if (isHostName(text)) return text;
		throw new Trouble('usage', `${source}: not a host: ${shownWord(text)}`, {
			hint: 'write it as ssh takes it: login.example.org, me@login.example.org, or a Host of your ~/.ssh/config',
		});
	}),
	/** As it is written: the head reads it for itself. */
	'idle-window': said('idle-window', (text, source) => {
		parseIdleWindows(text, source);
		return text;
	}),
	'idle-after': said('idle-after', parseDurationMs),
	'idle-check': (settings: Settings) => (settings.has('idle-check') ? switchOf(settings, 'idle-check') : undefined),
	grace: said('grace', parseDurationMs),
	'on-end': said('on-end', (text, source) => {
		const end = ENDS.find((each) => each === text);
		if (end !== undefined) return end;
		throw new Trouble('usage', `${source}: neither cancel nor keep: ${shownWord(text)}`, {
			hint: 'write --on-end cancel or --on-end keep',
		});
	}),
	'insecure-no-auth': (settings: Settings) => switchOf(settings, 'insecure-no-auth'),
	'keep-ray-logs': said('keep-ray-logs', readKeeping),
	debug: (settings: Settings) => switchOf(settings, 'debug'),
} as const satisfies Partial<Record<SettingName, Read>>;

/** Those that say what nobody understands. */
export function faultsIn(settings: Settings): ReadonlyMap<SettingName, Trouble> {
	const faults = new Map<SettingName, Trouble>();
	for (const [name, read] of Object.entries(READ) as [SettingName, Read][]) {
		try {
			read(settings);
		} catch (error) {
			if (!(error instanceof Trouble)) throw error;
			faults.set(name, error);
		}
	}
	return faults;
}
