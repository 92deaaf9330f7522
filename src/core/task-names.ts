// By which names people and the scheduler know the tasks of an array: 26_3, and several of them 26_[3-9].
import { listOf, tasksIn } from './array-indices.ts';
import { parseTask } from './target.ts';

export interface Named {
	/** By which its files go. */
	readonly job: string;
	/** Of a task of an array: 26_3. */
	readonly task?: string | undefined;
}

export function nameOf({ job, task }: Named): string {
	return task ?? job;
}

/** An array's own id is that of one of its tasks as well, and means all of them. */
export function isMeant({ job, task }: Named, word: string): boolean {
	return job === word || task === word || arrayOf(task) === word;
}

export function arrayOf(name: string | undefined): string | undefined {
	return name === undefined ? undefined : parseTask(name)?.array;
}

const MOST_RANGES = 8;

/** Tasks of one array in one word, where the first of them stands. */
export function inGroups(names: Iterable<string>): readonly string[] {
	const groups = new Map<string, { readonly first: string; readonly indices: number[] }>();
	for (const name of names) {
		const task = parseTask(name);
		const key = task === undefined ? name : `${task.array}_`;
		const group = groups.get(key) ?? { first: name, indices: [] };
		if (task !== undefined) group.indices.push(task.index);
		groups.set(key, group);
	}
	return [...groups].map(([key, { first, indices }]) => (indices.length < 2 ? first : `${key}[${shortened(indices)}]`));
}

function shortened(indices: readonly number[]): string {
	const ranges = listOf(indices).split(',');
	return ranges.length > MOST_RANGES ? `${ranges.slice(0, MOST_RANGES).join()},…` : ranges.join();
}

/** `26_[3-9]`, as one word says it of several; any other word says itself. */
export function namesIn(word: string): readonly string[] {
	const [, array, list = ''] = /^([1-9]\d{0,9})_\[([\d,:%-]+)\]$/.exec(word) ?? [];
	return array === undefined ? [word] : (tasksIn(list)?.map((index) => `${array}_${index}`) ?? [word]);
}
