// Who the clients of a head are, by what stands in its corner. Each task of an array is a client of its own; one that has not
// begun has written nothing, and is known by what was asked for when its array was submitted.
import { tasksIn } from './array-indices.ts';
import type { ClientRecord } from './client-record.ts';
import { type ClientEvent, taskOf } from './events.ts';
import { parseTask } from './target.ts';
import { arrayOf, type Named, nameOf } from './task-names.ts';
import type { JobId } from './world.ts';

export interface ClientFiles {
	readonly job: JobId;
	readonly record: ClientRecord | undefined;
	readonly events: readonly ClientEvent[];
}

/** job: of a task that has not begun, its name. record: of a task, its array's. */
export interface Client extends ClientFiles, Named {
	/** It never begins: a person took it out of the queue. */
	readonly takenOut?: true;
}

/** In the order they were submitted, an array's tasks by their indices. */
export function clientsIn(files: readonly ClientFiles[]): readonly Client[] {
	const records = new Map(files.map(({ job, record }) => [job, record]));
	const begun = files.filter(({ events }) => events.length > 0).map((each) => begunOne(each, records));
	const names = new Set(begun.map(nameOf));
	const others = files.flatMap((each) => yetToBegin(each).filter((client) => !names.has(nameOf(client))));
	return [...begun, ...others].toSorted(inOrder);
}

export function inOrder(a: Named, b: Named): number {
	const [job, index] = placeOf(a);
	const [other, at] = placeOf(b);
	return job - other || index - at;
}

function placeOf(client: Named): readonly [number, number] {
	const task = parseTask(nameOf(client));
	return task === undefined ? [Number(client.job), -1] : [Number(task.array), task.index];
}

function begunOne({ job, record, events }: ClientFiles, records: ReadonlyMap<JobId, ClientRecord | undefined>): Client {
	const task = taskOf(events);
	const array = arrayOf(task);
	if (array === undefined) return { job, record, events };
	return { job, task, record: record ?? records.get(array), events };
}

function yetToBegin({ job, record, events }: ClientFiles): readonly Client[] {
	const out = record?.takenOut;
	const indices = record?.array === undefined ? undefined : tasksIn(record.array);
	if (indices === undefined)
		return events.length > 0 ? [] : [{ job, record, events, ...(out === undefined ? {} : { takenOut: true }) }];
	const taken = new Set(typeof out === 'string' ? tasksIn(out) : []);
	return indices.map((index) => {
		const task = `${job}_${index}`;
		return { job: task, task, record, events: [], ...(taken.has(index) ? { takenOut: true } : {}) };
	});
}
