// `head submit`: from what a person asked to a submitted head job.
import { environmentInWords, type RayEnvironment } from '../core/environment.ts';
import { renderHeadRecord } from '../core/head-record.ts';
import type { Layout } from '../core/layout.ts';
import { type FrozenNode, frozenNodeWords } from '../core/node-words.ts';
import { readRayOptions } from '../core/ray-options.ts';
import { type Ownership, readOwnership, type SbatchOption, sbatchTimeSeconds } from '../core/sbatch-options.ts';
import type { Renewal } from '../core/succession.ts';
import type { JobId, World } from '../core/world.ts';
import { fittedRequest, type Prepared, prepareJob, recordSubmitted, refuseEarly, submitJob } from './submit-job.ts';

export interface HeadRequest {
	readonly layout: Layout;
	readonly clusterName: string | undefined;
	readonly sbatch: readonly SbatchOption[];
	readonly rayWords: readonly string[];
	readonly node: FrozenNode;
	readonly dashboardHost: string;
	/** As typed, and checked: windows of time, or off. */
	readonly idleWindow: string;
	readonly idleAfterMs: number;
	readonly graceMs: number;
	readonly onEnd: 'cancel' | 'keep';
	readonly renew: Renewal | undefined;
	readonly environment: RayEnvironment;
	/** The folder of the environment that rayslurm keeps, where it is one. */
	readonly kept?: string | undefined;
	readonly template: string;
	readonly parts: Readonly<Record<string, string>>;
}

export interface PreparedHead {
	readonly prepared: Prepared;
	readonly notes: readonly string[];
}

const ENDLESS = 'without a time limit there is no end to renew it before: --renew counts only should its Ray die';

/** A mistake is said here, not in the job. */
export function checkHeadWords({ sbatch, rayWords }: Pick<HeadRequest, 'sbatch' | 'rayWords'>): Ownership {
	readRayOptions(rayWords, 'head');
	return readOwnership(sbatch, 'head');
}

export async function prepareHead(world: World, asked: HeadRequest): Promise<PreparedHead> {
	const owned = checkHeadWords(asked);
	const request = await fittedRequest(world, 'head', owned);
	const prepared = prepareJob(world, {
		role: 'head',
		template: asked.template,
		parts: asked.parts,
		layout: asked.layout,
		owned,
		request,
		jobName: asked.clusterName ?? 'ray',
		tag: `rayslurm head${asked.clusterName === undefined ? '' : ` ${asked.clusterName}`}`,
		dependency: undefined,
		environment: asked.environment,
		self: world.sparingSelf,
		supervisor: [
			`--output-dir=${asked.layout.outputDir}`,
			`--environment=${environmentInWords(asked.environment)}`,
			`--idle-window=${asked.idleWindow}`,
			`--idle-after-seconds=${Math.round(asked.idleAfterMs / 1000)}`,
			`--grace-seconds=${Math.round(Math.min(asked.graceMs / 1000, (request.leadSeconds * 2) / 3))}`,
			`--on-end=${asked.onEnd}`,
			...(asked.renew === undefined ? [] : [`--renew=${asked.renew}`, `--lead-seconds=${request.leadSeconds}`]),
			...(asked.clusterName === undefined ? [] : [`--name=${asked.clusterName}`]),
			...(asked.dashboardHost === '127.0.0.1' ? [] : [`--dashboard-host=${asked.dashboardHost}`]),
			...frozenNodeWords(asked.node),
		],
		ray: asked.rayWords,
		holes: {},
	});
	await refuseEarly(world, prepared.submission);
	const endless = owned.timeLimit !== undefined && sbatchTimeSeconds(owned.timeLimit) === Number.POSITIVE_INFINITY;
	return { prepared, notes: asked.renew !== undefined && endless ? [...request.notes, ENDLESS] : request.notes };
}

/** Submits, and records what was asked, so that the head can be found by name and submitted again. */
export async function submitHead(
	world: World,
	asked: HeadRequest,
	{ prepared }: PreparedHead,
	typed: readonly string[],
	folder?: string,
): Promise<JobId> {
	const job = await submitJob(world, asked.layout, prepared);
	const head = asked.layout.head(job);
	const record = renderHeadRecord({
		scheduler: world.scheduler.name,
		job,
		name: asked.clusterName,
		submitted: world.clock.now().toISOString(),
		script: prepared.submission.scriptPath,
		options: prepared.submission.options,
		typed,
		folder,
		kept: asked.kept,
	});
	await recordSubmitted(world, job, async () => {
		await world.files.makeFolder(head.clients);
		await world.files.write(head.record, record);
	});
	await world.register.add({ job, name: asked.clusterName, outputDir: asked.layout.outputDir });
	return job;
}
