// The same head is submitted again, with the same script and options, and with its workers where it was submitted with some:
// by the head itself in time, or by a person.
import { renderClientRecord } from '../core/client-record.ts';
import { type HeadRecord, parseHeadRecord, renderHeadRecord, type WorkersRecord } from '../core/head-record.ts';
import type { Layout } from '../core/layout.ts';
import { forNextHead, type Renewal, renderSuccessor, successorOptions } from '../core/succession.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, Submission, World } from '../core/world.ts';
import { renderedScript } from './scheduler-of-head.ts';
import { recordSubmitted } from './submit-job.ts';

export interface Successor {
	readonly record: HeadRecord;
	readonly submission: Submission;
}

/** more: words for the scheduler that only this submission has. */
export async function prepareSuccessor(
	world: World,
	layout: Layout,
	jobId: JobId,
	how: Renewal,
	more: (record: HeadRecord) => readonly string[] = () => [],
): Promise<Successor> {
	const head = layout.head(jobId);
	const record = parseHeadRecord((await world.files.readState(head.record)) ?? '');
	const script = record && (await renderedScript(world, layout, record.script));
	if (record === undefined || script === undefined)
		throw new Trouble('failed', `${head.record} or its script is not there`, {
			hint: 'submit a new head with: rayslurm head submit',
		});
	const scriptPath = layout.script('head', world.randomHex(8));
	const options = [...successorOptions(record.options, how, jobId), ...more(record)];
	return { record, submission: { script, scriptPath, options } };
}

/** accepted: called with its id before anything else can fail. */
export async function submitSuccessor(
	world: World,
	layout: Layout,
	jobId: JobId,
	{ record, submission }: Successor,
	accepted: (job: JobId) => void,
): Promise<JobId> {
	const head = layout.head(jobId);
	const { script, scriptPath } = submission;
	await world.files.makePrivateFolder(layout.state); // Still ours: or it throws.
	await world.files.write(scriptPath, script);
	const job = await world.scheduler.submit(submission);
	accepted(job);
	const next = layout.head(job);
	await recordSubmitted(world, job, async () => {
		// First of all what clients follow.
		await world.files.write(head.successor, renderSuccessor(job));
		await world.files.makeFolder(next.clients);
		await world.register.add({ job, name: record.name, outputDir: layout.outputDir });
	});
	const workers = record.workers && (await submitWorkersFor(world, layout, jobId, job, record.workers));
	await recordSubmitted(world, job, async () => {
		const submitted = world.clock.now().toISOString();
		const renewed: HeadRecord = { ...record, job, script: scriptPath, submitted, predecessor: jobId, workers };
		await world.files.write(next.record, renderHeadRecord(renewed));
	});
	if (record.kept !== undefined) {
		const at = world.clock.now().toISOString();
		for (const user of [job, workers?.job])
			if (user !== undefined)
				await world.python.noteUse({ folder: record.kept }, { at, scheduler: world.scheduler.name, job: user });
	}
	return job;
}

/** A head without its workers is still a head: then that is said. */
async function submitWorkersFor(
	world: World,
	layout: Layout,
	jobId: JobId,
	next: JobId,
	workers: WorkersRecord,
): Promise<WorkersRecord | undefined> {
	try {
		const before = await renderedScript(world, layout, workers.script);
		if (before === undefined) throw new Error(`${workers.script} is not there`);
		const script = forNextHead(before, jobId, next);
		const scriptPath = layout.script('client', world.randomHex(8));
		await world.files.write(scriptPath, script);
		const options = [...successorOptions(workers.options, 'before', jobId), `--dependency=after:${next}`];
		const job = await world.scheduler.submit({ script, scriptPath, options });
		const submitted = world.clock.now().toISOString();
		const array = workers.options.find((word) => word.startsWith('--array='))?.slice('--array='.length);
		const record = renderClientRecord({ job, arguments: [], rejoin: false, array, submitted, rendered: scriptPath });
		await recordSubmitted(world, job, () => world.files.write(layout.head(next).clientRecord(job), record));
		world.log.say(`Successor: its workers are submitted as job ${job}`);
		return { job, script: scriptPath, options };
	} catch (error) {
		world.log.warn(`Successor: its workers are not submitted: ${(error as Error).message}`);
		return undefined;
	}
}
