// The workers that a head was submitted with are submitted again: for the head that follows it, or for itself in its next
// life, since a job that is put back into the queue has lost those of its life before.
import { renderClientRecord } from '../core/client-record.ts';
import { type HeadRecord, renderHeadRecord, type WorkersRecord } from '../core/head-record.ts';
import type { Layout } from '../core/layout.ts';
import { allUnknown } from '../core/queue.ts';
import { recordedValues } from '../core/recorded-options.ts';
import { forNextHead, successorOptions } from '../core/succession.ts';
import type { JobId, World } from '../core/world.ts';
import { readHeadRecord } from './records.ts';
import { renderedScript } from './scheduler-of-head.ts';
import { recordSubmitted } from './submit-job.ts';

/** So that they can be submitted again. */
export async function recordWorkers(world: World, layout: Layout, job: JobId, workers: WorkersRecord): Promise<void> {
	await recordSubmitted(world, workers.job, async () => {
		const record = await readHeadRecord(world, layout.head(job));
		if (record !== undefined)
			await world.files.write(layout.head(job).record, renderHeadRecord({ ...record, workers }));
	});
}

/** For `next`, or for a further life of `head` itself. A head without its workers is still a head: then that is said. */
export async function submitWorkersFor(
	world: World,
	layout: Layout,
	{ job: head, workers, kept }: HeadRecord,
	next: JobId,
): Promise<WorkersRecord | undefined> {
	if (workers === undefined) return undefined;
	const whose = next === head ? `Head ${head}` : 'Successor';
	try {
		const before = await renderedScript(world, layout, workers.script);
		if (before === undefined) throw new Error(`${workers.script} is not there`);
		const script = forNextHead(before, head, next);
		const scriptPath = layout.script('client', world.randomHex(8));
		await world.files.write(scriptPath, script);
		const options = [...successorOptions(workers.options, 'before', head), `--dependency=after:${next}`];
		const job = await world.scheduler.submit({ script, scriptPath, options });
		const at = world.clock.now().toISOString();
		const array = recordedValues(workers.options, 'array').at(-1);
		const record = renderClientRecord({
			job,
			arguments: [],
			rejoin: false,
			array,
			submitted: at,
			rendered: scriptPath,
		});
		await recordSubmitted(world, job, () => world.files.write(layout.head(next).clientRecord(job), record));
		if (kept !== undefined) await world.python.noteUse({ folder: kept }, { at, scheduler: world.scheduler.name, job });
		world.log.say(`${whose}: its workers are submitted as job ${job}`);
		return { job, script: scriptPath, options };
	} catch (error) {
		world.log.warn(`${whose}: its workers are not submitted: ${(error as Error).message}`);
		return undefined;
	}
}

/** In a further life of this head. Those that run are of the life before, and about to end; those that wait in the queue, or
 *  of which nothing is known, are left as they are. */
export async function bringWorkersBack(world: World, layout: Layout, head: JobId): Promise<void> {
	const record = await readHeadRecord(world, layout.head(head));
	if (record?.workers === undefined) return;
	const { job } = record.workers;
	const states = await world.scheduler.states([job]).catch((error: Error) => allUnknown([job], error));
	const state = states.get(job);
	if (state?.kind === 'unknown')
		world.log.warn(`Head ${head}: its workers, job ${job}, are left as they are: ${state.why}`);
	if (state?.kind === 'pending' || state?.kind === 'unknown') return;
	const workers = await submitWorkersFor(world, layout, record, head);
	if (workers !== undefined) await recordWorkers(world, layout, head, workers);
}
