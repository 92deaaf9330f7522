// How a head that ends parts with its clients: its successor is submitted or taken back, the clients are told and awaited, and
// those in the queue that will go to the successor are registered with that one, so that it awaits them.
import { listOf } from '../core/array-indices.ts';
import { renderClientRecord } from '../core/client-record.ts';
import type { HeadEnd } from '../core/head-life.ts';
import type { HeadLayout, Layout } from '../core/layout.ts';
import { BY_SIGTERM } from '../core/order-to-end.ts';
import { parseTask } from '../core/target.ts';
import { arrayOf } from '../core/task-names.ts';
import type { JobId, World } from '../core/world.ts';
import type { ClientWatch } from './census.ts';
import { readClients } from './read-clients.ts';
import { readClientRecord } from './records.ts';
import type { RenewWatch } from './renew-head.ts';
import { type FarewellWish, type Haste, sayFarewell } from './say-farewell.ts';
import { stopAsked } from './stop-asked.ts';

/** The successor comes second only to telling the clients: it may have to wait for its turn as well. */
export async function partWithClients(
	world: World,
	{ layout, farewell }: { readonly layout: Layout; readonly farewell: FarewellWish },
	jobId: JobId,
	clients: ClientWatch,
	renewal: RenewWatch,
	end: HeadEnd,
): Promise<void> {
	const head = layout.head(jobId);
	const settled = renewal.settle(end.reason).catch((error: Error) => {
		world.log.warn(`Successor: ${error.message}`);
		return undefined;
	});
	const successor = settled.then((job) => end.successor ?? job);
	const haste = hasteOf(end);
	if (haste !== undefined) {
		const staying = async (coming: readonly JobId[]) => forSuccessor(world, layout, head, await successor, coming);
		const hurried = async () => (await stopAsked(world, layout))?.atOnce === true;
		const wish = { ...farewell, hurried, ...(end.atOnce ? { graceMs: 0 } : {}) };
		await sayFarewell(world, head, clients, wish, haste, staying).catch((error: Error) =>
			world.log.warn(error.message),
		);
	}
	// Where the scheduler does not answer, the clean end comes first.
	await Promise.race([successor, world.clock.sleep(SUCCESSOR_LATE_MS)]);
}

const SUCCESSOR_LATE_MS = 20_000;

/** undefined: it has no clients, or they have gone to another head. */
function hasteOf({ reason, code }: HeadEnd): Haste | undefined {
	if (reason === 'time limit') return 'limit';
	if (reason === 'stop') return 'stop';
	if (reason === 'idle' || reason === 'replaced') return undefined;
	return reason === 'stopped' && code === BY_SIGTERM ? 'order' : 'at once';
}

/** Those of the clients in the queue that look for the successor by themselves when they start. */
async function forSuccessor(
	world: World,
	layout: Layout,
	head: HeadLayout,
	successor: JobId | undefined,
	coming: readonly JobId[],
): Promise<readonly JobId[]> {
	if (successor === undefined) return [];
	const waiting = (await readClients(world, head)).filter(({ events, takenOut }) => events.length === 0 && !takenOut);
	const moving: JobId[] = [];
	for (const job of coming) {
		const record = await readClientRecord(world, head, job);
		if (!record?.rejoin) continue;
		// Of an array, the tasks that have not begun with this head.
		const rest = waiting.flatMap(({ task = '' }) => (arrayOf(task) === job ? (parseTask(task)?.index ?? []) : []));
		const array = rest.length > 0 ? listOf(rest) : undefined;
		await world.files.write(layout.head(successor).clientRecord(job), renderClientRecord({ ...record, array }));
		moving.push(job);
	}
	return moving;
}
