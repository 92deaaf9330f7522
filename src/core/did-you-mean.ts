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

/** What other programs call it. */
const ELSEWHERE: readonly (readonly [words: RegExp, commands: readonly string[]])[] = [
	[/^(start|up|launch|init)$/, ['head submit']],
	[/^(run|join|worker|sbatch|srun)$/, ['connect']],
	[/^submit$/, ['head submit', 'connect']],
	[/^(ls|list|ps|jobs|queue|squeue|sinfo|info|show)$/, ['status']],
	[/^(kill|cancel|scancel|down|end|delete|rm)$/, ['stop']],
	[/^(tail|output)$/, ['logs']],
	[/^(shell|ssh|attach)$/, ['exec']],
];

/** Commands of one word or two, by the first two words typed. The likeliest first. */
export function likelyCommands(words: readonly string[], names: readonly string[]): string[] {
	const [first = '', second = ''] = words;
	const firsts = names.map((name) => name.split(' ')[0] ?? '');
	const seconds = names.flatMap((name) => name.split(' ').slice(1));
	const within = (group: string) => names.filter((name) => name.startsWith(`${group} `));
	if (within(first).length > 0) {
		const meant = likelyNames(
			second,
			within(first).map((name) => name.slice(first.length + 1)),
		);
		return meant.length > 0 ? meant.map((name) => `${first} ${name}`) : within(first);
	}
	const groups = likelyNames(first, firsts).flatMap((name) => (names.includes(name) ? [name] : within(name)));
	const ends = likelyNames(first, seconds).flatMap((end) => names.filter((name) => name.endsWith(` ${end}`)));
	const both = second === '' ? [] : [`${first} ${second}`, `${second} ${first}`];
	const whole = both.flatMap((typed) => likelyNames(typed, names));
	const others = ELSEWHERE.flatMap(([words, commands]) => (words.test(first) ? commands : []));
	const known = others.filter((name) => names.includes(name));
	return [...new Set(whole.length > 0 ? whole : [...(known.length > 0 ? known : groups), ...ends])].slice(0, 3);
}

/** Letters to insert, remove, replace, or swap with the next; anything above `limit` is told as limit + 1. */
export function editDistance(from: string, to: string, limit: number): number {
	if (Math.abs(from.length - to.length) > limit) return limit + 1;
	let before: number[] = [];
	let row = Array.from({ length: to.length + 1 }, (_, column) => column);
	for (let line = 1; line <= from.length; line += 1) {
		const next = [line];
		for (let column = 1; column <= to.length; column += 1) {
			const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
			const swaps = line > 1 && column > 1 && from[line - 1] === to[column - 2] && from[line - 2] === to[column - 1];
			const swapped = swaps ? (before[column - 2] ?? 0) + 1 : replaced;
			next.push(Math.min(replaced, swapped, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
		}
		before = row;
		row = next;
	}
	return Math.min(row[to.length] ?? 0, limit + 1);
}
