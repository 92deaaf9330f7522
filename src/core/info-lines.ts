// The lines of an info file: KEY=VALUE, each value one bash word, and one last line that exports. Reading gives what
// bash would assign, or a reason; whatever bash would expand or run is refused, and never becomes part of a value.
import { bashWord } from './quote.ts';

/** More than this is no info file. */
export const INFO_MAX_BYTES = 64 * 1024;

export type LineFault =
	| 'empty'
	| 'too-large'
	| 'bom'
	| 'crlf'
	| 'binary'
	| 'truncated'
	| 'malformed-line'
	| 'duplicate-key';

export class BadLines extends Error {
	readonly reason: LineFault;

	constructor(reason: LineFault, message: string) {
		super(message);
		this.reason = reason;
	}
}

export interface InfoLines {
	/** A Map, because a key such as __proto__ is harmless there. */
	readonly entries: ReadonlyMap<string, string>;
	readonly exported: boolean;
}

const LAST_LINE = 'export RAY_ADDRESS RAY_AUTH_MODE RAY_AUTH_TOKEN_PATH';

/** `plain` entries are written as they are: their caller vouches for them. */
export function renderLines(plain: ReadonlyMap<string, string>, quoted: ReadonlyMap<string, string>): string {
	const lines = [
		...[...plain].map(([key, value]) => `${key}=${value}`),
		...[...quoted].map(([key, value]) => `${key}=${bashWord(value)}`),
		LAST_LINE,
	];
	return `${lines.join('\n')}\n`;
}

export function readLines(text: string): InfoLines {
	checkText(text);
	const lines = text.slice(0, -1).split('\n');
	const exported = lines.at(-1) === LAST_LINE;
	const entries = new Map<string, string>();
	for (const [index, line] of (exported ? lines.slice(0, -1) : lines).entries()) {
		const [, key, raw] = /^([A-Za-z_][A-Za-z0-9_]{0,63})=(.*)$/s.exec(line) ?? [];
		const value = raw === undefined ? undefined : readWord(raw);
		if (key === undefined || value === undefined) {
			throw new BadLines('malformed-line', `line ${index + 1} is not KEY=VALUE: ${shown(line)}`);
		}
		if (entries.has(key)) throw new BadLines('duplicate-key', `${key} is there twice`);
		entries.set(key, value);
	}
	return { entries, exported };
}

function checkText(text: string): void {
	if (text === '') throw new BadLines('empty', 'it is empty');
	if (text.length > INFO_MAX_BYTES) throw new BadLines('too-large', `it has more than ${INFO_MAX_BYTES} bytes`);
	if (text.startsWith('\ufeff')) throw new BadLines('bom', 'it begins with a byte order mark');
	// Refused rather than forgiven: `source` would take each carriage return into the value before it, so a file that
	// worked for rayslurm would fail for its owner.
	if (text.includes('\r')) throw new BadLines('crlf', 'it has carriage returns (Windows line ends)');
	if (/[\x00-\x09\x0b-\x1f\x7f]/.test(text)) throw new BadLines('binary', 'it has control characters in it');
	if (!text.endsWith('\n')) throw new BadLines('truncated', 'its last line has no end');
}

/** The pieces of a bash word that expand nothing: plain, \', '…', $'…' as bashWord writes it, and "…" as people do. */
const PIECE =
	/([\w@%+=:,./[\]-]+)|\\(')|'([^']*)'|\$'((?:[^\\']|\\[\\']|\\[01][0-7]{2})*)'|"((?:[^\\"$`]|\\[\\"$`])*)"/y;

function readWord(raw: string): string | undefined {
	let word = '';
	let at = 0;
	while (at < raw.length) {
		PIECE.lastIndex = at;
		const piece = PIECE.exec(raw);
		if (piece === null) return undefined;
		const [whole, plain, quote, single, dollar, double] = piece;
		word += plain ?? quote ?? single ?? unescaped(dollar) ?? double?.replace(/\\(.)/g, '$1');
		at += whole.length;
	}
	// bash ends a $'…' at a NUL; we never write one.
	return word.includes('\0') ? undefined : word;
}

function unescaped(dollar: string | undefined): string | undefined {
	return dollar?.replace(/\\(?:([0-7]{3})|(.))/g, (_, octal: string | undefined, character: string) =>
		octal === undefined ? character : String.fromCharCode(Number.parseInt(octal, 8)),
	);
}

/** For messages: short, and on one line. */
export function shown(value: string): string {
	return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
