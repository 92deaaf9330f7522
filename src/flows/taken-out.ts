// A client that was taken out of the queue before it began says nothing of itself. So that nobody who reads files alone takes it
// for one that waits, it is put down with what was asked for. Of a head that never began the end is put down.
import { listOf, tasksIn } from '../core/array-indices.ts';
import { parseClientRecord, renderClientRecord } from '../core/client-record.ts';
import type { HeadEvent } from '../core/events.ts';
import type { HeadLayout, Layout } from '../core/layout.ts';
import { parseTask } from '../core/target.ts';
import type { JobId, World } from '../core/world.ts';
import { readHeadRecord } from './records.ts';

export interface TakenOut {
	readonly name: string;
	/** Of its head. */
	readonly corner: HeadLayout;
}

/** A convenience: where it cannot be written down, the scheduler still knows. */
export async function recordTakenOut(world: World, clients: readonly TakenOut[]): Promise<void> {
	const records = new Map<string, string[]>();
	for (const { name, corner } of clients) {
		const path = corner.clientRecord(parseTask(name)?.array ?? name);
		const names = records.get(path) ?? [];
		names.push(name);
		records.set(path, names);
	}
	await Promise.all([...records].map(([path, names]) => addTo(world, path, names).catch(() => {})));
}

async function addTo(world: World, path: string, names: readonly string[]): Promise<void> {
	const record = parseClientRecord((await world.files.readState(path)) ?? '');
	if (record === undefined) return;
	const indices = names.flatMap((name) => parseTask(name)?.index ?? []);
	const before = typeof record.takenOut === 'string' ? (tasksIn(record.takenOut) ?? []) : [];
	const takenOut = record.array === undefined ? true : listOf([...before, ...indices]);
	await world.files.write(path, renderClientRecord({ ...record, takenOut }));
}

/** By whoever took it out: the same word of a queue may be of another job, where two clusters share this home. Should it be
 *  started all the same, its own words follow and count. A convenience as well. */
export async function recordNeverBegan(world: World, layout: Layout, job: JobId): Promise<void> {
	try {
		const head = layout.head(job);
		// Behind a folder that is mine alone; looked at anew, for a job's first words may be on their way.
		if (!(await world.files.isPrivate(layout.state))) return;
		await world.files.list(head.folder);
		const record = await readHeadRecord(world, head);
		if (record === undefined || record.scheduler !== world.scheduler.name) return;
		if (await world.files.exists(head.events)) return;
		const at = world.clock.now().toISOString();
		const end: HeadEvent = { at, step: 'ended', reason: 'never began', because: 'cancelled' };
		await world.files.appendLine(head.events, JSON.stringify(end));
	} catch {
		// The scheduler will be asked.
	}
}
