// Submits one job: folders, the rendered script kept beside the logs' state, and sbatch. With a dry run nothing is written.
import type { RayEnvironment } from '../core/environment.ts';
import { type JobRequest, mergeDependency, needsLimits, planJob } from '../core/job-request.ts';
import { type Layout, logName } from '../core/layout.ts';
import { slurmPathPattern } from '../core/quote.ts';
import type { Ownership, Role, SbatchOption } from '../core/sbatch-options.ts';
import { type Holes, renderTemplate } from '../core/template.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, Submission, World } from '../core/world.ts';
import { requireOwnGround } from './own-ground.ts';

export interface JobToSubmit {
	readonly role: Role;
	readonly template: string;
	readonly parts: Readonly<Record<string, string>>;
	readonly layout: Layout;
	readonly owned: Ownership;
	readonly request: JobRequest;
	/** Where the user says none. */
	readonly jobName: string;
	readonly tag: string;
	readonly dependency: string | undefined;
	readonly environment: RayEnvironment;
	/** The supervisor's own words: its program, then its options. */
	readonly self: readonly string[];
	readonly supervisor: readonly string[];
	readonly ray: readonly string[];
	/** Holes that only this role's template has. */
	readonly holes: Holes;
}

export interface Prepared {
	readonly submission: Submission;
	/** A job's log, without .out or .err. */
	log(job: JobId): string;
}

/** The scheduler is asked only where something is left to it. No answer is no reason to submit nothing, and is said. */
export async function fittedRequest({ scheduler }: World, role: Role, owned: Ownership): Promise<JobRequest> {
	if (!needsLimits(owned)) return planJob(role, owned, undefined);
	const limits = await scheduler.limits(owned.partition);
	const request = planJob(role, owned, limits);
	if (limits !== undefined) return request;
	const partition = owned.partition === undefined ? 'its partition' : `partition ${owned.partition}`;
	const note = `${scheduler.title} did not say what ${partition} allows, so nothing was lowered to fit (--time, -c and --mem say otherwise)`;
	return { ...request, notes: [note, ...request.notes] };
}

export function prepareJob(world: World, job: JobToSubmit): Prepared {
	const { owned, request, layout, role } = job;
	const jobName = owned.jobName ?? job.jobName;
	const log = `${slurmPathPattern(layout.slurmLogs)}/%j${logName(role, jobName)}`;
	const [node = '', ...rest] = job.self;
	const script = renderTemplate(job.template, job.parts, {
		JOB_NAME: owned.jobName === undefined ? jobName : undefined,
		COMMENT: owned.comment === undefined ? job.tag : undefined,
		OUTPUT: `${log}.out`,
		ERROR: `${log}.err`,
		TIME: request.time,
		NODES: request.nodes,
		TASKS_PER_NODE: request.tasksPerNode,
		CPUS: request.cpus,
		MEMORY: request.memory,
		SIGNAL: request.signal,
		ENVIRONMENT_KIND: job.environment.kind,
		ENVIRONMENT: job.environment.words,
		NODE: node,
		RAYSLURM: rest,
		// In the job too, whatever its environment says.
		SUPERVISOR_OPTIONS: [`--scheduler=${world.scheduler.name}`, ...job.supervisor],
		RAY_OPTIONS: job.ray,
		...job.holes,
	});
	const dependency = mergeDependency(owned.dependency, job.dependency);
	const submission: Submission = {
		script,
		scriptPath: layout.script(role, world.randomHex(8)),
		options: [
			...owned.passed,
			...(owned.jobName === undefined ? [] : [`--job-name=${owned.jobName}`]),
			...(owned.comment === undefined ? [] : [`--comment=${owned.comment} [${job.tag}]`]),
			...(owned.exported === undefined ? [] : [`--export=${owned.exported}`]),
			...(dependency === undefined ? [] : [`--dependency=${dependency}`]),
		],
	};
	return {
		submission,
		log: (id) => `${layout.slurmLogs}/${id}${logName(role, jobName)}`,
	};
}

/** Where it costs nobody a question, what would be refused is refused before anything is made. */
export async function refuseEarly({ scheduler }: World, submission: Submission, coming?: JobId): Promise<void> {
	if (scheduler.onThisMachine) await scheduler.check(submission, coming);
}

/** The same of what was typed, before there is a script. */
export async function refuseWordsEarly(world: World, sbatch: readonly SbatchOption[]): Promise<void> {
	await refuseEarly(world, { script: '#!/bin/sh\n', scriptPath: '', options: sbatch.flatMap(({ words }) => words) });
}

export async function submitJob(world: World, layout: Layout, { submission }: Prepared): Promise<JobId> {
	await world.files.makeFolder(layout.slurmLogs);
	await requireOwnGround(world, layout); // Again: the folders are there by now.
	await world.files.makePrivateFolder(layout.state);
	await world.files.makeFolder(layout.scripts);
	await world.files.write(submission.scriptPath, submission.script);
	try {
		return await world.scheduler.submit(submission);
	} catch (error) {
		// A submission that was not accepted leaves nothing behind; one that may have been keeps its script.
		if (!isUnsure(error)) await world.files.remove(submission.scriptPath);
		throw error;
	}
}

/** The job is the scheduler's by now: what cannot be written down about it is said, and its id still reaches the person. */
export async function recordSubmitted(world: World, job: JobId, write: () => Promise<void>): Promise<void> {
	try {
		await write();
	} catch (error) {
		world.log.warn(`submitted as ${job}, but not recorded: ${(error as Error).message}`);
	}
}

export function isUnsure(error: unknown): boolean {
	return error instanceof Trouble && error.kind === 'submission-unsure';
}
