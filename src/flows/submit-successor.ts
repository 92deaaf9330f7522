// The same head is submitted again, with the same script and options, and with its workers where it was submitted with some:
// by the head itself in time, or by a person.
import { type HeadRecord, renderHeadRecord } from '../core/head-record.ts';
import type { Layout } from '../core/layout.ts';
import { type Renewal, renderSuccessor, successorOptions } from '../core/succession.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, Submission, World } from '../core/world.ts';
import { readHeadRecord } from './records.ts';
import { renderedScript } from './scheduler-of-head.ts';
import { recordSubmitted } from './submit-job.ts';
import { submitWorkersFor } from './submit-workers.ts';

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
	const record = await readHeadRecord(world, head);
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
	const workers = await submitWorkersFor(world, layout, record, job);
	await recordSubmitted(world, job, async () => {
		const submitted = world.clock.now().toISOString();
		const renewed: HeadRecord = { ...record, job, script: scriptPath, submitted, predecessor: jobId, workers };
		await world.files.write(next.record, renderHeadRecord(renewed));
	});
	if (record.kept !== undefined) {
		const at = world.clock.now().toISOString();
		await world.python.noteUse({ folder: record.kept }, { at, scheduler: world.scheduler.name, job });
	}
	return job;
}
