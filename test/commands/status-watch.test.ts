import { describe, expect, it } from 'vitest';
import { command } from '../../src/commands/status.ts';
import { place, useFreshFolder } from './shell-in-folder.ts';
import { Reached, typed } from './typed.ts';

useFreshFolder();

describe('status --watch', () => {
	it.each([['--watch'], ['--watch=1'], ['--watch=5m']])('%s looks again and again', async (word) => {
		await expect(typed(command, [word], { cwd: place })).rejects.toThrow(Reached);
	});

	it.each([[['--watch=0']], [['--watch', '0']], [['--watch=0s']], [['--watch=x']]])('%j is refused', async (words) => {
		await expect(typed(command, words, { cwd: place })).rejects.toMatchObject({
			kind: 'usage',
			message: expect.stringMatching(/^--watch: /),
		});
	});
});
