// What goes on, told on stderr: coloured on a terminal, plain elsewhere. Facts go to stdout and never through here.
import kleur from 'kleur';
import { pathsFromHere } from '../core/paths-from-here.ts';
import { withoutControls } from '../core/plain-text.ts';
import { colours } from '../core/terminal.ts';
import type { Log } from '../core/world.ts';

let tracing = false;

export function traceFromNowOn(): void {
	tracing = true;
}

export function debug(text: string): void {
	if (tracing) process.stderr.write(`+ ${withoutControls(text)}\n`);
}

/** kleur looks at stdout alone; what we colour goes to stderr. */
function useColours(): void {
	kleur.enabled = colours(process.stderr.isTTY === true, process.env);
}

function words(text: string): string {
	return pathsFromHere(withoutControls(text), process.cwd());
}

export const log: Log = {
	say: (text) => {
		process.stderr.write(`${withoutControls(text)}\n`);
	},
	warn: (text) => {
		useColours();
		process.stderr.write(`${kleur.yellow('WARNING:')} ${withoutControls(text)}\n`);
	},
	error: ({ message, hint }) => {
		useColours();
		process.stderr.write(`${kleur.red('ERROR:')} ${words(message)}\n`);
		if (hint !== undefined) process.stderr.write(`  ${kleur.dim('→')} ${words(hint)}\n`);
	},
	debug,
};
