// Where the holes of a template are, and how bash would read the place of each.

export interface FoundHole {
	readonly name: string;
	/** Its line's number and text, and its place in the whole. */
	readonly at: number;
	readonly line: string;
	readonly index: number;
}

export function holesIn(text: string): readonly FoundHole[] {
	return [...text.matchAll(/@@([A-Z][A-Z0-9_]*)@@/g)].map(({ 1: name = '', index }) => {
		const before = text.slice(0, index).split('\n');
		return { name, at: before.length, line: text.split('\n')[before.length - 1] ?? '', index };
	});
}

/** word: a place where a quoted word stays one. An #SBATCH line is Slurm's, which has rules of its own. */
export type Context =
	| 'word'
	| 'a comment'
	| 'quotes'
	| 'backquotes'
	| 'a here-document'
	| 'an #SBATCH value'
	| 'a word';

export function contextAt(text: string, index: number): Context {
	const lineBegin = text.lastIndexOf('\n', index - 1) + 1;
	if (text.startsWith('#SBATCH', lineBegin)) {
		const bare = /[=\s]/.test(text.charAt(index - 1)) && /^@@\w+@@(?:\s|$)/.test(text.slice(index));
		const quoted = /["']/.test(text.slice(lineBegin, index));
		return bare && !quoted ? 'word' : 'an #SBATCH value';
	}
	// A backslash or a dollar sign would be read together with the quote that the value begins with.
	const context = scan(text, index);
	return context === 'word' && /[\\$]/.test(text.charAt(index - 1)) ? 'a word' : context;
}

/** Reads as bash does from the beginning, more strictly: whatever is inside double quotes stays inside. */
function scan(text: string, end: number): Context {
	let here: string | undefined;
	for (let at = 0; at < end; at += 1) {
		const rest = text.slice(at);
		const character = text.charAt(at);
		if (character === '\\') at += 1;
		else if (character === '#' && /^$|[\s;&|(]/.test(text.charAt(at - 1))) {
			const close = text.indexOf('\n', at);
			if (close < 0 || close >= end) return 'a comment';
			at = close - 1;
		} else if (character === "'" || character === '"' || character === '`') {
			const close = closing(text, at);
			if (close >= end) return character === '`' ? 'backquotes' : 'quotes';
			at = close;
		} else if (character === '<' && text.charAt(at - 1) !== '<') {
			here = /^<<-?\s*["'\\]?(\w+)/.exec(rest)?.[1] ?? here;
			if (rest.startsWith('<<<')) here = undefined;
		} else if (character === '\n' && here !== undefined) {
			const last = new RegExp(`\\n\\t*${here}(?:\\n|$)`).exec(rest);
			const close = last === null ? text.length : at + last.index + last[0].trimEnd().length;
			if (close >= end) return 'a here-document';
			here = undefined;
			at = close - 1;
		}
	}
	return 'word';
}

/** The quote's other end; without one, the end of everything. */
function closing(text: string, open: number): number {
	const quote = text.charAt(open);
	const escapes = quote !== "'" || text.charAt(open - 1) === '$';
	for (let at = open + 1; at < text.length; at += 1) {
		if (text.charAt(at) === quote) return at;
		if (escapes && text.charAt(at) === '\\') at += 1;
	}
	return text.length;
}
