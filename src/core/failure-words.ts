// What is printed of a failure: what happened, then what to type; a bug of ours shows its stack. With --json it is on stdout as
// well, for programs, in the same words.
import { pathsFromHere } from './paths-from-here.ts';
import { withoutControls } from './plain-text.ts';
import { Trouble } from './trouble.ts';

export interface Failure {
	readonly out: string;
	readonly err: string;
	readonly code: number;
}

export interface FailureWish {
	readonly cwd: string;
	readonly json: boolean;
	readonly colours: boolean;
	/** For a bug: the versions of what has it. */
	readonly self: string;
}

export function failureWords(error: unknown, { cwd, json, colours, self }: FailureWish): Failure {
	const inWords = (text: string) => pathsFromHere(withoutControls(text), cwd);
	if (error instanceof Trouble) {
		const { kind, facts, exitCode } = error;
		const message = inWords(error.message);
		const hint = error.hint === undefined ? undefined : inWords(error.hint);
		const label = colours ? '\x1b[31mERROR:\x1b[39m' : 'ERROR:';
		return {
			out: json ? inJson({ ...facts, error: { code: kind, message, hint } }) : '',
			err: `${label} ${message}\n${hint === undefined ? '' : `  → ${hint}\n`}`,
			code: exitCode,
		};
	}
	const message = `${self} met a bug of its own`;
	return {
		out: json ? inJson({ error: { code: 'bug', message: `${message}: ${error}` } }) : '',
		err: `${message}:\n${(error as Error)?.stack ?? error}\n`,
		code: 1,
	};
}

function inJson(facts: object): string {
	return `${JSON.stringify({ schemaVersion: 1, ...facts })}\n`;
}
