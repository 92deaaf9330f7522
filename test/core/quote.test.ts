import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bashWord, bashWords, sbatchValue, slurmPathPattern } from '../../src/core/quote.ts';
import { renderTemplate } from '../../src/core/template.ts';

const HOSTILE = [
	...Array.from({ length: 0x1f }, (_, i) => String.fromCharCode(i + 1)),
	...['\x7f', '\x80', '\x9b', '\u2028', '\ufeff', '\u202e', 'é', '日本', '🦀', '\u{10ffff}'],
	...[
		'',
		' ',
		'-',
		'--',
		'-n',
		'~',
		'~root',
		'*',
		'?',
		'[a]',
		'{a,b}',
		'!',
		'!!',
		'^a^b',
		'#',
		'#x',
		'a#b',
		'=',
		'A=b',
	],
	...["'", '"', '\\', "\\'", '\\\\', "'\\''", "$'\\n'", '\\n', '\\101', '\\x41', '%', '%s', '%%', '%j', '@@NODE@@'],
	...[
		'$(id)',
		'`id`',
		'$HOME',
		'${HOME}',
		'$((1))',
		'$',
		'$$',
		'&',
		'&&',
		';',
		'|',
		'<',
		'>',
		'<(id)',
		'(',
		')',
		'\t x',
	],
	...[
		'\n',
		'\r',
		'\r\n',
		'a\nb',
		'\n#SBATCH --uid=0\n',
		'#SBATCH --wrap=x',
		'x\n#SBATCH -p y\nz',
		'\x1b[31m',
		'EOF',
		'if',
	],
];

const word = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 30 }),
	fc.constantFrom(...HOSTILE),
	fc.array(fc.constantFrom(...HOSTILE), { maxLength: 6 }).map((parts) => parts.join('')),
);
const words = fc.array(
	word.map((text) => text.replaceAll('\0', '')),
	{ minLength: 1, maxLength: 150 },
);

const locale = fc.constantFrom('C', 'C.UTF-8');

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'quote-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function bash(locale: string, ...args: string[]): string[] {
	const env = { PATH: '/usr/bin:/bin', LC_ALL: locale };
	// With a socket as its standard input bash -c would read ~/.bashrc first.
	const printed = execFileSync('bash', args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
	return printed.toString('utf8').split('\0').slice(0, -1);
}

describe('words for bash', () => {
	it('come back from bash -c as they were', () => {
		expect(bash('C', '-c', `printf '%s\\0' ${bashWords(HOSTILE)}`)).toEqual(HOSTILE);
		fc.assert(
			fc.property(words, locale, (words, locale) => {
				expect(bash(locale, '-c', `printf '%s\\0' ${bashWords(words)}`)).toEqual(words);
			}),
			{ numRuns: 15 },
		);
	});

	it('come back from a rendered script, as one word and as a list, and never bring a line or a carriage return', () => {
		const template = 'one=@@ONE@@\nlist=(@@LIST@@)\nprintf \'%s\\0\' "$one" "${list[@]}" @@LIST@@\n';
		const path = join(folder, 'script.sh');
		fc.assert(
			fc.property(words, locale, (words, locale) => {
				const [one = ''] = words;
				const script = renderTemplate(template, {}, { ONE: one, LIST: words });
				expect(script).not.toContain('\r');
				expect(script.split('\n')).toHaveLength(4);
				writeFileSync(path, script);
				expect(bash(locale, path)).toEqual([one, ...words, ...words]);
			}),
			{ numRuns: 15 },
		);
	});

	it('a word of 100 KB, all of it hostile', () => {
		const long = "\r'$(id)\\\n".repeat(12_500);
		const path = join(folder, 'long.sh');
		writeFileSync(path, `printf '%s\\0' ${bashWord(long)}`);
		expect(bash('C', path)).toEqual([long]);
	});

	it.each([
		['plain', 'plain'],
		['--lr=1e-3', '--lr=1e-3'],
		['/a/b.py', '/a/b.py'],
		['', "''"],
		["it's", "'it'\\''s'"],
		['a b', "'a b'"],
		['a\nb', "$'a\\012b'"],
		["\r'\\", "$'\\015\\'\\\\'"],
	])('%j is written %s', (word, written) => {
		expect(bashWord(word)).toBe(written);
	});

	it('a NUL cannot be carried', () => {
		expect(() => bashWord('a\0b')).toThrowError(expect.objectContaining({ kind: 'usage' }));
	});
});

describe('values of #SBATCH lines', () => {
	it.each([
		['24:00:00', '24:00:00'],
		['B:USR1@600', 'B:USR1@600'],
		['', '""'],
		['a b', '"a b"'],
		['a"b\\c', '"a\\"b\\\\c"'],
		["it's # no comment", '"it\'s # no comment"'],
		['/x y/%%a/%j.out', '"/x y/%%a/%j.out"'],
	])('%j is written %s', (value, written) => {
		expect(sbatchValue(value)).toBe(written);
	});

	it.each(['a\nb', 'a\rb', '\t', '\0', '\x7f'])('%j cannot be carried', (value) => {
		expect(() => sbatchValue(value)).toThrowError(expect.objectContaining({ kind: 'usage' }));
	});

	it('are one line, and quoted wherever a quote, a blank or # could end them', () => {
		fc.assert(
			fc.property(word, (value) => {
				fc.pre(!/[\x00-\x1f\x7f]/.test(value));
				const written = sbatchValue(value);
				expect(written).toMatch(/^(?:[A-Za-z0-9_@%+=:,./-]+|"(?:[^"\\]|\\["\\])*")$/s);
				expect(written.replace(/^"|"$/g, '').replace(/\\(.)/gs, '$1')).toBe(value);
			}),
		);
	});
});

describe('paths with a pattern', () => {
	it.each([
		['/a/b', '/a/b'],
		['/100%/%j', '/100%%/%%j'],
	])('%s is written %s', (path, written) => {
		expect(slurmPathPattern(path)).toBe(written);
	});

	it('cannot hold a backslash', () => {
		expect(() => slurmPathPattern('/a\\b')).toThrowError(
			expect.objectContaining({ kind: 'usage', hint: expect.stringContaining('--output-dir') }),
		);
	});
});
