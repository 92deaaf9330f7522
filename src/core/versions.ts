// Versions of Ray and Python: which is the older; and a cluster takes only nodes with its own. Ray itself says so after joining,
// we say it before.
import { Trouble } from './trouble.ts';

export interface Versions {
	readonly rayVersion: string;
	readonly pythonVersion: string;
}

/** What is known of the head's; what is not known cannot differ. */
export type HeadVersions = { readonly [Name in keyof Versions]?: Versions[Name] | undefined };

export function checkVersions(here: Versions, head: HeadVersions): void {
	checkOne('Ray', here.rayVersion, head.rayVersion);
	checkOne('Python', here.pythonVersion, head.pythonVersion);
}

function checkOne(what: string, here: string, there: string | undefined): void {
	if (there === undefined || there === here) return;
	throw new Trouble('cannot-connect', `${what} ${here} here, but ${what} ${there} at the head`, {
		hint: "use the head's environment: --venv, --conda, --module, --setup or --ray as it was given to head submit",
	});
}

/** 2.60.0rc1 comes before 2.60.0. */
export function compareVersions(a: string, b: string): number {
	const [left, right] = [numbersOf(a), numbersOf(b)];
	for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
		const difference = (left[at] ?? 0) - (right[at] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}

function numbersOf(version: string): readonly number[] {
	const [release = '', candidate] = version.split('rc');
	const numbers = release.split('.').map((part) => Number.parseInt(part, 10) || 0);
	while (numbers.length < 3) numbers.push(0);
	return [...numbers, candidate === undefined ? Number.MAX_SAFE_INTEGER : Number(candidate)];
}
