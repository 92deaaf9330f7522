// Words of a line that is still being typed, as bash would cut it. Nothing in it is expanded, and nothing is run: $(…), `…`
// and $NAME stay as they stand.

export interface ShellLine {
	/** Finished ones. */
	readonly words: readonly string[];
	/** The one at the cursor; empty after a blank. */
	readonly current: string;
	/** Where in `current` readline believes its word to begin: behind the last of these characters that is not quoted. */
	readonly breakAt: number;
}

const BLANK = /\s/;

/** `breaks`: bash's COMP_WORDBREAKS. */
export function readShellLine(line: string, breaks = ''): ShellLine {
	const words: string[] = [];
	let current = '';
	let begun = false;
	let breakAt = 0;
	let quote = '';
	for (let at = 0; at < line.length; at += 1) {
		const character = line.charAt(at);
		if (quote !== '') {
			if (character === quote) quote = '';
			else if (character === '\\' && quote === '"' && /["\\$`]/.test(line.charAt(at + 1))) {
				at += 1;
				current += line.charAt(at);
			} else current += character;
		} else if (BLANK.test(character)) {
			if (begun) words.push(current);
			current = '';
			begun = false;
			breakAt = 0;
		} else {
			begun = true;
			if (character === "'" || character === '"') quote = character;
			else if (character === '\\') {
				at += 1;
				current += line.charAt(at);
			} else {
				current += character;
				if (breaks.includes(character)) breakAt = current.length;
			}
		}
	}
	return { words, current, breakAt };
}
