import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bashWords } from '../../src/core/quote.ts';
import { readShellLine } from '../../src/core/shell-line.ts';

describe('a line that is being typed', () => {
	it.each([
		['', [], '', 0],
		['rayslurm', [], 'rayslurm', 0],
		['rayslurm ', ['rayslurm'], '', 0],
		['rayslurm  connect 12', ['rayslurm', 'connect'], '12', 0],
		['x a\\ b', ['x'], 'a b', 0],
		["x 'a b", ['x'], 'a b', 0],
		["x 'a b' c", ['x', 'a b'], 'c', 0],
		['x "a \\" $b', ['x'], 'a " $b', 0],
		["x ''", ['x'], '', 0],
		["x '' ", ['x', ''], '', 0],
		['x $(id) `id`', ['x', '$(id)'], '`id`', 0],
		['x --on-end=ke', ['x'], '--on-end=ke', 9],
		['x --on-end\\=ke', ['x'], '--on-end=ke', 0],
		["x '--on-end='ke", ['x'], '--on-end=ke', 0],
		['x a:b=c', ['x'], 'a:b=c', 4],
		['x a=b c', ['x', 'a=b'], 'c', 0],
		['x a\\', ['x'], 'a', 0],
	])('%s', (line, words, current, breakAt) => {
		expect(readShellLine(line, '=:')).toEqual({ words, current, breakAt });
	});

	it('is cut as bash would cut it', () => {
		const word = fc.string().filter((text) => !/[\x00-\x1f\x7f]/.test(text));
		fc.assert(
			fc.property(fc.array(word), (words) => {
				expect(readShellLine(`${bashWords(words)} `).words).toEqual(words);
			}),
		);
	});
});
