// sbatch's --signal=[R][B:]SIGNAL[@SECONDS]: 60 seconds before the limit where none are said; B is for the batch shell alone.
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';

export interface Warning {
	readonly signal: string;
	readonly secondsBefore: number;
	readonly batchShellOnly: boolean;
}

const NUMBERS: Readonly<Record<string, string>> = {
	1: 'HUP',
	2: 'INT',
	3: 'QUIT',
	9: 'KILL',
	10: 'USR1',
	12: 'USR2',
	15: 'TERM',
	18: 'CONT',
	19: 'STOP',
};
const NAMES = new Set(['ABRT', 'ALRM', 'URG', 'WINCH', ...Object.values(NUMBERS)]);

export function readWarning(text: string): Warning {
	const [, flags = '', word = '', seconds = '60'] = /^([RB]{0,2}:)?(\w+)(?:@(\d{1,5}))?$/i.exec(text) ?? [];
	const name = NUMBERS[word] ?? word.toUpperCase().replace(/^SIG/, '');
	if (NAMES.has(name) && Number(seconds) <= 65_535) {
		return { signal: name, secondsBefore: Number(seconds), batchShellOnly: /B/i.test(flags) };
	}
	throw new Trouble('usage', `--signal: not a signal and seconds: ${shownWord(text)}`, {
		hint: 'write USR1@120, or B:USR1@120 for the batch shell alone',
	});
}
