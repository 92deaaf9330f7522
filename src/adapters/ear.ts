// The supervisor's ear: words from the batch shell on standard input, and signals that reach this process by itself.
// Listens from the moment it is imported, because a signal in the first instant counts as well.
import { createInterface } from 'node:readline';
import type { Ear, EarWord } from '../core/world.ts';

const WORDS: ReadonlySet<string> = new Set(['USR1', 'USR2', 'TERM', 'INT', 'HUP', 'KEEP']);
const LOOK_AT_PARENT_MS = 1_000;

export function listen(): Ear {
	const heard: EarWord[] = [];
	let wake: (() => void) | undefined;
	const poke = () => wake?.();
	const hear = (word: EarWord) => {
		if (!heard.includes(word)) heard.push(word);
		poke();
	};
	for (const word of ['TERM', 'INT', 'HUP', 'USR1', 'USR2'] as const) process.on(`SIG${word}`, () => hear(word));
	createInterface(process.stdin)
		.on('line', (line) => {
			if (WORDS.has(line)) hear(line as EarWord);
		})
		.on('close', () => hear('ORPHANED'));
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) hear('ORPHANED');
	}, LOOK_AT_PARENT_MS).unref();
	return {
		poke,
		take: () => heard.splice(0),
		wait: (ms) => {
			if (heard.length > 0) return Promise.resolve();
			return new Promise((resolve) => {
				const timer = setTimeout(done, ms);
				function done() {
					clearTimeout(timer);
					wake = undefined;
					resolve();
				}
				wake = done;
			});
		},
	};
}
