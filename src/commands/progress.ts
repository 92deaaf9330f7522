// Lines that tell a waiting person how far things are, on stderr: ✓ with the time since the command began.
import { isAbsolute, relative } from 'node:path';
import kleur from 'kleur';
import { durationInWords } from '../core/duration.ts';
import { withoutControls } from '../core/plain-text.ts';
import { bashWords } from '../core/quote.ts';
import type { JobId, Scheduler, Submission, World } from '../core/world.ts';
import type { QueueListener } from '../flows/queue-words.ts';
import type { Shell } from './shell.ts';

export interface Steps {
	done(what: string): void;
	note(what: string): void;
}

export function steps(shell: Shell, elapsedMs: () => number): Steps {
	kleur.enabled = shell.stderrColours;
	// The colours are ours; what they stand beside may be anybody's.
	const line = (mark: string, what: string, end = '') => shell.err(`${mark} ${withoutControls(what)}${end}\n`);
	return {
		done: (what) => line(kleur.green('✓'), what, ` ${kleur.dim(`(${durationInWords(elapsedMs())})`)}`),
		note: (what) => line(kleur.yellow('…'), what),
	};
}

/** What somebody is told of the queue who waits for this one. */
export function queueNotes(shell: Shell, { scheduler }: World, who: 'head' | 'client' | 'job'): QueueListener {
	const { note } = steps(shell, () => 0);
	return {
		pending: (reason, start) =>
			note(`pending: ${reason}${start === undefined ? '' : `; expected to start at ${start}`}`),
		silent: (why) => note(`${scheduler.title} does not answer (${why}); the ${who} is followed all the same`),
	};
}

export function say(shell: Shell, text: string): void {
	shell.err(`${withoutControls(text)}\n`);
}

/** Where there is one. */
export function noteOf(shell: Shell, note: string | undefined): void {
	if (note !== undefined) say(shell, `Note: ${note}`);
}

/** Relative to here if it is below here. */
export function shown({ cwd }: Shell, path: string): string {
	const short = relative(cwd, path);
	return short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** What --dry-run prints, unless any of it would be refused: the exact scripts, and the commands that would submit them.
 *  `coming`: a job that would be there by then. */
export async function dryRun(
	scheduler: Scheduler,
	submissions: readonly Submission[],
	json: boolean,
	coming?: JobId,
): Promise<string> {
	for (const submission of submissions) await scheduler.check(submission, coming);
	const jobs = submissions.map((submission) => ({
		script: submission.script,
		command: scheduler.submitCommand(submission),
	}));
	if (json) return `${JSON.stringify({ schemaVersion: 1, jobs })}\n`;
	return jobs
		.map(({ script, command }) => `${script.trimEnd()}\n\n# submitted with:\n# ${bashWords(command)}\n`)
		.join('\n');
}
