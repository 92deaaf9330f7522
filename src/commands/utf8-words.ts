// Node reads its arguments as UTF-8 and puts U+FFFD where they are not: the word that was typed is lost. The kernel still
// has its bytes, so such a word is refused instead of being passed on changed.
import { readFileSync } from 'node:fs';
import { Trouble } from '../core/trouble.ts';

export function checkUtf8(words: readonly string[]): void {
	if (!words.some((word) => word.includes('\ufffd'))) return;
	const bytes = readFileSync('/proc/self/cmdline');
	if (Buffer.from(bytes.toString('utf8'), 'utf8').equals(bytes)) return;
	throw new Trouble('usage', 'A word of the command line is not valid UTF-8, and could not be passed on unchanged', {
		hint: 'give such a value in a file the script reads',
	});
}
