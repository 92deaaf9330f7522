// What a person sees while an environment is made, on stderr: on a terminal one line that is drawn again and again, elsewhere
// a line for each thing that takes long.
import { durationInWords } from '../core/duration.ts';
import { withoutControls } from '../core/plain-text.ts';
import type { KeepTold } from '../flows/keep-python.ts';
import { say, steps } from './progress.ts';
import type { Shell } from './shell.ts';

export interface MakingDisplay extends KeepTold {
	/** The terminal's line is free again. */
	close(): void;
}

const REDRAW_MS = 500;

export function makingDisplay(shell: Shell, elapsedMs: () => number): MakingDisplay {
	const step = steps(shell, elapsedMs);
	if (!shell.stderrIsTerminal) {
		return {
			waiting: (whom) => step.note(waitingWords(whom)),
			done: (what) => step.done(what),
			doing: ({ what, long }) => {
				if (long) say(shell, `… ${what}`);
			},
			close: () => {},
		};
	}
	let line = '';
	const wipe = () => {
		if (line !== '') shell.err('\r\x1b[2K');
	};
	const draw = () => {
		if (line === '') return;
		const room = (shell.columns('stderr') ?? 80) - 1;
		shell.err(`\r\x1b[2K${`… ${line} (${durationInWords(elapsedMs())})`.slice(0, room)}`);
	};
	const timer = setInterval(draw, REDRAW_MS);
	timer.unref();
	const show = (what: string) => {
		line = withoutControls(what);
		draw();
	};
	return {
		waiting: (whom) => show(waitingWords(whom)),
		done: (what) => {
			wipe();
			step.done(what);
			draw();
		},
		doing: ({ what }) => show(what),
		close: () => {
			clearInterval(timer);
			wipe();
			line = '';
		},
	};
}

function waitingWords(whom: string): string {
	return `another environment is being made by ${whom}: waiting for it`;
}
