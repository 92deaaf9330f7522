// Cuts the words of a command that has neither sbatch's options nor a script: our own options, and plain words.
import { likelyNames } from '../core/did-you-mean.ts';
import {
	isOptionWord,
	longName,
	type OptionTable,
	optionTrouble,
	readOption,
	shownWord,
} from '../core/option-table.ts';
import { Trouble } from '../core/trouble.ts';
import { type HelpPage, helpOf, type OwnValues, readOwnOptions, tableOf } from './own-options.ts';
import type { Shell } from './shell.ts';

export interface OwnWords {
	/** Each one word: `--flag` or `--name=value`. */
	readonly own: readonly string[];
	readonly plain: readonly string[];
	readonly help: boolean;
}

export interface Typed {
	readonly own: OwnValues;
	readonly plain: readonly string[];
}

/** What most commands begin with; undefined: help was asked for, and has been given. */
export async function readTyped(
	shell: Shell,
	words: readonly string[],
	page: HelpPage,
	most: number,
): Promise<Typed | undefined> {
	const { own, plain, help } = splitOwnWords(words, tableOf(page.options), most);
	if (help) {
		shell.out(`${await helpOf(page, shell.columns('stdout'))}\n`);
		return undefined;
	}
	return { own: await readOwnOptions(own, page), plain };
}

/** `most`: how many plain words the command takes. */
export function splitOwnWords(words: readonly string[], table: OptionTable, most: number): OwnWords {
	const own: string[] = [];
	const plain: string[] = [];
	let index = 0;
	while (index < words.length) {
		const word = words[index] ?? '';
		if (word === '-h' || word === '--help') return { own, plain, help: true };
		if (!isOptionWord(word) && word !== '--') {
			if (plain.push(word) > most)
				throw new Trouble('usage', `unexpected word ${shownWord(word)}`, { hint: 'see --help' });
			index += 1;
			continue;
		}
		const reading = readOption(table, words, index);
		if (reading === undefined) throw unknownOption(word, [...table.long.keys()]);
		if ('fault' in reading) throw optionTrouble(reading);
		for (const { name, value } of reading.options) own.push(value === undefined ? `--${name}` : `--${name}=${value}`);
		index = reading.next;
	}
	return { own, plain, help: false };
}

/** What would do nothing by itself is refused. */
export function goesWith(own: OwnValues, name: string, other: string): void {
	if (own[name] === undefined || own[name] === false || own[other] === true) return;
	throw new Trouble('usage', `--${name} goes with --${other}`, { hint: `add --${other}` });
}

export function unknownOption(word: string, names: readonly string[]): Trouble {
	const likely = likelyNames(longName(word), names);
	const hint = likely.length > 0 ? `did you mean ${likely.map((name) => `--${name}`).join(' or ')}?` : 'see --help';
	return new Trouble('usage', `unknown option ${shownWord(word)}`, { hint });
}
