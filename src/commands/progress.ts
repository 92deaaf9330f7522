// Lines that tell a waiting person how far things are, on stderr: ✓ with the time since the command began.
import { isAbsolute, relative } from 'node:path';
import kleur from 'kleur';
import { durationInWords } from '../core/duration.ts';
import type { Prepared } from '../flows/submit-job.ts';
import type { Shell } from './shell.ts';

export interface Steps {
	done(what: string): void;
	note(what: string): void;
}

export function steps(shell: Shell, elapsedMs: () => number): Steps {
	kleur.enabled = shell.stderrIsTerminal;
	return {
		done: (what) => say(shell, `${kleur.green('✓')} ${what} ${kleur.dim(`(${durationInWords(elapsedMs())})`)}`),
		note: (what) => say(shell, `${kleur.yellow('…')} ${what}`),
	};
}

export function say(shell: Shell, text: string): void {
	shell.err(`${text}\n`);
}

/** Relative to here if it is below here. */
export function shown({ cwd }: Shell, path: string): string {
	const short = relative(cwd, path);
	return short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** What --dry-run prints: the exact script and the command that would submit it. */
export function dryRun(prepared: readonly Prepared[], json: boolean): string {
	if (json) {
		const jobs = prepared.map(({ submission, command }) => ({ script: submission.script, command }));
		return `${JSON.stringify({ schemaVersion: 1, jobs })}\n`;
	}
	return prepared
		.map(({ submission, commandLine }) => `${submission.script.trimEnd()}\n\n# submitted with:\n# ${commandLine}\n`)
		.join('\n');
}
