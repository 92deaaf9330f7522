import { describe, expect, it } from 'vitest';
import { findEntry, MENU } from '../../src/commands/index.ts';
import { overviewFor } from '../../src/commands/overview.ts';

it.each(['version', '-v', '-version', 'v'])('%s: how the version is asked for', (word) => {
	expect(() => overviewFor(undefined, [word])).toThrow(
		expect.objectContaining({ kind: 'usage', hint: 'rayslurm --version' }),
	);
});

describe('the menu', () => {
	it.each([
		[['head', 'submit', '--wait'], 'head submit', ['--wait']],
		[['connect', 'head', 'submit'], 'connect', ['head', 'submit']],
		[['idle-watch'], 'idle-watch', []],
		[['run-client', '--', 'connect'], 'run-client', ['--', 'connect']],
	])('%j', (words, name, rest) => {
		expect(findEntry(words)).toMatchObject({ entry: { name }, rest });
	});

	it.each([
		[[]],
		[['head']],
		[['submit', 'head']],
		[['head', '--wait', 'submit']],
		[['Connect']],
		[['conn']],
		[['--connect']],
	])('%j is no command', (words) => {
		expect(findEntry(words)).toBeUndefined();
	});

	it('names each command once, and none hides another', () => {
		for (const { name } of MENU) expect(findEntry([...name.split(' '), 'more'])?.entry.name).toBe(name);
	});

	it.each(MENU.map((entry) => [entry.name, entry] as const))('%s can be loaded', async (_, entry) => {
		expect(await entry.load()).toMatchObject({ command: expect.any(Function) });
		expect(entry.about).toMatch(/^[a-z].*[^.]$/);
	});
});
