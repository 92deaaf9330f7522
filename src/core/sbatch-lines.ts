// The #SBATCH lines of a script, read as Slurm's own reader does (quote.ts writes for it): a backslash escapes the next
// character, inside quotes of either kind too; an unquoted # begins a comment; the first line that is neither a comment
// nor blank ends them.
import { optionTrouble, readOption, shownWord } from './option-table.ts';
import type { SbatchOption } from './sbatch-options.ts';
import { SBATCH_TABLE } from './sbatch-table.ts';
import { Trouble } from './trouble.ts';

const MAGIC = '#SBATCH';

/** What the script asks for, then what the command line does: where both say something, the later counts. */
export function optionsOf(script: string, argv: readonly string[]): readonly SbatchOption[] {
	const lines = script.split('\n');
	const end = lines.findIndex((line) => !line.startsWith('#') && line.trim() !== '');
	const asked = lines.slice(0, end < 0 ? undefined : end).filter((line) => line.startsWith(MAGIC));
	return [...asked.flatMap((line) => optionsIn(lineWords(line.slice(MAGIC.length)), line)), ...optionsIn(argv)];
}

function optionsIn(words: readonly string[], line?: string): SbatchOption[] {
	const options: SbatchOption[] = [];
	for (let index = 0; index < words.length; ) {
		const reading = readOption(SBATCH_TABLE, words, index);
		if (reading === undefined) {
			throw new Trouble('usage', `Not an option of sbatch's: ${shownWord(words[index] ?? '')}`, {
				hint:
					line === undefined
						? 'man sbatch tells all of them; those of a plug-in of Slurm mean nothing on one machine'
						: `it stands in the script: ${shownWord(line)}`,
			});
		}
		if ('fault' in reading) throw optionTrouble(reading);
		options.push(...reading.options);
		index = reading.next;
	}
	return options;
}

export function lineWords(text: string): string[] {
	const words: string[] = [];
	let word: string | undefined;
	let quote = '';
	for (let at = 0; at < text.length; at += 1) {
		const character = text.charAt(at);
		if (character === '\\' && at + 1 < text.length) {
			at += 1;
			word = (word ?? '') + text.charAt(at);
		} else if (quote !== '') {
			if (character === quote) quote = '';
			else word += character;
		} else if (character === '"' || character === "'") {
			quote = character;
			word ??= '';
		} else if (/\s/.test(character)) {
			if (word !== undefined) words.push(word);
			word = undefined;
		} else if (character === '#') break;
		else word = (word ?? '') + character;
	}
	if (quote !== '')
		throw new Trouble('usage', `A quote is not closed in the line ${shownWord(`${MAGIC}${text}`)}`, {
			hint: 'close it in the script',
		});
	return word === undefined ? words : [...words, word];
}

/** The program of its first line, which is given the script as its last word. */
export function interpreterOf(script: string): readonly string[] {
	const [line = ''] = script.split('\n', 1);
	if (line.endsWith('\r')) {
		throw new Trouble('failed', 'This batch script has DOS line breaks', {
			hint: "take them away with: sed -i 's/\\r$//' SCRIPT",
		});
	}
	const words = /^#![ \t]*(\S+)(?:[ \t]+(\S.*?))?[ \t]*$/.exec(line);
	const [, program, argument] = words ?? [];
	if (program !== undefined) return argument === undefined ? [program] : [program, argument];
	throw new Trouble('failed', 'This is no batch script: its first line must name a program', {
		hint: 'begin it with #!/bin/bash',
	});
}
