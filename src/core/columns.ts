// Rows of words as lines whose columns stand below each other. A column that is empty throughout takes no room.

/** `atRight`: the columns whose words end below each other, as numbers do. */
export function inColumns(rows: readonly (readonly string[])[], atRight: readonly number[] = []): readonly string[] {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	const padded = (cell: string, column: number) =>
		atRight.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
	return rows.map((row) =>
		row
			.map(padded)
			.filter((cell) => cell !== '')
			.join('  ')
			.trimEnd(),
	);
}
