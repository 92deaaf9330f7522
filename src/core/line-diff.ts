// Two texts, line by line: what stands in the first alone (-), in the second alone (+), and three lines around each change.

const AROUND = 3;

export function lineDiff(before: string, after: string): readonly string[] {
	const all = compare(before.split('\n'), after.split('\n'));
	const changed = all.flatMap((line, at) => (line.startsWith(' ') ? [] : [at]));
	const shown = all.map((_, at) => changed.some((each) => Math.abs(each - at) <= AROUND));
	return all.flatMap((line, at) => {
		if (!shown[at]) return [];
		return at > 0 && !shown[at - 1] ? ['…', line] : [line];
	});
}

/** By the longest common sequence; a template has a hundred lines. */
function compare(before: readonly string[], after: readonly string[]): readonly string[] {
	const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
	const common = (i: number, j: number) => lengths[i]?.[j] ?? 0;
	for (let i = before.length - 1; i >= 0; i -= 1) {
		for (let j = after.length - 1; j >= 0; j -= 1) {
			const row = lengths[i] ?? [];
			row[j] = before[i] === after[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
		}
	}
	const lines: string[] = [];
	for (let i = 0, j = 0; i < before.length || j < after.length; ) {
		if (i < before.length && j < after.length && before[i] === after[j]) {
			lines.push(` ${before[i]}`);
			i += 1;
			j += 1;
		} else if (j >= after.length || (i < before.length && common(i + 1, j) >= common(i, j + 1))) {
			lines.push(`-${before[i]}`);
			i += 1;
		} else {
			lines.push(`+${after[j]}`);
			j += 1;
		}
	}
	return lines;
}
