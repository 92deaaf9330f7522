// By what names people ask for jobs: a job by its id, a task of an array as ARRAY_INDEX too, all tasks of an array by the
// array's id. (The first task has the same id; asked for by it, all are meant, as in Slurm.)
import type { JobEntry } from './job-entry.ts';

export function entriesByName(entries: Iterable<JobEntry>): ReadonlyMap<string, readonly JobEntry[]> {
	const byName = new Map<string, JobEntry[]>();
	const put = (name: string, entry: JobEntry) => {
		const there = byName.get(name);
		if (there === undefined) byName.set(name, [entry]);
		else there.push(entry);
	};
	for (const entry of entries) {
		const { array } = entry.facts;
		if (array?.job !== entry.id) put(entry.id, entry);
		if (array === undefined) continue;
		put(array.job, entry);
		put(taskName(array), entry);
	}
	return byName;
}

export function taskName({ job, index }: NonNullable<JobEntry['facts']['array']>): string {
	return `${job}_${index}`;
}
