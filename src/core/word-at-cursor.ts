// What may be typed at the cursor of an unfinished command line: an option, an option's value, or a word of the command.
// The words before it are read by the same tables as when the command runs.
import { isOptionWord, type OptionTable, readOption, type TakesValue } from './option-table.ts';
import { RAY_TABLE } from './ray-options.ts';
import { SBATCH_TABLE } from './sbatch-table.ts';
import type { Usage } from './usage.ts';

export type AtCursor =
	/** Options of ray start alone, or those of the command. */
	| { readonly kind: 'options'; readonly of: 'command' | 'ray' }
	/** `prefix`: the part of the word that stays, such as `--on-end=`. */
	| { readonly kind: 'value'; readonly option: string; readonly prefix: string }
	/** Kinds and literals, as the usage line has them. */
	| { readonly kind: 'word'; readonly anyOf: readonly string[] }
	| { readonly kind: 'file' }
	| { readonly kind: 'nothing' };

export interface Taken {
	readonly usage: Usage;
	readonly own: OptionTable;
}

/** `words`: those behind the command's name, without the one at the cursor, which is `current`. */
export function wordAtCursor({ usage, own }: Taken, words: readonly string[], current: string): AtCursor {
	const tables = usage.sbatch ? [own, SBATCH_TABLE] : [own];
	let place = 0;
	for (let index = 0; index < words.length; ) {
		const word = words[index] ?? '';
		if (word === '--') return usage.dashes === 'ray' ? inRay(words.slice(index + 1), current) : { kind: 'file' };
		if (!isOptionWord(word)) {
			if (isScript(usage, place, word)) return { kind: 'file' };
			if (usage.words[place]?.repeats !== true) place += 1;
			index += 1;
			continue;
		}
		const read = readBy(tables, words, index);
		if (read.missing !== undefined) return valueAt(tables, read.missing, '');
		if (read.name === 'script') return { kind: 'file' };
		index = read.next;
	}
	if (current.startsWith('--') && current.includes('=')) {
		const cut = current.indexOf('=') + 1;
		return valueAt(tables, current.slice(0, cut - 1), current.slice(0, cut));
	}
	const expected = usage.words[place];
	if (current.startsWith('-')) return { kind: 'options', of: 'command' };
	if (expected !== undefined) return { kind: 'word', anyOf: expected.anyOf };
	return current === '' ? { kind: 'options', of: 'command' } : { kind: 'nothing' };
}

/** From behind `--` to the script. */
function inRay(words: readonly string[], current: string): AtCursor {
	for (let index = 0; index < words.length; ) {
		if (words[index]?.endsWith('.py')) return { kind: 'file' };
		const read = readBy([RAY_TABLE], words, index);
		if (read.missing !== undefined) return { kind: 'nothing' };
		index = read.next;
	}
	if (current.startsWith('-')) return current.includes('=') ? { kind: 'nothing' } : { kind: 'options', of: 'ray' };
	return { kind: 'word', anyOf: ['SCRIPT.py'] };
}

/** After it all words are its own. */
function isScript({ words }: Usage, place: number, word: string): boolean {
	const { anyOf = [] } = words[place] ?? {};
	return anyOf.includes('SCRIPT') || (anyOf.includes('SCRIPT.py') && word.endsWith('.py'));
}

/** `missing`: the option that still waits for its value. A word nobody knows counts as one option. */
function readBy(
	tables: readonly OptionTable[],
	words: readonly string[],
	index: number,
): { next: number; name?: string | undefined; missing?: string } {
	for (const table of tables) {
		const reading = readOption(table, words, index);
		if (reading === undefined) continue;
		if (!('fault' in reading)) return { next: reading.next, name: reading.options.at(-1)?.name };
		if (reading.fault === 'missing-value') return { next: words.length, missing: reading.option };
	}
	return { next: index + 1 };
}

/** `option`: as typed, such as `--time` or `-t`. */
function valueAt(tables: readonly OptionTable[], option: string, prefix: string): AtCursor {
	const name = option.startsWith('--')
		? option.slice(2)
		: (tables.map(({ short }) => short.get(option.slice(1))).find((each) => each !== undefined) ?? '');
	const takes: TakesValue | undefined = tables.map(({ long }) => long.get(name)).find((each) => each !== undefined);
	return takes === undefined || takes === 'none' ? { kind: 'nothing' } : { kind: 'value', option: name, prefix };
}
