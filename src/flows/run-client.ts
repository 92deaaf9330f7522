// A client inside its job: finds the head, joins with every node of the job, runs the script once, leaves, and returns the
// script's code. Without a script it serves as a worker until it is told to end.
import { type ClientState, stepClient } from '../core/client-life.ts';
import type { ClientEvent } from '../core/events.ts';
import type { Layout } from '../core/layout.ts';
import type { FrozenNode } from '../core/node-words.ts';
import { orderWhileStarting } from '../core/order-to-end.ts';
import type { Run } from '../core/overview.ts';
import { readRayOptions } from '../core/ray-options.ts';
import { clusterEnvironment } from '../core/ray-start.ts';
import { Trouble } from '../core/trouble.ts';
import { checkVersions } from '../core/versions.ts';
import type { JobId, ProgramSignal, RayInstall, Running, World } from '../core/world.ts';
import { type FoundHead, findHead, type HeadName } from './find-head.ts';
import { headSigns } from './head-signs.ts';
import { DRAIN_SECONDS, joinCluster, leaveCluster } from './join-cluster.ts';
import { type Journal, journal } from './journal.ts';
import { endOtherNodes, startOtherNodes, untilAllJoined } from './other-nodes.ts';
import { makePlace, type NodePlace } from './start-node.ts';

/** Frozen at submission. */
export interface ClientJob {
	readonly layout: Layout;
	readonly head: HeadName;
	readonly node: FrozenNode;
	readonly rayWords: readonly string[];
	readonly script: string | undefined;
	readonly scriptArguments: readonly string[];
	readonly clientSignal: 'USR1' | 'INT' | 'TERM' | undefined;
	readonly leadMs: number;
	readonly environment: string;
	readonly version: string;
}

const TICK_MS = 1_000;
const LEAVE_MS = (DRAIN_SECONDS + 5) * 1_000;
const LEAVE_QUICKLY_MS = 1_500;

interface Begun {
	place?: NodePlace;
	ray?: Running;
	others?: Running | undefined;
	run?: Run;
}

interface ClientEnd {
	readonly code: number;
	readonly because: string;
	readonly quickly: boolean;
}

export async function runClient(world: World, asked: ClientJob): Promise<number> {
	const { jobId } = await world.node.job();
	const headFolder = asked.layout.head(headFolderName(asked.head));
	await world.files.makePrivateFolder(asked.layout.state);
	await world.files.makeFolder(headFolder.clients);
	const tell = journal<ClientEvent>(world, headFolder.clientEvents(jobId));
	await tell({ step: 'running', node: world.node.hostName });
	world.log.say(`rayslurm ${asked.version}: client ${jobId} on ${world.node.hostName}; Ray from: ${asked.environment}`);
	const begun: Begun = {};
	const end = await live(world, asked, jobId, tell, begun).catch((error: unknown): ClientEnd => {
		world.log.error(
			error instanceof Trouble ? error : { message: (error as Error).stack ?? String(error), hint: undefined },
		);
		return { code: error instanceof Trouble ? error.exitCode : 1, because: (error as Error).message, quickly: true };
	});
	if (begun.run) await world.runs.end(asked.layout, begun.run, end.code);
	await tell({ step: 'ended', reason: end.because, code: end.code });
	const leaveMs = end.quickly ? LEAVE_QUICKLY_MS : LEAVE_MS;
	await Promise.all([endOtherNodes(world, begun.others, leaveMs), leaveCluster(world, begun.ray, leaveMs)]);
	await begun.place?.close();
	world.log.say(`Client ${jobId} ended with code ${end.code}: ${end.because}`);
	return end.code;
}

/** Clients of a cluster named by its address are kept below that address. */
export function headFolderName(head: HeadName): string {
	return head.kind === 'job' ? head.job : head.address.replace(/[^A-Za-z0-9.-]/g, '_');
}

async function live(
	world: World,
	asked: ClientJob,
	jobId: JobId,
	tell: Journal<ClientEvent>,
	begun: Begun,
): Promise<ClientEnd> {
	const head = await findHead(world, asked.layout, asked.head);
	const peer = hostOf(head.address);
	const wishes = { ...asked.node, ray: readRayOptions(asked.rayWords, 'client') };
	void world.node.ping(peer).then((answered) => {
		if (answered === false) world.log.warn(`ping ${peer} was not answered; the head's Ray answers, so we go on`);
	});
	const place = await makePlace(world, 'client', wishes, peer);
	begun.place = place;
	await compareVersions(world, place.install, head, asked.environment);
	begun.others = await startOtherNodes(world, place, head, asked.node, asked.rayWords);
	const joined = await joinCluster(world, place, head, wishes);
	if (joined.kind === 'heard') {
		const order = orderWhileStarting(joined.words) ?? { code: 1, because: 'told to end' };
		return { code: order.code, because: `while joining: ${order.because}`, quickly: true };
	}
	begun.ray = joined.ray;
	await tell({ step: 'joined', nodeId: joined.nodeId });
	world.log.say(`Joined ${head.address} as node ${joined.nodeId}`);
	if (!(await place.nest.link(`/tmp/ray_client_${jobId}`, `${place.nest.folder}/ray`))) {
		world.log.warn(`/tmp/ray_client_${jobId} is taken by somebody else; Ray's logs are in ${place.nest.folder}/ray`);
	}
	await untilAllJoined(world, place, head, begun.others);
	const script =
		asked.script === undefined ? undefined : await startScript(world, asked, asked.script, head, place, begun);
	if (script) await tell({ step: 'script', pid: script.pid });
	return serve(world, asked, head, joined.ray, script, tell);
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
		},
	});
	void running.ended.then(() => world.ear.poke());
	return running;
}

/** Until the script has ended, or this worker is told to end. */
async function serve(
	world: World,
	asked: ClientJob,
	head: FoundHead,
	ray: Running,
	script: Running | undefined,
	tell: Journal<ClientEvent>,
): Promise<ClientEnd> {
	const signs = headSigns(world, asked.layout, head);
	let state: ClientState = {};
	for (;;) {
		const step = stepClient(
			state,
			{
				heard: world.ear.take(),
				script: script?.end(),
				worker: script === undefined,
				rayEnded: ray.end() !== undefined,
				headGone: signs.gone(),
				nowMs: world.clock.monotonicMs(),
			},
			Math.max(asked.leadMs - 30_000, asked.leadMs / 2),
		);
		state = step.state;
		const { action } = step;
		if (action.do === 'leave') {
			signs.stop();
			return action;
		}
		if (action.do !== 'stay' && script) {
			const signal = await signalFor(action.do, script, asked.clientSignal);
			world.log.say(`The script is sent SIG${signal}: ${action.because}`);
			script.signal(signal);
			await tell({ step: 'told', signal, because: action.because });
		}
		await world.ear.wait(TICK_MS);
	}
}

/** A script that does not handle SIGUSR1 would die of it at once; SIGINT lets Python run its `finally`. */
async function signalFor(
	action: 'tell' | 'terminate' | 'kill',
	script: Running,
	wished: ClientJob['clientSignal'],
): Promise<ProgramSignal> {
	if (action === 'kill') return 'KILL';
	if (action === 'terminate') return 'TERM';
	return wished ?? ((await script.catches('USR1')) ? 'USR1' : 'INT');
}

function hostOf(address: string): string {
	return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
