// One stay of a client with one head: finds it, joins with every node of the job, runs the script once, leaves. Without a
// script it serves as a worker until it is told to end. Nothing of the stay is left when it is over.
import { partsOf } from '../core/address.ts';
import type { HeadInfo } from '../core/connection.ts';
import type { ClientEvent } from '../core/events.ts';
import { BY_SIGUSR1, orderWhileStarting } from '../core/order-to-end.ts';
import type { Run } from '../core/overview.ts';
import { clientEndedBadly } from '../core/ray-logs.ts';
import { readRayOptions } from '../core/ray-options.ts';
import { clusterEnvironment } from '../core/ray-start.ts';
import { stopBecause } from '../core/stop-request.ts';
import { Trouble } from '../core/trouble.ts';
import { checkVersions } from '../core/versions.ts';
import type { JobId, RayInstall, Running, World } from '../core/world.ts';
import type { ClientJob } from './client-job.ts';
import { type FoundHead, findHead, headFolderName } from './find-head.ts';
import { headWords } from './head-signs.ts';
import { DRAIN_SECONDS, joinCluster, leaveCluster } from './join-cluster.ts';
import { type Journal, journal } from './journal.ts';
import { keepRayLogs, keepRayLogsIfKilled } from './keep-ray-logs.ts';
import { endOtherNodes, startOtherNodes, untilAllJoined } from './other-nodes.ts';
import { serveClient } from './serve-client.ts';
import { makePlace, type NodePlace } from './start-node.ts';
import { stopAsked } from './stop-asked.ts';

const LEAVE_MS = (DRAIN_SECONDS + 5) * 1_000;
const LEAVE_QUICKLY_MS = 1_500;

interface Begun {
	place?: NodePlace;
	ray?: Running;
	others?: Running | undefined;
	run?: Run;
	info?: HeadInfo;
	found?: true;
	served?: true;
}

export interface ClientEnd {
	readonly code: number;
	readonly because: string;
	readonly quickly: boolean;
	/** It was the head's end, and this job goes on. */
	readonly headEnds: boolean;
	/** Of the head, where its info file was there. */
	readonly incarnation?: string | undefined;
	/** The script was started, or the worker served. */
	readonly served?: boolean;
}

/** SIGUSR1 before anything was served: the head's word that it ends, or this job's own time that is nearly over. */
async function toldWhileStarting(
	world: World,
	asked: ClientJob,
	info: HeadInfo | undefined,
	end: ClientEnd,
): Promise<ClientEnd> {
	if (end.code !== BY_SIGUSR1) return end;
	const stop = await stopAsked(world, asked.layout);
	if (stop) return { ...end, code: asked.script === undefined ? 0 : BY_SIGUSR1, because: stopBecause(stop) };
	if (info === undefined) return end;
	const ending = await headWords(world, asked.layout, info);
	return ending === undefined ? end : { ...end, code: 3, because: ending.because, headEnds: true };
}

/** A cluster that is named by its address has no next head that could be known. */
export function looksForNext(asked: ClientJob, end: ClientEnd): boolean {
	return end.headEnds && asked.rejoinMs !== undefined && asked.head.kind === 'job';
}

/** resumed: the script has run before, with another head. */
export async function stayWithHead(world: World, asked: ClientJob, jobId: JobId, resumed: boolean): Promise<ClientEnd> {
	const headFolder = asked.layout.head(headFolderName(asked.head));
	await world.files.makePrivateFolder(asked.layout.state);
	await world.files.makeFolder(headFolder.clients);
	const tell = journal<ClientEvent>(world, headFolder.clientEvents(jobId));
	const { arrayTask: task, restarts } = await world.node.job();
	await tell({ step: 'running', node: world.node.hostName, task, restarts });
	world.log.say(`rayslurm ${asked.version}: client ${jobId} on ${world.node.hostName}; Ray from: ${asked.environment}`);
	const begun: Begun = {};
	const ended = await live(world, asked, jobId, resumed, tell, begun).catch((error: unknown): ClientEnd => {
		world.log.error(
			error instanceof Trouble ? error : { message: (error as Error).stack ?? String(error), hint: undefined },
		);
		const because = (error as Error).message;
		const gone = error instanceof Trouble && error.kind === 'head-not-running';
		// Nobody answers where the info file points: a head that was lost without a word.
		const lost = error instanceof Trouble && error.kind === 'cannot-connect' && !begun.found;
		const headEnds = gone || (lost && asked.rejoinMs !== undefined);
		return { code: error instanceof Trouble ? error.exitCode : 1, because, quickly: true, headEnds };
	});
	const end = begun.served ? ended : await toldWhileStarting(world, asked, begun.info, ended);
	if (begun.run) await world.runs.end(asked.layout, begun.run, end.code);
	// Said before Ray has left: who waits for this client need not wait for that.
	if (!looksForNext(asked, end)) await tell({ step: 'ended', reason: end.because, code: end.code });
	const leaveMs = end.quickly ? LEAVE_QUICKLY_MS : LEAVE_MS;
	const badly = clientEndedBadly({ ...end, headSaidSo: end.headEnds && (await saidSo(world, asked, begun)) });
	await Promise.all([endOtherNodes(world, begun.others, leaveMs, badly), leaveCluster(world, begun.ray, leaveMs)]);
	await keepRayLogs(world, begun.place, asked, badly);
	await begun.place?.close();
	return { ...end, incarnation: begun.info?.incarnation, served: begun.served ?? false };
}

async function saidSo(world: World, { layout }: ClientJob, { info }: Begun): Promise<boolean> {
	return info !== undefined && (await headWords(world, layout, info)) !== undefined;
}

async function live(
	world: World,
	asked: ClientJob,
	jobId: JobId,
	resumed: boolean,
	tell: Journal<ClientEvent>,
	begun: Begun,
): Promise<ClientEnd> {
	const head = await findHead(world, asked.layout, asked.head, (info) => {
		begun.info = info;
	});
	begun.found = true;
	const peer = partsOf(head.address).host;
	const wishes = { ...asked.node, ray: readRayOptions(asked.rayWords, 'client') };
	void world.node.ping(peer).then((answered) => {
		if (answered === false) world.log.warn(`ping ${peer} was not answered; the head's Ray answers, so we go on`);
	});
	const place = await makePlace(world, 'client', wishes, peer);
	begun.place = place;
	keepRayLogsIfKilled(world, place, asked);
	await compareVersions(world, place.install, head, asked.environment);
	begun.others = await startOtherNodes(world, place, head, asked, asked.rayWords);
	const joined = await joinCluster(world, place, head, wishes);
	if (joined.kind === 'heard') {
		const order = orderWhileStarting(joined.words) ?? { code: 1, because: 'told to end' };
		return { code: order.code, because: `while joining: ${order.because}`, quickly: true, headEnds: false };
	}
	begun.ray = joined.ray;
	await tell({ step: 'joined', nodeId: joined.nodeId });
	world.log.say(`Joined ${head.address} as node ${joined.nodeId}`);
	if (!(await place.nest.link(`/tmp/ray_client_${jobId}`, `${place.nest.folder}/ray`))) {
		world.log.warn(`/tmp/ray_client_${jobId} is taken by somebody else; Ray's logs are in ${place.nest.folder}/ray`);
	}
	await untilAllJoined(world, place, head, begun.others);
	begun.served = true;
	const script =
		asked.script === undefined ? undefined : await startScript(world, asked, asked.script, resumed, head, place, begun);
	if (script) await tell({ step: 'script', pid: script.pid });
	return serveClient(world, asked, head, joined.ray, script, tell);
}

async function compareVersions(world: World, here: RayInstall, head: FoundHead, environment: string): Promise<void> {
	const answer = await head.store.identity(5_000);
	const there = answer.kind === 'answered' ? answer.value : undefined;
	checkVersions(here, {
		rayVersion: there?.rayVersion ?? head.info?.rayVersion,
		pythonVersion: there?.pythonVersion ?? head.info?.pythonVersion,
	});
	const theirs = head.info?.environment;
	if (theirs !== undefined && theirs !== environment) {
		world.log.warn(`The head's Ray comes from another environment: ${theirs}`);
	}
}

async function startScript(
	world: World,
	asked: ClientJob,
	script: string,
	resumed: boolean,
	head: FoundHead,
	place: NodePlace,
	begun: Begun,
): Promise<Running> {
	const began = world.clock.now();
	const run: Run = {
		jobId: place.job.jobId,
		runId: `${place.job.jobId}-${place.job.restarts}-${world.randomHex(3)}`,
		script,
		arguments: asked.scriptArguments,
		head: asked.head.kind === 'job' ? asked.head.job : asked.head.address,
		started: began.toISOString(),
	};
	begun.run = run;
	await world.runs.begin(asked.layout, run);
	const running = await place.nest.spawn({
		argv: [place.install.python, '-u', script, ...asked.scriptArguments],
		environment: {
			...clusterEnvironment(head.tokenPath),
			...(place.nest.temporaryFolder === undefined ? {} : { TMPDIR: place.nest.temporaryFolder }),
			RAY_ADDRESS: head.address,
			RAY_HEAD_JOB_ID: asked.head.kind === 'job' ? asked.head.job : undefined,
			RAYSLURM_RESUMED: resumed ? '1' : undefined,
		},
	});
	void running.ended.then(() => world.ear.poke());
	return running;
}
