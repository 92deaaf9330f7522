// A cluster takes only nodes with its own versions of Ray and Python. Ray itself says so after joining; we say it before.
import { Trouble } from './trouble.ts';

export interface Versions {
	readonly rayVersion?: string | undefined;
	readonly pythonVersion?: string | undefined;
}

export function checkVersions(here: Required<Versions>, head: Versions): void {
	if (head.rayVersion !== undefined && head.rayVersion !== here.rayVersion)
		throw mismatch('Ray', here.rayVersion, head.rayVersion);
	if (head.pythonVersion !== undefined && head.pythonVersion !== here.pythonVersion) {
		throw mismatch('Python', here.pythonVersion ?? 'unknown', head.pythonVersion);
	}
}

function mismatch(what: string, here: string | undefined, there: string): Trouble {
	return new Trouble('cannot-connect', `${what} ${here} here, but ${what} ${there} at the head`, {
		hint: "use the head's environment: --venv, --conda, --module or --setup as it was given to head submit",
	});
}
