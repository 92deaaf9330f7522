// One word that may stand at the cursor, and a few words on it. Both come from files, too, so what could break a line, be
// run, or draw on the terminal is kept out.
import { hasOdd, onOneLine } from './plain-text.ts';

export interface Candidate {
	readonly word: string;
	readonly about: string;
}

const PLAIN = /^[\w@%+=:,./-]+$/;
const LONGEST_ABOUT = 60;

/** Those that fit what is typed, each once. Only words that no shell reads as anything but themselves. */
export function fitting(candidates: readonly Candidate[], typed: string): readonly Candidate[] {
	const seen = new Set<string>();
	return candidates.filter(({ word }) => {
		if (!word.startsWith(typed) || !PLAIN.test(word) || seen.has(word)) return false;
		seen.add(word);
		return true;
	});
}

/** A file's name may be anything; the shell quotes it. One with a newline or an escape code would break the line. */
export function isOffered(fileName: string): boolean {
	return !hasOdd(fileName);
}

/** On one line, and not endless. */
export function aboutWords(text: string): string {
	const letters = [...onOneLine(text).replace(/\s+/g, ' ').trim()];
	return letters.length > LONGEST_ABOUT ? `${letters.slice(0, LONGEST_ABOUT - 1).join('')}…` : letters.join('');
}

/** As each shell's script reads it. bash shows no descriptions; zsh takes a colon for the beginning of one. */
export function lineFor(shell: string, { word, about }: Candidate): string {
	if (shell === 'bash') return word;
	const text = aboutWords(about);
	if (shell === 'zsh') return `${word.replaceAll(':', '\\:')}${text === '' ? '' : `:${text}`}`;
	return text === '' ? word : `${word}\t${text}`;
}
