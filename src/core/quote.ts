// Words made safe for the three readers we write for: bash, Slurm's own reader of #SBATCH lines, and file name patterns.
// Whatever a word holds, its reader gets back exactly that word and runs none of it.
import { Trouble } from './trouble.ts';

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;
const CONTROL = /[\x00-\x1f\x7f]/;

/** One bash word. Control characters are escaped, so a script never holds a carriage return (sbatch refuses those). */
export function bashWord(word: string): string {
	if (word.includes('\0'))
		throw new Trouble('usage', 'A word with a NUL character cannot be passed on', { hint: 'take it out of the word' });
	if (PLAIN.test(word)) return word;
	if (!CONTROL.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
	const escaped = word.replace(/[\\']/g, '\\$&').replace(/[\x01-\x1f\x7f]/g, octal);
	return `$'${escaped}'`;
}

export function bashWords(words: readonly string[]): string {
	return words.map(bashWord).join(' ');
}

function octal(character: string): string {
	return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}

/** The value of an #SBATCH line. Slurm's reader knows double quotes with \" and \\, and has no way to carry a newline. */
export function sbatchValue(value: string): string {
	if (CONTROL.test(value)) {
		throw new Trouble('usage', `An #SBATCH line cannot carry a control character: ${JSON.stringify(value)}`, {
			hint: 'take the line break or the tab out of it',
		});
	}
	if (PLAIN.test(value)) return value;
	return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** A path for --output: Slurm expands % in it, and a backslash anywhere would switch all expansion off. */
export function slurmPathPattern(path: string): string {
	if (path.includes('\\')) {
		throw new Trouble('usage', `No job can write logs below a folder with a backslash in its name: ${path}`, {
			hint: 'choose another folder with --output-dir',
		});
	}
	return path.replaceAll('%', '%%');
}
