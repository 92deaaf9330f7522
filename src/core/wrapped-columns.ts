// Rows of words for a terminal: where they are wider than it is, cells go on below themselves; where there is no room for
// columns, each row's cells stand below one another.
import { inColumns } from './columns.ts';

const GAP = 2;
/** Narrower columns would be read letter by letter. */
const NARROWEST = 16;

/** `width`: of the terminal; undefined: lines are as long as they are. */
export function inWrappedColumns(rows: readonly (readonly string[])[], width: number | undefined): readonly string[] {
	const natural = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => lengthOf(row[column] ?? ''))));
	const room = width === undefined ? Number.POSITIVE_INFINITY : width - GAP * (natural.length - 1);
	if (sum(natural) <= room) return inColumns(rows);
	const widths = shared(natural, room);
	if (sum(widths) > room || widths.some((each, column) => each < Math.min(NARROWEST, natural[column] ?? 0)))
		return rows.flatMap((row) => belowOneAnother(row, width ?? 0));
	return inColumns(rows.flatMap((row) => beside(row.map((cell, column) => wrapped(cell, widths[column] ?? 1)))));
}

/** Those that ask for little get it; the others share the rest alike. */
function shared(natural: readonly number[], room: number): readonly number[] {
	let most = Math.max(...natural);
	while (most > 1 && sum(natural.map((each) => Math.min(each, most))) > room) most -= 1;
	return natural.map((each) => Math.min(each, most));
}

function beside(cells: readonly (readonly string[])[]): readonly (readonly string[])[] {
	const height = Math.max(...cells.map(({ length }) => length));
	return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ''));
}

function belowOneAnother([first = '', ...others]: readonly string[], width: number): readonly string[] {
	const indented = others.flatMap((cell) => wrapped(cell, Math.max(1, width - GAP)).map((line) => `  ${line}`));
	return [...wrapped(first, Math.max(1, width)), ...indented];
}

/** Of a path behind a slash, if that does not leave most of the line empty. */
function endOfLine(letters: readonly string[], width: number): number {
	const slash = letters.lastIndexOf('/', width - 1);
	return slash >= width / 2 ? slash + 1 : width;
}

/** Between words where that can be, and through a word that is longer than a line. */
export function wrapped(text: string, width: number): readonly string[] {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && lengthOf(last) + 1 + lengthOf(word) <= width) {
			lines[lines.length - 1] = `${last} ${word}`;
			continue;
		}
		let letters = [...word];
		while (letters.length > width) {
			const end = endOfLine(letters, width);
			lines.push(letters.slice(0, end).join(''));
			letters = letters.slice(end);
		}
		lines.push(letters.join(''));
	}
	return lines;
}

function lengthOf(text: string): number {
	return [...text].length;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, each) => total + each, 0);
}
