// From Ray's words on the wire to ours: pure, total, no value is refused.
import type {
	ClusterNode,
	ClusterState,
	DetachedActor,
	Job,
	LabelRule,
	NodeActivity,
	NodeDeath,
	NodeStatus,
	PendingDemand,
	PendingGroup,
} from '../../core/control-store.ts';
import type * as wire from './control-store-messages.ts';
import { ActorState, DeathReason, LabelOperator, NodeLife, NodeStatus as Status } from './control-store-messages.ts';

export function clusterNode(node: wire.GcsNodeInfo): ClusterNode {
	return {
		nodeId: toHex(node.nodeId),
		nodeName: node.nodeName,
		address: node.nodeManagerAddress,
		hostName: node.nodeManagerHostname,
		alive: node.state === NodeLife.ALIVE,
		isHead: node.isHeadNode,
		nodeManagerPort: port(node.nodeManagerPort),
		objectManagerPort: port(node.objectManagerPort),
		metricsExportPort: port(node.metricsExportPort),
		runtimeEnvAgentPort: port(node.runtimeEnvAgentPort),
		agentGrpcPort: port(node.metricsAgentPort),
		agentHttpPort: port(node.dashboardAgentListenPort),
		total: node.resourcesTotal,
		labels: node.labels,
		startMs: moment(node.startTimeMs),
		endMs: moment(node.endTimeMs),
		death: node.state === NodeLife.DEAD ? death(node.deathInfo) : undefined,
	};
}

const DEATHS: Record<number, NodeDeath['how']> = {
	[DeathReason.EXPECTED_TERMINATION]: 'expected',
	[DeathReason.UNEXPECTED_TERMINATION]: 'unexpected',
	[DeathReason.DRAIN_PREEMPTED]: 'drained-preempted',
	[DeathReason.DRAIN_IDLE]: 'drained-idle',
};

function death(info: wire.NodeDeathInfo | undefined): NodeDeath {
	return { how: DEATHS[info?.reason ?? -1] ?? 'unknown', message: info?.reasonMessage ?? '' };
}

export function clusterState(state: wire.ClusterResourceState): ClusterState {
	return {
		sessionName: state.clusterSessionName || undefined,
		nodes: state.nodeStates.map(nodeActivity),
		pending: state.pendingResourceRequests.map((one) => pendingDemand(one.request, one.count)),
		pendingGroups: state.pendingGangResourceRequests.map(pendingGroup),
	};
}

const STATUSES: Record<number, NodeStatus> = {
	[Status.RUNNING]: 'running',
	[Status.IDLE]: 'idle',
	[Status.DRAINING]: 'draining',
	[Status.DEAD]: 'dead',
};

function nodeActivity(node: wire.NodeState): NodeActivity {
	return {
		nodeId: toHex(node.nodeId),
		address: node.nodeIpAddress,
		status: STATUSES[node.status] ?? 'unknown',
		idleMs: node.idleDurationMs,
		total: node.totalResources,
		available: node.availableResources,
		activity: node.nodeActivity,
		labels: node.labels,
	};
}

function pendingDemand(request: wire.ResourceRequest | undefined, count: number): PendingDemand {
	const labelSelectors = (request?.labelSelectors ?? []).map((selector) => selector.labelConstraints.map(labelRule));
	// Ray sends an empty selector with whatever has none.
	const anyNode = labelSelectors.every((rules) => rules.length === 0);
	return { shape: request?.resourcesBundle ?? {}, labelSelectors: anyNode ? [] : labelSelectors, count };
}

function labelRule(rule: wire.LabelSelectorConstraint): LabelRule {
	return {
		label: rule.labelKey,
		is: rule.operator === LabelOperator.NOT_IN ? 'not-in' : 'in',
		values: rule.labelValues,
	};
}

function pendingGroup(group: wire.GangResourceRequest): PendingGroup {
	// Newer Rays fill bundle_selectors, best first, and leave `requests` for older readers.
	const requests = group.bundleSelectors[0]?.resourceRequests ?? group.requests;
	return {
		bundles: requests.map((one) => pendingDemand(one, 1)),
		strategy: strategyIn(group.details),
		details: group.details,
	};
}

/** Details read `<group id>:STRICT_SPREAD|PENDING`. */
function strategyIn(details: string): PendingGroup['strategy'] {
	const word = /:(STRICT_PACK|STRICT_SPREAD|PACK|SPREAD)\b/.exec(details)?.[1];
	return (word as PendingGroup['strategy'] | undefined) ?? 'unknown';
}

export function rayJob(job: wire.JobTableData): Job {
	const namespace = job.config?.rayNamespace ?? '';
	return {
		jobId: toHex(job.jobId),
		driverAddress: job.driverIpAddress,
		pid: job.driverPid,
		isDead: job.isDead,
		entrypoint: job.entrypoint,
		namespace,
		isOwn: isOwn(namespace),
		startMs: moment(job.startTime),
		endMs: moment(job.endTime),
	};
}

export function detachedActor(actor: wire.ActorTableData): DetachedActor {
	return {
		actorId: toHex(actor.actorId),
		name: actor.name,
		namespace: actor.rayNamespace,
		className: actor.className,
		state:
			actor.state === ActorState.ALIVE ? 'alive' : actor.state === ActorState.RESTARTING ? 'restarting' : 'pending',
		isOwn: isOwn(actor.rayNamespace),
	};
}

const isOwn = (namespace: string) => namespace.startsWith('_ray_internal');

/** The JSON that `ray start` leaves in the control store; undefined where it is missing or of another form. */
export function pythonVersionIn(json: string): string | undefined {
	try {
		const version: unknown = JSON.parse(json)?.python_version;
		return typeof version === 'string' ? version : undefined;
	} catch {
		return undefined;
	}
}

/** Ray writes 0 where it has not said, -1 where there is none. */
const port = (number: number) => (number > 0 ? number : undefined);
const moment = (ms: number) => (ms > 0 ? ms : undefined);

const toHex = (id: Uint8Array) => Buffer.from(id).toString('hex');

/** Undefined where it is not hexadecimal: Buffer would silently take what it can. */
export function fromHex(id: string): Uint8Array<ArrayBuffer> | undefined {
	return /^([0-9a-f]{2})+$/i.test(id) ? new Uint8Array(Buffer.from(id, 'hex')) : undefined;
}
