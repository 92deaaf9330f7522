// What stands in an output folder, by the names of its folders and files alone.
import { readdirSync } from 'node:fs';
import { clientJobs, type HeadLayout, type Layout, NAMES } from '../core/layout.ts';
import type { JobId } from '../core/world.ts';

/** The newest first: a client that moved on is with the newest of its heads. */
export function headNames(layout: Layout): readonly string[] {
	return newestFirst(namesIn(layout.heads).filter((name) => NAMES.head.test(name)));
}

export function newestFirst(heads: readonly string[]): readonly string[] {
	return heads.toSorted((a, b) => Number(b) - Number(a));
}

/** Ids of the clients whose traces a head's corner holds. */
export function clientsOf(head: HeadLayout): readonly JobId[] {
	return clientJobs(namesIn(head.clients));
}

/** Heads and their clients. */
export function jobsIn(layout: Layout): readonly JobId[] {
	return headNames(layout).flatMap((name) => [name, ...clientsOf(layout.head(name))]);
}

function namesIn(folder: string): readonly string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}
