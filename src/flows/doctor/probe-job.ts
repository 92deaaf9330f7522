// The small job by which doctor looks at a node: its script, and the private folder through which it tells what it sees.
import { PROBE_FILES } from '../../core/doctor/probe-words.ts';
import type { RayEnvironment } from '../../core/environment.ts';
import { saysCpus, saysMemory, saysTasks } from '../../core/job-request.ts';
import type { Layout } from '../../core/layout.ts';
import { type Ownership, sbatchTimeSeconds } from '../../core/sbatch-options.ts';
import { renderTemplate } from '../../core/template.ts';
import type { JobId, Submission, World } from '../../core/world.ts';
import { requireOwnGround } from '../own-ground.ts';

export interface ProbeRequest {
	readonly layout: Layout;
	readonly owned: Ownership;
	readonly environment: RayEnvironment;
	readonly debug: boolean;
	readonly template: string;
	readonly parts: Readonly<Record<string, string>>;
}

export interface PreparedProbe {
	readonly submission: Submission;
	readonly folder: string;
	readonly comment: string;
	readonly minutes: number | undefined;
	readonly leadSeconds: number;
}

const TAG = 'rayslurm doctor';
const LIMIT_SECONDS = 120;
const MEMORY = '1G';
/** So early that Slurm's first look at the running job sends the signal. */
const AFTER_START_SECONDS = 5;

export function prepareProbe(world: World, request: ProbeRequest): PreparedProbe {
	const { owned, environment, layout } = request;
	const seconds = owned.timeLimit === undefined ? LIMIT_SECONDS : sbatchTimeSeconds(owned.timeLimit);
	const lead = Math.max(1, Math.min(seconds - AFTER_START_SECONDS, 65_535));
	const leadSeconds = owned.leadSeconds ?? lead;
	const folder = layout.doctor(world.randomHex(8));
	const [node = '', ...rest] = world.self;
	const unless = (said: boolean, value: string) => (said ? undefined : value);
	const script = renderTemplate(request.template, request.parts, {
		JOB_NAME: unless(owned.jobName !== undefined, 'ray-doctor'),
		COMMENT: unless(owned.comment !== undefined, TAG),
		TIME: unless(owned.timeLimit !== undefined, '00:02:00'),
		NODES: unless(owned.has('nodes') || owned.has('nodelist') || owned.has('nodefile'), '1'),
		TASKS_PER_NODE: unless(saysTasks(owned), '1'),
		CPUS: unless(saysCpus(owned), '1'),
		MEMORY: unless(saysMemory(owned), MEMORY),
		SIGNAL: `${owned.overlapsReservation ? 'R' : ''}B:USR1@${leadSeconds}`,
		FOLDER: folder,
		ENVIRONMENT_KIND: environment.kind,
		ENVIRONMENT: environment.words,
		NODE: node,
		RAYSLURM: rest,
		PROBE_OPTIONS: [`--scheduler=${world.scheduler.name}`, `--folder=${folder}`, ...(request.debug ? ['--debug'] : [])],
	});
	const comment = owned.comment === undefined ? TAG : `${owned.comment} [${TAG}]`;
	const submission = {
		script,
		scriptPath: `${folder}/doctor.sbatch`,
		options: [
			...owned.passed,
			...(owned.jobName === undefined ? [] : [`--job-name=${owned.jobName}`]),
			...(owned.comment === undefined ? [] : [`--comment=${comment}`]),
			...(owned.exported === undefined ? [] : [`--export=${owned.exported}`]),
			...(owned.dependency === undefined ? [] : [`--dependency=${owned.dependency}`]),
		],
	};
	return {
		submission,
		folder,
		comment,
		minutes: Number.isFinite(seconds) ? seconds / 60 : undefined,
		leadSeconds,
	};
}

/** With the folder, which is taken away again where no job came of it. */
export async function submitProbe(
	world: World,
	layout: Layout,
	{ folder, submission }: PreparedProbe,
	question: string,
): Promise<JobId> {
	await world.files.makeFolder(layout.outputDir);
	await requireOwnGround(world, layout);
	await world.files.makePrivateFolder(layout.state);
	await world.files.makePrivateFolder(folder);
	try {
		await world.files.write(`${folder}/${PROBE_FILES.question}`, question);
		await world.files.write(submission.scriptPath, submission.script);
		return await world.scheduler.submit(submission);
	} catch (error) {
		await world.files.remove(folder);
		throw error;
	}
}
