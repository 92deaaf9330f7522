// The part of doctor that looks at a compute node: one small job, followed, read, and taken away again whatever happens.
import { resolve } from 'node:path';
import type { Senses } from '../core/doctor/evidence.ts';
import { type Finding, findingsOf } from '../core/doctor/finding.ts';
import { notMineFindings, signalFindings, submittedFindings, unheardFindings } from '../core/doctor/job-rules.ts';
import type { Look } from '../core/doctor/look.ts';
import { nodeFindings } from '../core/doctor/node-rules.ts';
import { environmentInWords, type RayEnvironment } from '../core/environment.ts';
import type { FrozenNode } from '../core/node-words.ts';
import type { Ownership } from '../core/sbatch-options.ts';
import { whyPending, whyPendingAndTodo } from '../core/slurm-reasons.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, KnownState, RayInstall, World } from '../core/world.ts';
import { followProbe, type ProbeEnd } from '../flows/doctor/follow-probe.ts';
import { LOOK_LIMIT_MS, lookAt } from '../flows/doctor/look-at.ts';
import { type PreparedProbe, prepareProbe, submitProbe } from '../flows/doctor/probe-job.ts';
import { requireOwnGround } from '../flows/own-ground.ts';
import { dryRun, queueNotes, say, steps } from './progress.ts';
import type { Project } from './project.ts';
import type { Shell } from './shell.ts';
import { DOCTOR_TEMPLATE, TEMPLATE_PARTS } from './templates.ts';

export interface JobLook {
	readonly project: Project;
	readonly owned: Ownership;
	readonly node: FrozenNode;
	readonly environment: RayEnvironment;
	readonly awaitSignal: boolean;
	readonly timeoutMs: number;
}

export interface JobSeen {
	readonly findings: readonly Finding[];
	readonly job?: { readonly id: JobId; readonly node: string | null } | undefined;
	/** The job did not start in time. */
	readonly late: boolean;
}

const MOST_ADDRESSES = 4;

export async function showProbe(world: World, look: JobLook, json: boolean): Promise<string> {
	await requireOwnGround(world, look.project.layout);
	return dryRun(world.scheduler, [prepared(world, look).submission], json);
}

function prepared(world: World, { project, owned, environment, node }: JobLook): PreparedProbe {
	const parts = { template: DOCTOR_TEMPLATE, parts: TEMPLATE_PARTS };
	return prepareProbe(world, { layout: project.layout, owned, environment, debug: node.debug, ...parts });
}

export async function lookByJob(
	shell: Shell,
	world: World,
	look: JobLook,
	rayHere: Look<RayInstall> | undefined,
): Promise<JobSeen | 'interrupted'> {
	const senses = await shell.senses();
	const probe = prepared(world, look);
	const nonce = world.randomHex(16);
	const { candidates } = await senses.addresses();
	const listener = await senses.listen(nonce).catch(() => undefined);
	const addresses = candidates.slice(0, MOST_ADDRESSES).map(({ address }) => address);
	const question = JSON.stringify({
		nonce,
		addresses: listener === undefined ? [] : addresses.length > 0 ? addresses : ['127.0.0.1'],
		port: listener?.port,
		node: look.node,
		outputDir: look.project.layout.outputDir,
	});
	// Heard from now on, so that a ctrl-C while the scheduler takes the job leaves none behind.
	const interrupted = shell.interrupted().then(() => 'interrupted' as const);
	try {
		const job = await submitProbe(world, look.project.layout, probe, question);
		return await follow(shell, world, senses, look, { job, probe, nonce, rayHere, interrupted });
	} catch (error) {
		if (!(error instanceof Trouble)) throw error;
		const fix = error.hint ?? 'see its script: rayslurm doctor --job --dry-run';
		return { findings: [findingsOf('Job').problem(error.message, fix)], late: false };
	} finally {
		listener?.close();
	}
}

interface Submitted {
	readonly job: JobId;
	readonly probe: PreparedProbe;
	readonly nonce: string;
	readonly rayHere: Look<RayInstall> | undefined;
	readonly interrupted: Promise<'interrupted'>;
}

async function follow(
	shell: Shell,
	world: World,
	senses: Senses,
	look: JobLook,
	{ job, probe, nonce, rayHere, interrupted }: Submitted,
): Promise<JobSeen | 'interrupted'> {
	const began = world.clock.monotonicMs();
	const step = steps(shell, () => world.clock.monotonicMs() - began);
	say(shell, '');
	step.done(`submitted as job ${job}`);
	const asking = world.scheduler.onThisMachine
		? undefined
		: lookAt(world.clock, () => senses.submitted(job, LOOK_LIMIT_MS));
	let over = false;
	try {
		const wish = {
			folder: probe.folder,
			nonce,
			timeoutMs: look.timeoutMs,
			awaitSignal: look.awaitSignal
				? { leadSeconds: probe.leadSeconds, limitSeconds: (probe.minutes ?? 0) * 60 }
				: undefined,
		};
		const following = followProbe(world, senses, job, wish, {
			...queueNotes(shell, world, 'job'),
			running: (node) => step.done(`running on ${node}`),
		});
		const end = await Promise.race([following, interrupted]);
		if (end === 'interrupted') {
			say(shell, `\nCancelling job ${job}`);
			return 'interrupted';
		}
		over = end.kind === 'seen' || end.kind === 'unheard';
		const shown = await asking;
		const asked = { comment: probe.comment, minutes: probe.minutes, partition: look.owned.partition };
		const node = end.kind === 'seen' ? (end.seen.hello?.hostName ?? null) : null;
		return {
			findings: [
				...(shown?.kind === 'seen' ? submittedFindings(asked, shown.value) : []),
				...findingsOfEnd(shell, look, probe, rayHere, job, end, world.scheduler.onThisMachine),
			],
			job: { id: job, node },
			late: end.kind === 'not-begun',
		};
	} finally {
		await clearUp(world, job, probe.folder, over);
	}
}

function findingsOfEnd(
	shell: Shell,
	look: JobLook,
	probe: PreparedProbe,
	rayHere: Look<RayInstall> | undefined,
	job: JobId,
	end: ProbeEnd,
	onThisMachine: boolean,
): readonly Finding[] {
	const { outputDir } = look.project.layout;
	if (end.kind === 'not-begun') {
		const what = `Job ${job} did not start in time: ${whyNotBegun(end.state)}`;
		const elsewhere = onThisMachine ? '' : ', or ask for another partition: -p NAME';
		const fix = `wait longer with --timeout=30m${elsewhere}`;
		return [findingsOf('Job').warning(what, fix)];
	}
	if (end.kind === 'unheard') return unheardFindings(end.seen.lastError, end.started, end.state, outputDir);
	const { seen } = end;
	const context = {
		cwd: resolve(shell.cwd, look.owned.chdir ?? '.'),
		outputDir,
		environment: environmentInWords(look.environment),
		acceptsNoAuth: look.node.insecureNoAuth,
		objectStoreBytes: look.node.objectStoreBytes,
		rayHere,
	};
	return [
		...(seen.signalAwaited && seen.endsAtMs !== undefined
			? signalFindings(probe.leadSeconds, seen.endsAtMs / 1000, seen.signalAt)
			: []),
		...notMineFindings(seen.notMine, outputDir),
		...(seen.hello === undefined && seen.notMine.length === 0
			? unheardFindings(seen.lastError, true, undefined, outputDir)
			: []),
		...nodeFindings(seen, context),
	];
}

function whyNotBegun(state: KnownState | undefined): string {
	if (state?.kind === 'pending') {
		// The job is cancelled at once: that it could be released helps nobody.
		const why = state.words === undefined ? whyPending(state) : whyPendingAndTodo(state);
		return `${why}${state.expectedStart === undefined ? '' : `; expected to start at ${state.expectedStart}`}`;
	}
	return state?.kind === 'unknown' ? state.why : 'nothing was heard of it';
}

/** A job that has not told its last word is cancelled; then its folder goes. */
async function clearUp(world: World, job: JobId, folder: string, over: boolean): Promise<void> {
	if (!over) {
		await world.scheduler.cancel([job]).catch((error: Error) => {
			world.log.warn(
				`job ${job} could not be cancelled (${error.message}); it ends by itself after two minutes of running`,
			);
		});
	}
	await world.files.remove(folder).catch((error: Error) => {
		world.log.warn(`${folder} could not be removed: ${error.message}`);
	});
}
