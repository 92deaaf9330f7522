// All jobs of this host in one look, and changes to them, each one rename.
import { closeSync, constants, openSync, readdirSync, writeSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Presence, type ProcessTable, presence } from '../../../core/holder.ts';
import { type EntryState, type JobEntry, type Keeper, parseEntry, renderEntry } from '../../../core/job-entry.ts';
import { startTimeOf, thisProcessTable } from '../../processes.ts';
import type { Place } from './place.ts';

export function readTable(place: Place): ReadonlyMap<string, JobEntry> {
	const entries = new Map<string, JobEntry>();
	for (const name of namesIn(place.entries)) {
		const entry = parseEntry(name);
		const other = entry && entries.get(entry.id);
		// A rename in the midst of our look may show a job twice, or not at all: the later state counts.
		if (entry && (other === undefined || rank(entry.state) > rank(other.state))) entries.set(entry.id, entry);
	}
	return entries;
}

/** For who gives away what jobs hold: a job that is renamed while we look may be missed once, but not twice. */
export function readWholeTable(place: Place): ReadonlyMap<string, JobEntry> {
	let table = readTable(place);
	for (let looks = 1; looks < MOST_LOOKS; looks += 1) {
		const again = readTable(place);
		const same = again.size === table.size && [...again.keys()].every((id) => table.has(id));
		table = new Map([...table, ...again]);
		if (same) break;
	}
	return table;
}

const MOST_LOOKS = 5;

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // No job was ever submitted here.
		throw error;
	}
}

const ORDER = ['pending', 'starting', 'running', 'ending', 'ended'];

function rank({ kind }: EntryState): number {
	return ORDER.indexOf(kind);
}

export async function addEntry(place: Place, entry: JobEntry): Promise<void> {
	await writeFile(join(place.entries, renderEntry(entry)), '', { flag: 'wx', mode: 0o600 });
}

/** False where it is no longer what it was: somebody else has changed it first. */
export async function changeEntry(place: Place, entry: JobEntry, state: EntryState): Promise<boolean> {
	return rename(join(place.entries, renderEntry(entry)), join(place.entries, renderEntry({ ...entry, state }))).then(
		() => true,
		() => false,
	);
}

export async function forget(place: Place, entry: JobEntry): Promise<void> {
	await rm(join(place.entries, renderEntry(entry)), { force: true });
}

/** One line for the job's keeper, or for the child of its that listens; false where nobody does. Never waits. */
export function tellKeeper(place: Place, id: string, line: string): boolean {
	try {
		const fifo = openSync(join(place.folderOf(id), 'ear'), constants.O_WRONLY | constants.O_NONBLOCK);
		try {
			writeSync(fifo, `${line}\n`);
		} finally {
			closeSync(fifo);
		}
		return true;
	} catch {
		return false;
	}
}

/** Asks after one keeper. A pid that is another's by now, and a boot that is over, count as gone. */
export function keeperWatch(): (keeper: Keeper) => Presence {
	const here = thisTable();
	return (keeper) => presence({ host: here.host, ...keeper }, here, startTimeOf);
}

/** As entries have it. */
export function thisTable(): ProcessTable {
	const { host, bootId, pidSpace } = thisProcessTable();
	return { host, bootId: bootId.replaceAll('-', '').slice(0, 12), pidSpace: pidSpace.replace(/\D/g, '') };
}
