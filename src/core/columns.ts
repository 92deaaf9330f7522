// A table as lines: columns as wide as their widest cell, two spaces between them, and none that is empty throughout.

/** right: cells that stand at the right of their column. */
export function columns(
	rows: readonly (readonly string[])[],
	right: (cell: string) => boolean = () => false,
): readonly string[] {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) =>
		widths
			.map((width, column) => {
				const cell = row[column] ?? '';
				return right(cell) ? cell.padStart(width) : cell.padEnd(width);
			})
			.filter((cell) => cell !== '')
			.join('  ')
			.trimEnd(),
	);
}
