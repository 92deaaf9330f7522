import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sbatchValue } from '../../src/core/quote.ts';
import { interpreterOf, lineWords, optionsOf } from '../../src/core/sbatch-lines.ts';

const said = (script: string, argv: readonly string[] = []) =>
	optionsOf(script, argv).map(({ name, value }) => (value === undefined ? name : `${name}=${value}`));

describe('the words of a line', () => {
	it.each<[string, string[]]>([
		['', []],
		['  ', []],
		[' --time=5  -c 2 ', ['--time=5', '-c', '2']],
		[` --job-name="a b"`, ['--job-name=a b']],
		[` --job-name='a "b"'`, ['--job-name=a "b"']],
		[String.raw` 'a\b c'`, ['ab c']],
		[String.raw` "a\"b\\c"`, [String.raw`a"b\c`]],
		[' --a=b # --c', ['--a=b']],
		[' --a=b#c', ['--a=b']],
		[` "a#b"`, ['a#b']],
		[` ""`, ['']],
		['\t--a\t', ['--a']],
	])('%j', (text, words) => {
		expect(lineWords(text)).toEqual(words);
	});

	it('a quote that is not closed is told', () => {
		expect(() => lineWords(` --job-name="a`)).toThrow('not closed');
	});

	it('are what sbatchValue wrote, whatever it was', () => {
		const value = fc.string({ unit: 'binary' }).filter((text) => !/[\x00-\x1f\x7f]/.test(text));
		fc.assert(
			fc.property(value, (text) => {
				expect(lineWords(` --comment=${sbatchValue(text)} --time=5`)).toEqual([`--comment=${text}`, '--time=5']);
			}),
		);
	});
});

describe('options', () => {
	it('are those of the script, then those of the command line', () => {
		expect(said('#!/bin/bash\n#SBATCH -t 5 --mem=1G\n#SBATCH -c2\n', ['--time=6'])).toEqual([
			'time=5',
			'mem=1G',
			'cpus-per-task=2',
			'time=6',
		]);
	});

	it.each([
		['after a command', '#!/bin/sh\n#SBATCH -c 1\necho\n#SBATCH -c 2\n', ['cpus-per-task=1']],
		['after blank lines and comments', '#!/bin/sh\n\n  \n# x\n#SBATCH -c 2\n', ['cpus-per-task=2']],
		['not at the beginning of a line', '#!/bin/sh\n #SBATCH -c 1\n#SBATCH -c 2\n', []],
		['commented out', '#!/bin/sh\n##SBATCH -c 1\n# SBATCH -c 2\n', []],
	])('%s', (_, script, options) => {
		expect(said(script)).toEqual(options);
	});

	it('that sbatch does not have are told with their line', () => {
		expect(() => said('#!/bin/sh\n#SBATCH --tiem=5\n')).toThrow(
			expect.objectContaining({ kind: 'usage', message: "Not an option of sbatch's: '--tiem=5'" }),
		);
		expect(() => said('#!/bin/sh\n', ['--part'])).toThrow('needs a value');
	});
});

describe('the interpreter', () => {
	it.each<[string, string[]]>([
		['#!/bin/bash\nx', ['/bin/bash']],
		['#! /usr/bin/env python3\n', ['/usr/bin/env', 'python3']],
		['#!/bin/bash -l -x \n', ['/bin/bash', '-l -x']],
	])('%j', (script, words) => {
		expect(interpreterOf(script)).toEqual(words);
	});

	it.each(['', 'echo\n', ' #!/bin/sh', '#!\n'])('none: %j', (script) => {
		expect(() => interpreterOf(script)).toThrow('no batch script');
	});

	it('with DOS line breaks is told', () => {
		expect(() => interpreterOf('#!/bin/sh\r\ntrue\r\n')).toThrow('DOS line breaks');
	});
});
