// Reads one option from a list of words, the way getopt_long (sbatch) and click (ray) do, by a table of what takes a value.
// Nothing is guessed: what the table does not hold is not an option of it.
import { hasOdd, spelledOut } from './plain-text.ts';
import { Trouble } from './trouble.ts';

/** Whether an option takes a value: never, always (after `=` or as the next word), or only after `=`. */
export type TakesValue = 'none' | 'required' | 'optional';

export type OptionTable = {
	long: ReadonlyMap<string, TakesValue>;
	/** Letter to long name. */
	short: ReadonlyMap<string, string>;
	/** Whether `--part` may stand for `--partition`. */
	abbreviations: boolean;
	/** Long names that another command has, to that command. */
	elsewhere?: ReadonlyMap<string, string>;
};

/** An option by its long name. `words` say the same again, as typed; letters of a cluster (`-HO`) get a word each. */
export type ReadOption = { name: string; value?: string; words: string[] };

export type OptionFault =
	| { fault: 'missing-value' | 'unwanted-value'; option: string }
	| { fault: 'ambiguous'; option: string; candidates: string[] };

export type Reading = { options: ReadOption[]; next: number } | OptionFault;

/** The option that begins at words[index], or undefined if no option of this table does. */
export function readOption(table: OptionTable, words: readonly string[], index: number): Reading | undefined {
	const word = words[index];
	if (word === undefined || !isOptionWord(word)) return undefined;
	return word.startsWith('--') ? readLong(table, word, words, index) : readShort(table, word, words, index);
}

/** `-` alone and `--` are no options. */
export function isOptionWord(word: string): boolean {
	return word.length > 1 && word.startsWith('-') && word !== '--';
}

/** `--time=5` → `time`. */
export function longName(word: string): string {
	return word.slice(2).split('=', 1)[0] ?? '';
}

export function optionTrouble(fault: OptionFault): Trouble {
	if (fault.fault === 'ambiguous') {
		const candidates = fault.candidates.map((name) => `--${name}`).join(', ');
		return new Trouble('usage', `${shownWord(fault.option)} could be any of several options`, {
			hint: `write one of ${candidates}`,
		});
	}
	const name = shownWord(fault.option);
	return fault.fault === 'missing-value'
		? new Trouble('usage', `${name} needs a value`, { hint: 'write it behind the option; --help says what it means' })
		: new Trouble('usage', `${name} takes no value`, { hint: 'leave out what follows =' });
}

/** The table of options of our own: exact names only; a flag can be taken back with `--no-`. */
export function ownOptionTable(options: readonly { name: string; takes: TakesValue; short?: string }[]): OptionTable {
	const long = new Map<string, TakesValue>();
	const short = new Map<string, string>();
	for (const option of options) {
		long.set(option.name, option.takes);
		if (option.takes === 'none') long.set(`no-${option.name}`, 'none');
		if (option.short !== undefined) short.set(option.short, option.name);
	}
	return { long, short, abbreviations: false };
}

/** A word in a message: quoted, on one line, and not endless. */
export function shownWord(word: string): string {
	const short = word.length > 80 ? `${word.slice(0, 80)}…` : word;
	return hasOdd(short) || short.includes("'") ? spelledOut(short) : `'${short}'`;
}

function readLong(table: OptionTable, word: string, words: readonly string[], index: number): Reading | undefined {
	const typed = longName(word);
	const names = namesFor(table, typed);
	const [name] = names;
	if (name === undefined) return undefined;
	if (names.length > 1) return { fault: 'ambiguous', option: `--${typed}`, candidates: names };
	const takes = table.long.get(name);
	if (word.includes('=')) {
		if (takes === 'none') return { fault: 'unwanted-value', option: `--${name}` };
		return { options: [{ name, value: word.slice(typed.length + 3), words: [word] }], next: index + 1 };
	}
	if (takes !== 'required') return { options: [{ name, words: [word] }], next: index + 1 };
	const value = words[index + 1];
	if (value === undefined) return { fault: 'missing-value', option: `--${name}` };
	return { options: [{ name, value, words: [word, value] }], next: index + 2 };
}

function namesFor(table: OptionTable, typed: string): string[] {
	if (table.long.has(typed)) return [typed];
	return table.abbreviations && typed !== '' ? [...table.long.keys()].filter((name) => name.startsWith(typed)) : [];
}

function readShort(table: OptionTable, word: string, words: readonly string[], index: number): Reading | undefined {
	const options: ReadOption[] = [];
	for (let at = 1; at < word.length; at += 1) {
		const letter = word.charAt(at);
		const name = table.short.get(letter);
		if (name === undefined) return undefined;
		const takes = table.long.get(name);
		const rest = word.slice(at + 1);
		if (takes === 'none' || (takes === 'optional' && rest === '')) {
			options.push({ name, words: [`-${letter}`] });
			continue;
		}
		// All that follows the letter is its value, `=` included: sbatch reads -N=2 as "=2".
		if (rest !== '')
			return { options: [...options, { name, value: rest, words: [`-${letter}${rest}`] }], next: index + 1 };
		const value = words[index + 1];
		if (value === undefined) return { fault: 'missing-value', option: `-${letter}` };
		return { options: [...options, { name, value, words: [`-${letter}`, value] }], next: index + 2 };
	}
	return { options, next: index + 1 };
}
