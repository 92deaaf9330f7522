// A cluster takes only nodes with its own versions of Ray and Python. Ray itself says so after joining; we say it before.
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
