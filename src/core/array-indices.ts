// sbatch's --array: 0-15, 1,3,5-7, 0-15:4, and %5 for at most five at a time.
import { shownWord } from './option-table.ts';
import { Trouble } from './trouble.ts';

export interface ArrayTasks {
	readonly indices: readonly number[];
	readonly step: number;
	/** How many may run at a time; undefined: as many as there is room for. */
	readonly atOnce: number | undefined;
}

/** Slurm's own limit unless a site has another. */
const LARGEST_INDEX = 1000;

export function readArray(text: string): ArrayTasks {
	const [, list = '', limit] = /^([\d,:-]+)(?:%(\d{1,7}))?$/.exec(text) ?? [];
	const indices = new Set<number>();
	let widest = 1;
	for (const part of list.split(',')) {
		const [, first, last = first, step = '1'] = /^(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7}))?)?$/.exec(part) ?? [];
		const from = Number(first);
		const to = Number(last);
		const by = Number(step);
		if (first === undefined || to < from || by < 1 || to > LARGEST_INDEX) throw noArray(text);
		for (let index = from; index <= to; index += by) indices.add(index);
		widest = Math.max(widest, by);
	}
	const atOnce = limit === undefined || Number(limit) === 0 ? undefined : Number(limit);
	return { indices: [...indices].toSorted((a, b) => a - b), step: widest, atOnce };
}

/** What a scheduler has taken, also where its own limit is another. undefined: not to be read. */
export function tasksIn(text: string): readonly number[] | undefined {
	const indices = new Set<number>();
	for (const part of text.replace(/%\d+$/, '').split(',')) {
		const [, first, last = first, step = '1'] = /^(\d{1,7})(?:-(\d{1,7})(?::(\d{1,7}))?)?$/.exec(part) ?? [];
		const by = Number(step);
		if (first === undefined || by < 1) return undefined;
		for (let index = Number(first); index <= Number(last); index += by) indices.add(index);
	}
	return [...indices].toSorted((a, b) => a - b);
}

/** As sbatch is told them: 1,3,5-7. */
export function listOf(indices: Iterable<number>): string {
	const ranges: [number, number][] = [];
	for (const index of [...new Set(indices)].toSorted((a, b) => a - b)) {
		const last = ranges.at(-1);
		if (last?.[1] === index - 1) last[1] = index;
		else ranges.push([index, index]);
	}
	return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join();
}

function noArray(text: string): Trouble {
	return new Trouble('usage', `--array: not a list of tasks: ${shownWord(text)}`, {
		hint: `write 0-15, 1,3,5-7, 0-15:4 or 0-15%4, with indices up to ${LARGEST_INDEX}`,
	});
}
