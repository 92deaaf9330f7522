// Lines that set and unset variables in the shell of whoever types `eval "$(rayslurm env JOB)"`: whatever a value holds, the
// shell gets exactly that value and runs none of it. Each line ends with a semicolon, because tcsh's eval and fish's join lines
// with blanks.
import { likelyNames } from './did-you-mean.ts';
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';

/** sh: any shell that knows `export NAME=VALUE`. */
export type ShellKind = 'bash' | 'zsh' | 'sh' | 'fish' | 'tcsh';

/** undefined: unset. */
export type Changes = ReadonlyMap<string, string | undefined>;

const SHELLS: Readonly<Record<string, ShellKind>> = {
	bash: 'bash',
	zsh: 'zsh',
	fish: 'fish',
	tcsh: 'tcsh',
	csh: 'tcsh',
	'bsd-csh': 'tcsh',
	sh: 'sh',
	dash: 'sh',
	ash: 'sh',
	busybox: 'sh',
	ksh: 'sh',
	mksh: 'sh',
};

/** As a program is called, by whatever path: `-zsh`, `/usr/bin/tcsh`, `ksh93`, `zsh-5.9`. */
export function shellCalled(program: string): ShellKind | undefined {
	const name = program
		.slice(program.lastIndexOf('/') + 1)
		.replace(/^-/, '')
		.replace(/ \(deleted\)$/, '');
	const plain = Object.hasOwn(SHELLS, name) ? name : name.replace(/-?[\d.]+$/, '');
	return Object.hasOwn(SHELLS, plain) ? SHELLS[plain] : undefined;
}

export function checkShell(word: string): ShellKind {
	const kind = shellCalled(word);
	if (kind !== undefined) return kind;
	const likely = likelyNames(word, Object.keys(SHELLS))[0];
	throw new Trouble('usage', `--shell: not a shell that rayslurm knows: ${shownWord(word)}`, {
		hint: `${likely === undefined ? '' : `did you mean ${likely}? `}there is bash, zsh, fish, tcsh, sh`,
	});
}

export function shellLines(kind: ShellKind, changes: Changes): string {
	return [...changes].map(([name, value]) => `${line(kind, name, value)};\n`).join('');
}

/** How its lines are taken in, for people. */
export function evalLine(kind: ShellKind, command: string): string {
	if (kind === 'fish') return `${command} | source`;
	return kind === 'tcsh' ? `eval "\`${command}\`"` : `eval "$(${command})"`;
}

function line(kind: ShellKind, name: string, value: string | undefined): string {
	if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error(`Not a variable: ${name}`);
	switch (kind) {
		case 'fish':
			return value === undefined ? `set -e ${name}` : `set -gx ${name} ${fishWord(value)}`;
		case 'tcsh':
			return value === undefined ? `unsetenv ${name}` : `setenv ${name} ${tcshWord(value)}`;
		default:
			return value === undefined ? `unset ${name}` : `export ${name}=${plainWord(value)}`;
	}
}

const HARMLESS = /^[A-Za-z0-9_@%+:,./-]+$/;

/** Between single quotes nothing means anything to a shell of Bourne's family, line ends included. */
function plainWord(value: string): string {
	if (value.includes('\0'))
		throw new Trouble('usage', 'A value with a NUL character cannot be passed on', {
			hint: 'take it out of the variable',
		});
	return HARMLESS.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** Line ends stand outside the quotes, escaped: fish's own command substitution would cut a value there. */
function fishWord(value: string): string {
	if (HARMLESS.test(value)) return value;
	const quoted = plainQuotes(value.replace(/[\\']/g, '\\$&'));
	return quoted.replaceAll('\n', "'\\n'").replaceAll('\r', "'\\r'");
}

/** History is expanded between single quotes too. A line end cannot be carried through its eval. */
function tcshWord(value: string): string {
	if (/[\r\n]/.test(value)) {
		throw new Trouble('usage', `tcsh cannot take in a value with a line end: ${JSON.stringify(value)}`, {
			hint: 'use another shell for this one',
		});
	}
	if (HARMLESS.test(value)) return value;
	return plainQuotes(value.replaceAll("'", "'\\''").replaceAll('!', '\\!'));
}

function plainQuotes(inside: string): string {
	if (inside.includes('\0'))
		throw new Trouble('usage', 'A value with a NUL character cannot be passed on', {
			hint: 'take it out of the variable',
		});
	return `'${inside}'`;
}
