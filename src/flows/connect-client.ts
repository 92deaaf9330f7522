// `connect`: from a cluster's name and a script to a submitted client job. Everything that can be known now is checked now.
import { renderClientRecord } from '../core/client-record.ts';
import { environmentInWords, type RayEnvironment } from '../core/environment.ts';
import type { Layout } from '../core/layout.ts';
import { type FrozenNode, frozenNodeWords } from '../core/node-words.ts';
import { readRayOptions } from '../core/ray-options.ts';
import { type Ownership, readOwnership, type SbatchOption } from '../core/sbatch-options.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { type HeadName, headFolderName, headNotRunning } from './find-head.ts';
import { lastInLine } from './next-head.ts';
import { fittedRequest, type Prepared, prepareJob, recordSubmitted, refuseEarly, submitJob } from './submit-job.ts';

export interface ClientRequest {
	readonly layout: Layout;
	readonly head: HeadName;
	/** Submitted a moment ago by this very command: it is pending, and need not be asked after. */
	readonly headIsNew: boolean;
	/** What the scheduler said of it a moment ago, where it was asked already. */
	readonly headState?: KnownState | undefined;
	readonly sbatch: readonly SbatchOption[];
	readonly rayWords: readonly string[];
	readonly node: FrozenNode;
	/** Absolute; undefined for a worker. */
	readonly script: string | undefined;
	readonly scriptAsTyped: string | undefined;
	readonly scriptArguments: readonly string[];
	readonly clientSignal: string | undefined;
	/** How long it waits for the head that follows one that has ended; undefined: it ends with its head. */
	readonly rejoinMs: number | undefined;
	readonly environment: RayEnvironment;
	readonly template: string;
	readonly parts: Readonly<Record<string, string>>;
}

export interface PreparedClient {
	readonly prepared: Prepared;
	readonly notes: readonly string[];
}

/** A mistake is said here, not in the job. */
export function checkClientWords({ sbatch, rayWords }: Pick<ClientRequest, 'sbatch' | 'rayWords'>): Ownership {
	readRayOptions(rayWords, 'client');
	return readOwnership(sbatch, 'client');
}

export async function requireScript(world: World, script: string | undefined, asTyped: string | undefined) {
	if (script === undefined || (await world.files.exists(script))) return;
	throw new Trouble('script-not-found', `Python script not found: ${asTyped}`, {
		hint: 'the path counts from where you type',
	});
}

export async function prepareClient(world: World, asked: ClientRequest): Promise<PreparedClient> {
	const owned = checkClientWords(asked);
	const [request, dependency] = await Promise.all([
		fittedRequest(world, 'client', owned),
		asked.head.kind !== 'job'
			? undefined
			: asked.headIsNew
				? `after:${asked.head.job}`
				: checkHead(world, asked.layout, asked.head.job, asked.headState),
	]);
	const notes =
		dependency === undefined ? request.notes : [...request.notes, 'the head is pending: the client starts after it'];
	const prepared = prepareJob(world, {
		role: 'client',
		template: asked.template,
		parts: asked.parts,
		layout: asked.layout,
		owned,
		request,
		jobName: asked.scriptAsTyped === undefined ? 'ray-worker' : scriptName(asked.scriptAsTyped),
		tag: `rayslurm client of ${asked.head.kind === 'job' ? asked.head.job : asked.head.address}`,
		dependency,
		environment: asked.environment,
		self: world.self,
		supervisor: supervisorWords(asked, request.leadSeconds),
		ray: asked.rayWords,
		holes: { SCRIPT: asked.script === undefined ? [] : [asked.script, ...asked.scriptArguments] },
	});
	const coming = asked.headIsNew && asked.head.kind === 'job' ? asked.head.job : undefined;
	await refuseEarly(world, prepared.submission, coming);
	return { prepared, notes };
}

function supervisorWords(asked: ClientRequest, leadSeconds: number): string[] {
	const { head } = asked;
	return [
		`--output-dir=${asked.layout.outputDir}`,
		...(head.kind === 'job'
			? [`--head=${head.job}`]
			: [`--address=${head.address}`, ...(head.tokenPath === undefined ? [] : [`--token-path=${head.tokenPath}`])]),
		`--environment=${environmentInWords(asked.environment)}`,
		`--lead-seconds=${leadSeconds}`,
		...(asked.clientSignal === undefined ? [] : [`--client-signal=${asked.clientSignal}`]),
		...(asked.rejoinMs === undefined ? [] : [`--rejoin-seconds=${Math.round(asked.rejoinMs / 1000)}`]),
		...frozenNodeWords(asked.node),
	];
}

function scriptName(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1).replace(/\.py$/, '') || 'script';
}

/** The info file, where it is there already, must be mine and well formed; the head must be pending or running. One squeue
 *  answers for the head, and for runs that began and were killed before their row was written. */
async function checkHead(
	world: World,
	layout: Layout,
	headJob: JobId,
	known: KnownState | undefined,
): Promise<string | undefined> {
	const open = await world.runs.open(layout);
	const [reading, states] = await Promise.all([
		world.readInfo(layout.info(headJob), headJob),
		known !== undefined && open.length === 0
			? new Map([[headJob, known]])
			: world.scheduler.states([headJob, ...open.filter((job) => job !== headJob)]),
	]);
	// Not those that are ending: their supervisors may still write the row themselves.
	const over = open.filter((job) => ['ended', 'gone'].includes(states.get(job)?.kind ?? ''));
	const state = states.get(headJob);
	if (state?.kind === 'ending' || state?.kind === 'ended' || state?.kind === 'gone')
		throw headNotRunning(headJob, await lastInLine(world, layout, headJob));
	if (state?.kind === 'unknown' || state === undefined) {
		throw new Trouble(
			'scheduler-silent',
			`${world.scheduler.title} did not say whether head ${headJob} runs: ${state?.why ?? 'no answer'}`,
			{
				hint: 'try again in a minute; nothing was submitted',
			},
		);
	}
	if (reading.kind === 'refused') throw new Trouble('info-file-invalid', reading.message, { hint: reading.hint });
	await world.runs.adopt(layout, over);
	return state.kind === 'pending' ? `after:${headJob}` : undefined;
}

/** Submits, and registers the client with its head, so that the head knows it without asking the scheduler. */
export async function submitClient(world: World, asked: ClientRequest, { prepared }: PreparedClient): Promise<JobId> {
	const job = await submitJob(world, asked.layout, prepared);
	const head = asked.layout.head(headFolderName(asked.head));
	const record = renderClientRecord({
		job,
		script: asked.scriptAsTyped,
		arguments: asked.scriptArguments,
		rejoin: asked.rejoinMs !== undefined,
		array: asked.sbatch.findLast(({ name }) => name === 'array')?.value,
		rendered: prepared.submission.scriptPath,
		submitted: world.clock.now().toISOString(),
	});
	await recordSubmitted(world, job, async () => {
		await world.files.makeFolder(head.clients);
		await world.files.write(head.clientRecord(job), record);
	});
	return job;
}
