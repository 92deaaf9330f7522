// What rayslurm can ask of Ray's control store, in our own words. An unanswered question is an answer of its own kind:
// nobody may take `silent` for "gone", nor an empty list for "not known".

/** How a question ended. */
export type Answer<T> =
	| { kind: 'answered'; value: T }
	/** Ray is there and does not accept our token, or wants one. Asking again does not help. */
	| { kind: 'refused'; why: 'wrong-token' | 'missing-token'; message: string }
	/** This Ray does not know the question (older or newer than ours). Asking again does not help. */
	| { kind: 'unsupported'; message: string }
	/** Nobody listens, no answer in time, or one that makes no sense: says nothing about the cluster. */
	| { kind: 'silent'; why: string };

export interface ControlStore {
	/** Needs no token. False: it is up and not yet (or no longer) ready for questions. */
	serving(timeoutMs: number): Promise<Answer<boolean>>;
	identity(timeoutMs: number): Promise<Answer<ClusterIdentity>>;
	/** Where the dashboard listens, HOST:PORT, as Ray's own tools are told; undefined: there is none, or not yet. */
	dashboard(timeoutMs: number): Promise<Answer<string | undefined>>;
	/** The nodes that ever joined, dead ones too. */
	nodes(timeoutMs: number): Promise<Answer<ClusterNode[]>>;
	state(timeoutMs: number): Promise<Answer<ClusterState>>;
	/**
	 * The node takes no new work and ends by itself when it has none; `message` becomes its death message.
	 * `deadlineMs` (since the epoch) only tells others when to expect the end: Ray 2.60 itself lets a node work on past it,
	 * and a detached actor keeps it up for ever. Accepted also for a node that is gone or was never there.
	 */
	drain(
		nodeId: string,
		reason: DrainReason,
		message: string,
		deadlineMs: number,
		timeoutMs: number,
	): Promise<Answer<DrainReply>>;
	/** Every driver of the cluster's life, the ended ones and Ray's own included. */
	jobs(timeoutMs: number): Promise<Answer<Job[]>>;
	/** Detached actors that are not dead: they outlive their driver, so somebody may come back for them. */
	actors(timeoutMs: number): Promise<Answer<DetachedActor[]>>;
	/** Ends the connection; later questions are answered `silent`. */
	close(): void;
}

export interface ClusterIdentity {
	rayVersion: string;
	/** Written by `ray start` a moment after the control store serves: undefined until then. */
	pythonVersion: string | undefined;
	sessionName: string | undefined;
}

/** Amounts by name, as Ray counts them: CPU, GPU and custom ones in units, memory and object_store_memory in bytes. */
export type Resources = Record<string, number>;

export interface ClusterNode {
	/** Hexadecimal, as Ray prints it. */
	nodeId: string;
	nodeName: string;
	address: string;
	hostName: string;
	alive: boolean;
	isHead: boolean;
	/** A port that is undefined is not open on this node, or not told by this Ray. */
	nodeManagerPort: number | undefined;
	objectManagerPort: number | undefined;
	metricsExportPort: number | undefined;
	runtimeEnvAgentPort: number | undefined;
	/** The dashboard agent's two; Ray 2.40 does not tell them. */
	agentGrpcPort: number | undefined;
	agentHttpPort: number | undefined;
	total: Resources;
	labels: Record<string, string>;
	startMs: number | undefined;
	/** These two only of dead nodes. */
	endMs: number | undefined;
	death: NodeDeath | undefined;
}

export interface NodeDeath {
	how: 'expected' | 'unexpected' | 'drained-preempted' | 'drained-idle' | 'unknown';
	message: string;
}

export interface ClusterState {
	sessionName: string | undefined;
	nodes: NodeActivity[];
	/** Tasks and actors that wait for room, those that no joined node could ever hold included. */
	pending: PendingDemand[];
	pendingGroups: PendingGroup[];
}

export type NodeStatus = 'running' | 'idle' | 'draining' | 'dead' | 'unknown';

export interface NodeActivity {
	nodeId: string;
	address: string;
	status: NodeStatus;
	/** 0 while it is busy. */
	idleMs: number;
	total: Resources;
	available: Resources;
	/** What keeps it busy, in Ray's words. */
	activity: string[];
	/** Empty with Ray 2.40, which tells labels only in `nodes`. */
	labels: Record<string, string>;
}

/** A condition on one label of a node. */
export interface LabelRule {
	label: string;
	is: 'in' | 'not-in';
	values: string[];
}

export interface PendingDemand {
	shape: Resources;
	/** Alternatives, best first; a node fits when it obeys all rules of one. Empty: any node. */
	labelSelectors: LabelRule[][];
	count: number;
}

/** A placement group that waits: all its bundles find room together, or none does. */
export interface PendingGroup {
	bundles: PendingDemand[];
	strategy: 'PACK' | 'SPREAD' | 'STRICT_PACK' | 'STRICT_SPREAD' | 'unknown';
	/** Ray's own words on it. */
	details: string;
}

/** idle: refused when the node has work. preemption: accepted whatever runs there. */
export type DrainReason = 'idle' | 'preemption';

export type DrainReply = { accepted: true } | { accepted: false; why: string };

/** What Ray calls a job: one driver, from its `ray.init` to its end. */
export interface Job {
	/** Hexadecimal. */
	jobId: string;
	driverAddress: string;
	pid: number;
	isDead: boolean;
	/** The command that was typed. */
	entrypoint: string;
	namespace: string;
	/** Ray's own (the dashboard's, Serve's): not a sign of somebody at work. */
	isOwn: boolean;
	startMs: number | undefined;
	endMs: number | undefined;
}

export interface DetachedActor {
	actorId: string;
	name: string;
	namespace: string;
	className: string;
	state: 'pending' | 'alive' | 'restarting';
	/** Ray's own, as Serve's controller is not: that one is somebody's application. */
	isOwn: boolean;
}
