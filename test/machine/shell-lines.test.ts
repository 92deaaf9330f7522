// The lines as the shells themselves read them, in the very words that people type.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkShell, evalLine, type ShellKind, shellCalled, shellLines } from '../../src/core/shell-lines.ts';
import { demanded } from '../testbed/needs.ts';

const folder = mkdtempSync(join(tmpdir(), 'shell-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of a shell that has taken in a file of lines: its environment. */
const TAKES_IN: readonly (readonly [program: string, kind: ShellKind, words: (file: string) => string[]])[] = [
	['bash', 'bash', (file) => ['--norc', '-c', `eval "$(cat ${file})"; exec env -0`]],
	['sh', 'sh', (file) => ['-c', `eval "$(cat ${file})"; exec env -0`]],
	['zsh', 'zsh', (file) => ['-f', '-c', `eval "$(cat ${file})"; exec env -0`]],
	['fish', 'fish', (file) => ['--no-config', '-c', `cat ${file} | source; exec env -0`]],
	['fish', 'fish', (file) => ['--no-config', '-c', `eval (cat ${file}); exec env -0`]],
	['tcsh', 'tcsh', (file) => ['-f', '-c', `eval "\`cat ${file}\`"; exec env -0`]],
];

function takenIn(program: string, words: string[], environment: Record<string, string> = {}): Map<string, string> {
	const env = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', HOME: folder, ...environment };
	const { stdout, stderr } = spawnSync(program, words, { env, encoding: 'utf8' });
	expect(stderr).toBe('');
	return new Map(
		stdout.split('\0').flatMap((entry) => {
			const at = entry.indexOf('=');
			return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)] as const];
		}),
	);
}

function isThere(program: string): boolean {
	return spawnSync(program, ['-c', 'exit 0'], { stdio: 'ignore' }).status === 0;
}

const HOSTILE = [
	'',
	' ',
	'two  blanks ',
	"it's",
	"''",
	"'''",
	'"',
	'\\',
	'\\\\',
	"\\'",
	'a\\',
	'!',
	'!!',
	'\\!',
	'it!s a "$(id)" `id` $HOME ${HOME} ~ * ? [a] {a,b} ; & | < > # %',
	'é ✓ 漢字 \u{1f600}',
	'\t',
	'-n',
	'=',
	'~',
	'a:b:c',
	'\x01\x7f\x1b[31m',
];
const LINE_ENDS = ['\n', 'a\n', '\na', 'a\r\nb', "'\n'", '\\\n', '\n\n\n'];
const words = (kind: ShellKind) =>
	fc
		.string({ unit: 'binary', maxLength: 40 })
		.map((text) => text.replaceAll('\0', ''))
		.map((text) => (kind === 'tcsh' ? text.replace(/[\r\n]/g, '') : text));

const MISSING = [...new Set(TAKES_IN.map(([program]) => program).filter((program) => !isThere(program)))];
if (MISSING.length > 0) console.info(`not tried, because they are not installed: ${MISSING.join(', ')}`);

it('every shell that must be tried is installed', () => {
	expect(demanded('shells') ? MISSING : []).toEqual([]);
});

describe.each(TAKES_IN.filter(([program]) => !MISSING.includes(program)))(
	'%s (%s lines, way %#)',
	(program, kind, wordsFor) => {
		const file = join(folder, `lines-${kind}`);
		const check = (values: readonly string[]) => {
			const changes = new Map(values.map((value, index) => [`V${index}`, value]));
			writeFileSync(file, shellLines(kind, changes));
			const seen = takenIn(program, wordsFor(file));
			expect(values.map((_, index) => seen.get(`V${index}`))).toEqual(values);
		};

		it('gets every hostile value as it is', () => {
			check(kind === 'tcsh' ? HOSTILE : [...HOSTILE, ...LINE_ENDS]);
		});

		it('gets any value as it is', () => {
			fc.assert(fc.property(fc.array(words(kind), { minLength: 40, maxLength: 80 }), check), { numRuns: 6 });
		});

		it('loses a variable that is unset', () => {
			writeFileSync(
				file,
				shellLines(
					kind,
					new Map([
						['GOES', undefined],
						['NEVER_WAS', undefined],
						['STAYS', 'x'],
					]),
				),
			);
			const seen = takenIn(program, wordsFor(file), { GOES: 'a', STAYS: 'b' });
			expect([seen.has('GOES'), seen.get('STAYS')]).toEqual([false, 'x']);
		});

		it('takes a PATH', () => {
			const path = '/opt/it s/bin:/usr/bin:/bin';
			writeFileSync(file, shellLines(kind, new Map([['PATH', path]])));
			expect(takenIn(program, wordsFor(file)).get('PATH')).toBe(path);
		});
	},
);

it('what a shell cannot carry is refused', () => {
	const lines = (kind: ShellKind, value: string) => () => shellLines(kind, new Map([['V', value]]));
	expect(lines('tcsh', 'a\nb')).toThrow('line end');
	for (const kind of ['bash', 'fish', 'tcsh'] as const) expect(lines(kind, '\0')).toThrow('NUL');
	expect(() => shellLines('bash', new Map([['A=1;id', '']]))).toThrow('Not a variable');
});

it.each([
	['/usr/bin/bash', 'bash'],
	['-zsh', 'zsh'],
	['/usr/bin/zsh-5.9', 'zsh'],
	['/bin/ksh93', 'sh'],
	['/usr/bin/dash', 'sh'],
	['/usr/bin/bsd-csh', 'tcsh'],
	['/usr/bin/tcsh', 'tcsh'],
	['fish', 'fish'],
	['/usr/bin/bash (deleted)', 'bash'],
	['/usr/bin/node', undefined],
	['', undefined],
	['constructor', undefined],
] as const)('%s is %s', (program, kind) => {
	expect(shellCalled(program)).toBe(kind);
});

it('a shell that is not known is said, with the likely one', () => {
	expect(() => checkShell('bahs')).toThrow(
		expect.objectContaining({ kind: 'usage', hint: 'did you mean bash? there is bash, zsh, fish, tcsh, sh' }),
	);
	expect(() => checkShell('powershell')).toThrow(expect.objectContaining({ kind: 'usage' }));
});

it('how the lines are taken in', () => {
	expect(evalLine('bash', 'rayslurm env 1')).toBe('eval "$(rayslurm env 1)"');
	expect(evalLine('fish', 'rayslurm env 1')).toBe('rayslurm env 1 | source');
	expect(evalLine('tcsh', 'rayslurm env 1')).toBe('eval "`rayslurm env 1`"');
});
