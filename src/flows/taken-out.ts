// A client that was taken out of the queue before it began says nothing of itself. So that nobody who reads files alone takes it
// for one that waits, it is put down with what was asked for.
import { listOf, tasksIn } from '../core/array-indices.ts';
import { parseClientRecord, renderClientRecord } from '../core/client-record.ts';
import type { HeadLayout } from '../core/layout.ts';
import { parseTask } from '../core/target.ts';
import type { World } from '../core/world.ts';

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
