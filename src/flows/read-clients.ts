// Reads what the clients of a head have written into its corner, and what was written when they were submitted.
import { parseClientRecord } from '../core/client-record.ts';
import { type Client, type ClientFiles, clientsIn, inOrder } from '../core/clients.ts';
import { type ClientEvent, parseEvents } from '../core/events.ts';
import { clientJobs, type HeadLayout, type Layout } from '../core/layout.ts';
import { isJobId } from '../core/target.ts';
import { isMeant, nameOf } from '../core/task-names.ts';
import type { JobId, World } from '../core/world.ts';

export async function readClients(world: World, head: HeadLayout): Promise<readonly Client[]> {
	const names = await world.files.list(head.clients);
	const there = new Set(names.map((name) => `${head.clients}/${name}`));
	const files = await Promise.all(clientJobs(names).map((job) => filesOf(world, head, job, there)));
	return clientsIn(files.filter((each) => each !== undefined));
}

/** Where it is: in the corner of this head. */
export interface PlacedClient extends Client {
	readonly headName: string;
}

/** The client that a job's id means, or all tasks of an array, each with the newest of its heads. heads: whose corners have
 *  files of that id, the newest first. */
export async function readMeant(
	world: World,
	layout: Layout,
	heads: readonly string[],
	word: JobId,
): Promise<readonly PlacedClient[]> {
	const found = new Map<string, PlacedClient>();
	for (const headName of heads) {
		for (const client of await meantIn(world, layout.head(headName), word)) {
			const name = nameOf(client);
			if (!found.has(name)) found.set(name, await followed(world, layout, { ...client, headName }));
		}
	}
	return [...found.values()].toSorted(inOrder);
}

async function meantIn(world: World, head: HeadLayout, word: JobId): Promise<readonly Client[]> {
	const own = await filesOf(world, head, word);
	if (own?.record !== undefined && own.record.array === undefined) return clientsIn([own]);
	return (await readClients(world, head)).filter((client) => isMeant(client, word));
}

/** A task of an array moves on by itself. */
async function followed(world: World, layout: Layout, first: PlacedClient): Promise<PlacedClient> {
	const heads = new Set([first.headName]);
	for (let client = first; ; ) {
		const last = client.events.at(-1);
		if (last?.step !== 'moved' || !isJobId(last.head) || heads.has(last.head)) return client;
		heads.add(last.head);
		const files = await filesOf(world, layout.head(last.head), client.job);
		const [there] = files === undefined ? [] : clientsIn([files]);
		if (there === undefined) return client;
		client = { ...there, headName: last.head };
	}
}

/** undefined: a name alone is no trace of a job; what stands there must be mine. */
async function filesOf(
	world: World,
	head: HeadLayout,
	job: JobId,
	there?: ReadonlySet<string>,
): Promise<ClientFiles | undefined> {
	// Of many clients half of the files may be missing, and asking for one costs as much as reading it.
	const read = async (path: string) => (there?.has(path) === false ? undefined : world.files.readState(path));
	const [record, events] = await Promise.all([read(head.clientRecord(job)), read(head.clientEvents(job))]);
	if (record === undefined && events === undefined) return undefined;
	return { job, record: parseClientRecord(record ?? ''), events: parseEvents<ClientEvent>(events ?? '') };
}
