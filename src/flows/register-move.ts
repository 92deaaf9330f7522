// A client that goes on with the next head is registered with that one too: what was asked for when it was submitted shows
// there. Its head may have done so already, for one that was still in the queue.
import { parseClientRecord, renderClientRecord } from '../core/client-record.ts';
import type { Layout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';

export async function registerMove(world: World, layout: Layout, from: JobId, to: JobId): Promise<void> {
	const { jobId, arrayTask } = await world.node.job();
	const [left, next] = [layout.head(from), layout.head(to)];
	try {
		if ((await world.files.readState(next.clientRecord(jobId))) !== undefined) return;
		const own = await world.files.readState(left.clientRecord(jobId));
		// Of an array's tasks one record tells.
		const array = arrayTask?.split('_')[0];
		const text = own ?? (array === undefined ? undefined : await world.files.readState(left.clientRecord(array)));
		const record = parseClientRecord(text ?? '');
		if (record === undefined) return;
		await world.files.makeFolder(next.clients);
		await world.files.write(next.clientRecord(jobId), renderClientRecord({ ...record, job: jobId, array: undefined }));
	} catch (error) {
		world.log.warn(`Not registered with head ${to}: ${(error as Error).message}`);
	}
}
