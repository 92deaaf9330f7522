// Clients that wait in the queue of a head that ends and will go to its successor: they are registered with that one, so
// that it awaits them.
import type { HeadLayout, Layout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';

/** Those of the clients in the queue that look for the successor by themselves when they start. */
export async function forSuccessor(
	world: World,
	layout: Layout,
	head: HeadLayout,
	successor: JobId | undefined,
	coming: readonly JobId[],
): Promise<readonly JobId[]> {
	if (successor === undefined) return [];
	const records = await Promise.all(
		coming.map(async (job) => ({ job, text: (await world.files.readText(head.clientRecord(job))) ?? '' })),
	);
	const moving = records.filter(({ text }) => rejoins(text));
	for (const { job, text } of moving) await world.files.write(layout.head(successor).clientRecord(job), text);
	return moving.map(({ job }) => job);
}

function rejoins(record: string): boolean {
	try {
		return (JSON.parse(record) as { rejoin?: unknown }).rejoin === true;
	} catch {
		return false;
	}
}
