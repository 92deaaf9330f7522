// What rayslurm asks of Ray's control store (GCS), in the words Ray itself uses on the wire: the path of a call is a service of
// Ray and its method, and a field goes by its number. Only fields that are read or sent are named; all others are skipped.
// Numbers were read from Ray 2.60's installed descriptors; all are in 2.40 too unless a comment says otherwise.
import {
	bytes,
	doublesByName,
	each,
	flag,
	int,
	message,
	one,
	type Read,
	text,
	texts,
	textsByName,
} from './protobuf.ts';

const EMPTY = message({});

/** Carried by most replies: a call can succeed for gRPC and still have failed for Ray (code other than 0). */
const GcsStatus = message({ code: int(1), message: text(2) });
export type GcsStatus = Read<typeof GcsStatus>;

const NodeDeathInfo = message({ reason: int(1), reasonMessage: text(2) });
export type NodeDeathInfo = Read<typeof NodeDeathInfo>;

export const DeathReason = { EXPECTED_TERMINATION: 1, UNEXPECTED_TERMINATION: 2, DRAIN_PREEMPTED: 3, DRAIN_IDLE: 4 };

const GcsNodeInfo = message({
	nodeId: bytes(1),
	nodeManagerAddress: text(2),
	nodeManagerPort: int(5),
	objectManagerPort: int(6),
	state: int(7),
	nodeManagerHostname: text(8),
	metricsExportPort: int(9),
	resourcesTotal: doublesByName(11),
	nodeName: text(12),
	startTimeMs: int(23),
	endTimeMs: int(24),
	isHeadNode: flag(25),
	labels: textsByName(26),
	runtimeEnvAgentPort: int(27),
	deathInfo: one(29, NodeDeathInfo),
	// Not in Ray 2.40, and the next.
	metricsAgentPort: int(30),
	dashboardAgentListenPort: int(31),
});
export type GcsNodeInfo = Read<typeof GcsNodeInfo>;

export const NodeLife = { ALIVE: 0, DEAD: 1 };

const JobConfig = message({ rayNamespace: text(5) });

const JobTableData = message({
	jobId: bytes(1),
	isDead: flag(2),
	driverIpAddress: text(4),
	driverPid: int(5),
	config: one(6, JobConfig),
	startTime: int(7),
	endTime: int(8),
	entrypoint: text(9),
});
export type JobTableData = Read<typeof JobTableData>;

const ActorTableData = message({
	actorId: bytes(1),
	state: int(6),
	isDetached: flag(11),
	name: text(12),
	rayNamespace: text(19),
	className: text(23),
});
export type ActorTableData = Read<typeof ActorTableData>;

export const ActorState = { ALIVE: 2, RESTARTING: 3, DEAD: 4 };

const LabelSelectorConstraint = message({ labelKey: text(1), operator: int(2), labelValues: texts(3) });
export type LabelSelectorConstraint = Read<typeof LabelSelectorConstraint>;

export const LabelOperator = { IN: 1, NOT_IN: 2 };

/** Labels a node must (or must not) carry to be of use. Not in Ray 2.40. */
const LabelSelector = message({ labelConstraints: each(1, LabelSelectorConstraint) });

const NodeState = message({
	nodeId: bytes(1),
	availableResources: doublesByName(4),
	totalResources: doublesByName(5),
	status: int(8),
	idleDurationMs: int(9),
	nodeIpAddress: text(10),
	nodeActivity: texts(12),
	// Not in Ray 2.40.
	labels: textsByName(13),
});
export type NodeState = Read<typeof NodeState>;

export const NodeStatus = { RUNNING: 1, DEAD: 2, IDLE: 3, DRAINING: 4 };

const ResourceRequest = message({
	resourcesBundle: doublesByName(1),
	// Not in Ray 2.40. Alternatives, best first.
	labelSelectors: each(3, LabelSelector),
});
export type ResourceRequest = Read<typeof ResourceRequest>;

const ResourceRequestByCount = message({ request: one(1, ResourceRequest), count: int(2) });

const BundleSelector = message({ resourceRequests: each(1, ResourceRequest) });

/** One placement group that waits: all its bundles find room together, or none does. */
const GangResourceRequest = message({
	requests: each(1, ResourceRequest),
	details: text(2),
	// Not in Ray 2.40. Alternatives, best first; the first says what `requests` says.
	bundleSelectors: each(3, BundleSelector),
});
export type GangResourceRequest = Read<typeof GangResourceRequest>;

const ClusterResourceState = message({
	nodeStates: each(3, NodeState),
	pendingResourceRequests: each(4, ResourceRequestByCount),
	pendingGangResourceRequests: each(5, GangResourceRequest),
	clusterSessionName: text(7),
});
export type ClusterResourceState = Read<typeof ClusterResourceState>;

export const Serving = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2 };
export const DrainReason = { IDLE_TERMINATION: 1, PREEMPTION: 2 };

/** gRPC's standard health question, which the control store answers without a token. */
export const CHECK = {
	path: '/grpc.health.v1.Health/Check',
	question: EMPTY,
	reply: message({ status: int(1) }),
};

export const CHECK_ALIVE = {
	path: '/ray.rpc.NodeInfoGcsService/CheckAlive',
	question: EMPTY,
	reply: message({ status: one(1, GcsStatus), rayVersion: text(2) }),
};

export const GET_ALL_NODES = {
	path: '/ray.rpc.NodeInfoGcsService/GetAllNodeInfo',
	question: EMPTY,
	reply: message({ status: one(1, GcsStatus), nodeInfoList: each(2, GcsNodeInfo) }),
};

export const KEY_VALUE = {
	path: '/ray.rpc.InternalKVGcsService/InternalKVGet',
	question: message({ key: bytes(1), namespace: bytes(2) }),
	reply: message({ status: one(1, GcsStatus), value: bytes(2) }),
};

export const GET_ALL_JOBS = {
	path: '/ray.rpc.JobInfoGcsService/GetAllJobInfo',
	// Without these two the control store asks every driver in turn, and waits for those that are gone.
	question: message({ skipSubmissionJobInfo: flag(3), skipIsRunningTasks: flag(4) }),
	reply: message({ status: one(1, GcsStatus), jobInfoList: each(2, JobTableData) }),
};

export const GET_ALL_ACTORS = {
	path: '/ray.rpc.ActorInfoGcsService/GetAllActorInfo',
	// Without show_dead_jobs: actors of ended drivers are then forgotten, except the detached ones, which outlive theirs.
	question: EMPTY,
	reply: message({ status: one(1, GcsStatus), actorTableData: each(2, ActorTableData) }),
};

// The part of the control store that is made for autoscalers: every node with its idle time, and what waits for room. It is
// what Ray's own autoscaler on Kubernetes uses, so Ray keeps it compatible.

export const CLUSTER_STATE = {
	path: '/ray.rpc.autoscaler.AutoscalerStateService/GetClusterResourceState',
	question: EMPTY,
	reply: message({ clusterResourceState: one(1, ClusterResourceState) }),
};

export const DRAIN_NODE = {
	path: '/ray.rpc.autoscaler.AutoscalerStateService/DrainNode',
	question: message({ nodeId: bytes(1), reason: int(2), reasonMessage: text(3), deadlineTimestampMs: int(4) }),
	reply: message({ isAccepted: flag(1), rejectionReasonMessage: text(2) }),
};
