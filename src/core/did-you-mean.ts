// The names a mistyped one may have meant: those it begins, and those at most two letters away.

export function likelyNames(typed: string, names: Iterable<string>): string[] {
	const scored: { name: string; distance: number }[] = [];
	for (const name of new Set(names)) {
		const distance = typed !== '' && name.startsWith(typed) ? 1 : editDistance(typed, name, 2);
		// Two letters of three are no resemblance.
		if (distance <= 2 && distance * 2 <= name.length) scored.push({ name, distance });
	}
	return scored
		.sort((a, b) => a.distance - b.distance)
		.slice(0, 3)
		.map(({ name }) => name);
}

/** Letters to insert, remove or replace; anything above `limit` is told as limit + 1. */
export function editDistance(from: string, to: string, limit: number): number {
	if (Math.abs(from.length - to.length) > limit) return limit + 1;
	let row = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (let line = 1; line <= from.length; line += 1) {
		const next = [line];
		for (let column = 1; column <= to.length; column += 1) {
			const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
		}
		row = next;
	}
	return Math.min(row[to.length] ?? 0, limit + 1);
}
