// A command line as a help page shows it, tried without a process: are its words accepted?
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findEntry } from '../../src/commands/index.ts';
import { readShellLine } from '../../src/core/shell-line.ts';
import { Trouble } from '../../src/core/trouble.ts';
import { Reached, typed } from './typed.ts';

/** The words of `$0 …` in an example: up to a pipe, a redirection, the next command, or the end of $(…). */
export function wordsOf(example: string): readonly string[] {
	const [before = '', ...behind] = example.split('$0 ');
	const text = behind.join('$0 ');
	const own = before.endsWith('$(') ? text.split(')')[0] : text.split(/ [|>&] |; | && /)[0];
	return readShellLine(`${own} `).words;
}

/** Until the command asks for the world, which is when its words have been read. */
export async function tried(words: readonly string[], folder: string): Promise<string> {
	const found = findEntry(words);
	if (found === undefined) return `no such command: ${words.join(' ')}`;
	const cwd = mkdtempSync(join(folder, 'w-'));
	mkdirSync(join(cwd, 'outputs'));
	for (const word of words.filter((each) => /\.(py|sh)$/.test(each))) {
		mkdirSync(join(cwd, dirname(word)), { recursive: true });
		writeFileSync(join(cwd, dirname(word), basename(word)), '');
	}
	const { command } = await found.entry.load();
	try {
		await typed(command, found.rest, { cwd });
	} catch (error) {
		if (error instanceof Reached || (error instanceof Trouble && error.kind !== 'usage')) return 'accepted';
		return error instanceof Trouble ? `${error.message} → ${error.hint}` : String((error as Error).stack);
	}
	return 'accepted';
}
