// Cuts a command line into what is rayslurm's, sbatch's, ray start's and the script's. Everything before the script is read by
// tables of options; everything after it belongs to the script and is not looked at.
import {
	isOptionWord,
	longName,
	type OptionTable,
	optionTrouble,
	type ReadOption,
	readOption,
} from './option-table.ts';
import { readRayOption } from './ray-options.ts';
import type { SbatchOption } from './sbatch-options.ts';
import { SBATCH_TABLE } from './sbatch-table.ts';
import {
	isLikeKnown,
	misplacedOption,
	missingScript,
	missingTarget,
	unexpectedWord,
	unknownOption,
} from './word-troubles.ts';

export type HeadWords = {
	/** rayslurm's own options, each one word: `--flag` or `--name=value`. */
	own: string[];
	sbatch: SbatchOption[];
	/** As typed. */
	ray: string[];
	/** Help was asked for; the words after that were not read. */
	help: boolean;
};

export type ConnectWords = HeadWords & { target?: string; script?: string; scriptArgs: string[] };

export function splitHeadWords(words: readonly string[], own: OptionTable): HeadWords {
	const { own: ours, sbatch, ray, help } = split(words, own, false);
	return { own: ours, sbatch, ray, help };
}

export function splitConnectWords(words: readonly string[], own: OptionTable): ConnectWords {
	return split(words, own, true);
}

function split(words: readonly string[], own: OptionTable, takesScript: boolean): ConnectWords {
	const found: ConnectWords = { own: [], sbatch: [], ray: [], scriptArgs: [], help: false };
	let index = 0;
	let before: string | undefined;
	while (index < words.length && words[index] !== '--') {
		const end = readEnd(words, index, found, takesScript);
		if (end) return { ...found, ...end };
		const word = words[index] ?? '';
		if (!isOptionWord(word)) {
			if (!takesScript || found.target !== undefined) throw unexpectedWord(word, takesScript, before);
			found.target = word;
			before = undefined;
			index += 1;
			continue;
		}
		const reading = read(own, words, index) ?? read(SBATCH_TABLE, words, index) ?? readPlugin(word, index, own);
		if (!reading) throw unknownOption(word, own, takesScript);
		for (const option of reading.options) {
			if (option.name === 'help') return { ...found, help: true };
			// sbatch's letters and abbreviations may name options that are ours: -W is our --wait.
			if (own.long.has(option.name)) found.own.push(oneWord(option));
			else found.sbatch.push(option);
			before = mayHaveValue(option, own) ? `--${option.name}` : undefined;
		}
		index = reading.next;
	}
	if (takesScript && found.target === undefined && index < words.length) throw missingTarget('--');
	return splitRay(words, index + 1, found, own, takesScript);
}

/** From behind `--` to the script or the end. */
function splitRay(
	words: readonly string[],
	start: number,
	found: ConnectWords,
	own: OptionTable,
	takesScript: boolean,
): ConnectWords {
	let index = start;
	let before: string | undefined;
	while (index < words.length) {
		const end = readEnd(words, index, found, takesScript);
		if (end) return { ...found, ...end };
		const word = words[index] ?? '';
		const reading = readRayOption(words, index);
		if (!reading)
			throw isOptionWord(word) ? unknownOption(word, own, takesScript) : unexpectedWord(word, takesScript, before);
		const name = longName(word);
		if (!reading.known && (own.long.has(name) || SBATCH_TABLE.long.has(name))) throw misplacedOption(word);
		found.ray.push(...words.slice(index, reading.next));
		before = reading.known || word.includes('=') ? undefined : word;
		index = reading.next;
	}
	return found;
}

const SCRIPT_TABLE: OptionTable = { long: new Map([['script', 'required']]), short: new Map(), abbreviations: false };

/** What ends our reading wherever it stands before the script: a cry for help, or the script itself. */
function readEnd(
	words: readonly string[],
	index: number,
	{ target }: ConnectWords,
	takesScript: boolean,
): Partial<ConnectWords> | undefined {
	const word = words[index] ?? '';
	if (word === '-h' || word === '--help') return { help: true };
	if (!takesScript) return undefined;
	const named = read(SCRIPT_TABLE, words, index);
	if (!named && (isOptionWord(word) || !word.endsWith('.py'))) return undefined;
	const script = named ? (named.options[0]?.value ?? '') : word;
	if (script === '') throw missingScript();
	if (target === undefined) throw missingTarget(script);
	return { script, scriptArgs: words.slice(named?.next ?? index + 1) };
}

function read(
	table: OptionTable,
	words: readonly string[],
	index: number,
): { options: ReadOption[]; next: number } | undefined {
	const reading = readOption(table, words, index);
	if (reading && 'fault' in reading) throw optionTrouble(reading);
	return reading;
}

/** Sites add options to sbatch by plug-ins. One with its value in the same word can be passed on; a slip of the finger is
 *  told from it by its likeness to an option that we know. */
function readPlugin(word: string, index: number, own: OptionTable): ReturnType<typeof read> {
	const [, name, value] = /^--([A-Za-z][\w-]*)=(.*)$/s.exec(word) ?? [];
	if (name === undefined || value === undefined || isLikeKnown(name, own)) return undefined;
	return { options: [{ name, value, words: [word] }], next: index + 1 };
}

function oneWord({ name, value }: ReadOption): string {
	return value === undefined ? `--${name}` : `--${name}=${value}`;
}

/** Options whose value must follow `=`, so that a word behind them is none of theirs, though it may have been meant so. */
function mayHaveValue({ name, value }: ReadOption, own: OptionTable): boolean {
	return value === undefined && (own.long.get(name) ?? SBATCH_TABLE.long.get(name)) === 'optional';
}

const SELDOM_A_SCRIPTS = ['--wait', '--follow', '--dry-run', '--gres', '--partition'];

/** Options behind the script, and so its own, that were probably meant to stand before it. */
export function likelyMisplaced(scriptArgs: readonly string[]): readonly string[] {
	return SELDOM_A_SCRIPTS.filter((name) => scriptArgs.some((word) => word === name || word.startsWith(`${name}=`)));
}
