import { expect, it } from 'vitest';
import { pathsFromHere } from '../../src/core/paths-from-here.ts';

it.each([
	['not found: /home/a/outputs/x.info', '/home/a', 'not found: outputs/x.info'],
	['/home/a/x and /home/a/y', '/home/a', 'x and y'],
	['"/home/a/x"', '/home/a', '"x"'],
	['/var/home/a/x', '/home/a', '/var/home/a/x'],
	['/home/ab/x', '/home/a', '/home/ab/x'],
	['the folder /home/a', '/home/a', 'the folder /home/a'],
	['the folder /home/a/', '/home/a', 'the folder /home/a/'],
	['/x/y', '/', '/x/y'],
	['nothing', '/home/a', 'nothing'],
	['/h.me/a/x', '/h.me/a', 'x'],
])('%j in %s: %j', (text, here, said) => {
	expect(pathsFromHere(text, here)).toBe(said);
});
