import { describe, expect, it } from 'vitest';
import { chooseEnvironment, environmentInWords } from '../../src/core/environment.ts';

/** The contract's order. Each row leaves out what the row before it found. */
const ORDER = [
	[{ kind: 'setup', words: ['/s.sh'] }, 'setup /s.sh'],
	[{ kind: 'module', words: ['ray', 'cuda'] }, 'module ray cuda'],
	[{ kind: 'venv', words: ['/wished'] }, 'venv /wished'],
	[{ kind: 'conda', words: ['wished', '/conda'] }, 'conda wished'],
	[{ kind: 'venv', words: ['/active'] }, 'venv /active'],
	[{ kind: 'conda', words: ['/active-conda', '/conda'] }, 'conda /active-conda'],
	[{ kind: 'venv', words: ['./env'] }, 'venv ./env'],
	[{ kind: 'venv', words: ['../env'] }, 'venv ../env'],
	[{ kind: 'path', words: [] }, 'ray in PATH'],
] as const;

describe('the environment', () => {
	it.each(ORDER.map(([expected, inWords], left) => ({ left, expected, inWords })))(
		'is $inWords with the first $left taken away',
		({ left, expected, inWords }) => {
			const unless = <T>(gone: number, value: T) => (left > gone ? undefined : value);
			const wishes = {
				setup: unless(0, '/s.sh'),
				module: unless(1, ['ray', 'cuda']),
				venv: unless(2, '/wished'),
				conda: unless(3, 'wished'),
			};
			const around = {
				activeVenv: unless(4, '/active'),
				activeConda: unless(5, '/active-conda'),
				condaRoot: '/conda',
				folders: ['./env', '../env'].slice(Math.max(0, left - 6)),
			};
			const chosen = chooseEnvironment(wishes, around);
			expect(chosen).toEqual(expected);
			expect(environmentInWords(chosen)).toBe(inWords);
		},
	);

	it('of conda goes without its folder where that is not known', () => {
		expect(chooseEnvironment({ conda: 'ray' }, { folders: [] })).toEqual({ kind: 'conda', words: ['ray'] });
	});

	it('is not a list of no modules', () => {
		expect(chooseEnvironment({ module: [] }, { folders: [] }).kind).toBe('path');
	});
});
