// Is --json among a command's own words? A script, a program behind -- and the value of an option may have that word, too.
import { readUsage } from '../core/usage.ts';
import { wordAtCursor } from '../core/word-at-cursor.ts';
import { findEntry } from './index.ts';
import { tableOf } from './own-options.ts';

export async function asksJson(words: readonly string[]): Promise<boolean> {
	const found = findEntry(words);
	if (found === undefined) return words.includes('--json');
	const { entry, rest } = found;
	const { page } = await entry.load();
	if (page === undefined) return false;
	const taken = { usage: readUsage(page.usage, entry.name), own: tableOf(page.options) };
	return rest.some((word, at) => {
		if (word !== '--json') return false;
		const stands = wordAtCursor(taken, rest.slice(0, at), word);
		return stands.kind === 'options' && stands.of === 'command';
	});
}
