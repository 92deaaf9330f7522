// The head's supervisor, inside its job: starts Ray, says when clients can join, watches, and ends it all in order.
import { format } from 'date-fns/format';
import { type HeadInfo, type HeadState, infoPorts, NO_DASHBOARD, renderInfo } from '../core/connection.ts';
import type { HeadEvent } from '../core/events.ts';
import { type HeadEnd, stepHead } from '../core/head-life.ts';
import type { HeadLayout, Layout } from '../core/layout.ts';
import type { FrozenNode } from '../core/node-words.ts';
import { headEndedBadly } from '../core/ray-logs.ts';
import { readRayOptions, wordsForEveryNode } from '../core/ray-options.ts';
import { hasAuthentication, headStartWords } from '../core/ray-start.ts';
import { Trouble } from '../core/trouble.ts';
import type { EarWord, Running, World } from '../core/world.ts';
import { type ClientWatch, watchClients } from './census.ts';
import { leaveCluster } from './join-cluster.ts';
import { type Journal, journal } from './journal.ts';
import { keepRayLogs, keepRayLogsIfKilled } from './keep-ray-logs.ts';
import { endOtherNodes, startOtherNodes } from './other-nodes.ts';
import { partWithClients } from './part-with-clients.ts';
import { NOT_RENEWED, type RenewWatch, type RenewWish, renewHead } from './renew-head.ts';
import type { FarewellWish } from './say-farewell.ts';
import { makePlace, type NodePlace, startRay } from './start-node.ts';
import { endAsAsked } from './stop-asked.ts';
import { bringWorkersBack } from './submit-workers.ts';
import { untilUp } from './until-up.ts';
import { watchHead } from './watch-head.ts';
import { type IdleWish, watchIdle } from './watch-idle.ts';

/** Frozen at submission. */
export interface HeadJob {
	readonly layout: Layout;
	readonly clusterName: string | undefined;
	readonly node: FrozenNode;
	readonly rayWords: readonly string[];
	readonly dashboardHost: string;
	readonly idle: IdleWish;
	readonly farewell: FarewellWish;
	readonly renew: RenewWish | undefined;
	readonly environment: string;
	readonly version: string;
}

/** How long Ray may take to leave by itself. Slurm's KILL follows a TERM soon, so the sweep comes sooner then. */
const LEAVE_MS = 8_000;
const LEAVE_QUICKLY_MS = 1_500;

interface Begun {
	place?: NodePlace;
	info?: HeadInfo;
	ray?: Running;
	others?: Running | undefined;
	renewal?: RenewWatch;
}

export async function runHead(world: World, asked: HeadJob): Promise<number> {
	const { jobId, restarts } = await world.node.job();
	const head = asked.layout.head(jobId);
	await world.files.makePrivateFolder(asked.layout.state);
	await world.files.makeFolder(head.clients);
	const tell = journal<HeadEvent>(world, head.events);
	const incarnation = `${restarts}-${world.randomHex(6)}`;
	await tell({ step: 'running', node: world.node.hostName, incarnation, environment: asked.environment });
	world.log.say(`rayslurm ${asked.version}: head ${jobId} on ${world.node.hostName}; Ray from: ${asked.environment}`);
	const clients = watchClients(world, head);
	const begun: Begun = {};
	const decided = await live(world, asked, incarnation, tell, clients, begun).catch((error: unknown): HeadEnd => {
		const trouble =
			error instanceof Trouble ? error : { message: (error as Error).stack ?? String(error), hint: undefined };
		world.log.error(trouble);
		const because = trouble.hint === undefined ? trouble.message : `${trouble.message} (${trouble.hint})`;
		return { do: 'end', reason: 'did not start', code: 1, because };
	});
	const end = await endAsAsked(world, asked.layout, decided);
	world.log.say(`Head ${jobId} ends: ${end.because}`);
	await tell({ step: 'ending', reason: end.reason, because: end.because, ...(end.atOnce ? { atOnce: true } : {}) });
	if (begun.info) await turnAway(world, asked.layout, begun.info);
	await partWithClients(world, asked, jobId, clients, begun.renewal ?? NOT_RENEWED, end);
	await endHead(world, asked, begun, end);
	await tell({ step: 'ended', reason: end.reason, because: end.because, code: end.code });
	world.log.say(`Head ${jobId} ended: ${end.reason}`);
	return end.code;
}

async function live(
	world: World,
	asked: HeadJob,
	incarnation: string,
	tell: Journal<HeadEvent>,
	clients: ClientWatch,
	begun: Begun,
): Promise<HeadEnd> {
	const began = world.clock.now();
	const wishes = { ...asked.node, ray: readRayOptions(asked.rayWords, 'head') };
	const place = await makePlace(world, 'head', wishes);
	begun.place = place;
	keepRayLogsIfKilled(world, place, asked);
	const { job, install, plan, nest } = place;
	const tokenPath = hasAuthentication(install.rayVersion)
		? await makeToken(world, place, asked.layout.head(job.jobId), incarnation)
		: undefined;
	const { running, outputFile } = await startRay(
		world,
		place,
		wishes,
		{ labels: { 'rayslurm/job': job.jobId }, tokenPath, drainSeconds: 0 },
		(start) => headStartWords(start, asked.dashboardHost),
	);
	begun.ray = running;
	const address = `${place.address}:${plan.ray}`;
	const store = await world.ray.controlStore(address, tokenPath);
	const ray = { running, outputFile, folder: `${nest.folder}/ray` };
	const came = await untilUp(world, ray, 'Ray did not start', async () => {
		// Whoever listens there is told the token: so first, is it a program of ours?
		if (!(await world.node.listeningPorts()).mine.has(plan.ray)) return undefined;
		const answer = await store.identity(1_000);
		if (answer.kind === 'refused')
			throw new Trouble('cannot-connect', `Ray does not accept its token: ${answer.message}`, {
				hint: 'is RAY_AUTH_MODE set to something else in this environment?',
			});
		return answer.kind === 'answered' ? answer.value : undefined;
	});
	if (came.kind === 'heard') return endedBy(came.words);
	await tell({ step: 'ray-answers', address, ray: install.rayVersion, python: install.pythonVersion });

	const hasDashboard = wishes.ray.includeDashboard !== false;
	const info: HeadInfo = {
		rayAddress: address,
		rayPort: plan.ray,
		headNode: world.node.hostName,
		headIp: place.address,
		slurmJobId: job.jobId,
		userPortOffset: plan.offset,
		started: format(began, "yyyy-MM-dd'T'HH:mm:ssxxx"),
		rayslurmVersion: asked.version,
		rayVersion: install.rayVersion,
		pythonVersion: install.pythonVersion,
		incarnation,
		...(asked.clusterName === undefined ? {} : { clusterName: asked.clusterName }),
		environment: asked.environment,
		...(hasDashboard ? {} : { dashboard: NO_DASHBOARD }),
		authMode: tokenPath === undefined ? 'disabled' : 'token',
		...(tokenPath === undefined ? {} : { authTokenPath: tokenPath }),
		ports: infoPorts(plan),
		more: new Map(),
	};
	begun.info = info;
	for (const path of [asked.layout.info(job.jobId), asked.layout.latestInfo]) nest.keepInfo(path, incarnation);
	await writeInfo(world, asked.layout, info, 'joinable');
	await tell({ step: 'joinable', ...(hasDashboard ? { dashboard: `${place.address}:${plan.dashboard}` } : {}) });
	world.log.say(`Ray answers at ${address}; clients can join with: rayslurm connect ${job.jobId}`);
	if (!(await nest.link(`/tmp/ray_head_${job.jobId}`, ray.folder))) {
		world.log.warn(
			`/tmp/ray_head_${job.jobId} is taken by somebody else; Ray's logs are in ${ray.folder}/session_latest/logs`,
		);
	}
	if (job.restarts > 0) await bringWorkersBack(world, asked.layout, job.jobId);
	begun.others = await startOtherNodes(
		world,
		place,
		{ address, tokenPath, store },
		asked,
		wordsForEveryNode(asked.rayWords),
	);
	if (asked.renew) begun.renewal = await renewHead(world, asked.layout, job.jobId, clients, asked.renew);
	const renewal = begun.renewal ?? NOT_RENEWED;
	return watchHead(world, {
		place,
		ray: running,
		store,
		dashboard: hasDashboard,
		others: begun.others,
		say: async (state, missing) => {
			await writeInfo(world, asked.layout, info, state).catch((error: Error) => world.log.warn(error.message));
			await tell(state === 'ready' ? { step: 'ready' } : { step: 'degraded', missing });
		},
		renewal,
		idle: watchIdle(world, asked.layout.head(job.jobId), clients, store, asked.idle),
		replacedBy: async () => {
			const another = (await infoNames(world, asked.layout.info(job.jobId), info)) === 'another';
			return another ? 'a newer head has taken its place' : renewal.replacedBy();
		},
	});
}

function endedBy(heard: readonly EarWord[]): HeadEnd {
	const decision = stepHead({ heard, dead: [], neverUp: [], silentMs: 0, replaced: undefined, idle: undefined });
	if (decision.do === 'end') return decision;
	return { do: 'end', reason: 'stopped', code: 1, because: `${heard.join(', ')} received` };
}

async function makeToken(world: World, { nest }: NodePlace, head: HeadLayout, incarnation: string): Promise<string> {
	// An earlier life of this job whose node was lost could not clear up. What it let in counts no more.
	for (const name of await world.files.list(head.folder)) {
		if (name.startsWith('token-')) await world.files.remove(`${head.folder}/${name}`);
	}
	const path = head.token(incarnation);
	nest.keepToken(path);
	await world.files.write(path, world.randomHex(32));
	return path;
}

async function writeInfo(world: World, layout: Layout, info: HeadInfo, state: HeadState): Promise<void> {
	const text = renderInfo({ ...info, state });
	await world.files.write(layout.info(info.slurmJobId), text);
	// Later than at first, a newer head may be the latest.
	if (state === 'joinable' || (await infoNames(world, layout.latestInfo, info)) === 'us') {
		await world.files.write(layout.latestInfo, text);
	}
}

/** Whose is the file? A lying one, planted by somebody who may write to the folder, is nobody's. */
async function infoNames(world: World, path: string, info: HeadInfo): Promise<'us' | 'another' | 'nobody'> {
	const reading = await world.readInfo(path, undefined);
	if (reading.kind !== 'read') return 'nobody';
	return reading.info.incarnation === info.incarnation ? 'us' : 'another';
}

/** Ray leaves, then comes the sweep, with which the token goes. */
async function endHead(world: World, asked: HeadJob, begun: Begun, end: HeadEnd): Promise<void> {
	const leaveMs = end.code >= 128 ? LEAVE_QUICKLY_MS : LEAVE_MS;
	const badly = headEndedBadly(end);
	try {
		await endOtherNodes(world, begun.others, leaveMs, badly);
		await leaveCluster(world, begun.ray, leaveMs);
		await keepRayLogs(world, begun.place, asked, badly);
	} finally {
		await begun.place?.close();
	}
}

/** No new client finds the head from here on. */
async function turnAway(world: World, layout: Layout, info: HeadInfo): Promise<void> {
	for (const path of [layout.info(info.slurmJobId), layout.latestInfo]) await removeOwnInfo(world, path, info);
}

/** Only what this incarnation wrote: a newer head may have written its own by now. */
async function removeOwnInfo(world: World, path: string, info: HeadInfo): Promise<void> {
	try {
		if ((await infoNames(world, path, info)) === 'us') await world.files.remove(path);
	} catch (error) {
		world.log.warn(`${path} could not be removed: ${(error as Error).message}`);
	}
}
