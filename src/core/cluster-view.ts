// A cluster as people see it, made of what is known of it: the queue's word, the head's and the clients' own words, the idle
// window's last decision and the control store's answer. Where somebody did not answer, the view says less, never something
// else. It is also what `status --json` prints.
import { type ClientEvidence, type ClientView, clientView, codeOf, isUndecided } from './client-view.ts';
import { type HeadInfo, lacksDashboard } from './connection.ts';
import type { Answer, ClusterState, NodeActivity } from './control-store.ts';
import { type Demand, demandOf } from './demand.ts';
import { type HeadEvent, newestLife } from './events.ts';
import { byResource } from './resource-order.ts';
import { whyPending } from './slurm-reasons.ts';
import { expectedStartOf, secondsAndEnd } from './time-words.ts';
import type { JobId, KnownState } from './world.ts';

export interface HeadEvidence {
	/** A job id; of a cluster named by its address, that. */
	readonly job: JobId;
	readonly name?: string | undefined;
	readonly outputDir: string;
	readonly submitted?: string | undefined;
	readonly events: readonly HeadEvent[];
	/** How often it has begun. */
	readonly lives?: number;
	readonly state?: KnownState | undefined;
	readonly info?: HeadInfo | undefined;
	/** Why its info file was not read. */
	readonly refused?: string | undefined;
	readonly decision?: IdleDecision | undefined;
	readonly clients: readonly ClientEvidence[];
	readonly cluster?: Answer<ClusterState> | undefined;
}

/** The newest line of decisions.jsonl. */
export interface IdleDecision {
	readonly at: string;
	readonly because: string;
	readonly endsAt?: string | undefined;
	readonly windowChanges?: string | undefined;
}

export type HeadStateName =
	| 'pending'
	| 'starting'
	| 'joinable'
	| 'ready'
	| 'degraded'
	| 'ending'
	| 'ended'
	| 'gone'
	| 'unknown';

export interface HeadView {
	readonly job: JobId;
	readonly name?: string | undefined;
	readonly outputDir: string;
	readonly submitted?: string | undefined;
	readonly state: HeadStateName;
	readonly because?: string | undefined;
	/** What to type about it. */
	readonly todo?: string | undefined;
	/** How often it was put back into the queue, if ever. */
	readonly requeued?: number;
	readonly expectedStart?: string | undefined;
	readonly node?: string | undefined;
	readonly endsAt?: string | undefined;
	readonly secondsLeft?: number | undefined;
	readonly endedAt?: string | undefined;
	readonly exitCode?: number | undefined;
	readonly ray?: RayView | undefined;
	readonly idle?: IdleDecision | undefined;
	readonly clients: readonly ClientView[];
}

export interface RayView {
	readonly version?: string | undefined;
	readonly address: string;
	readonly dashboardPort?: number | undefined;
	readonly answers: boolean;
	readonly silent?: string | undefined;
	readonly nodes?: readonly RayNodeView[];
	readonly use?: readonly Use[];
	readonly demand?: readonly Demand[];
}

export interface RayNodeView {
	readonly nodeId: string;
	readonly address: string;
	readonly job?: string | undefined;
	readonly status: NodeActivity['status'];
	readonly idleMs: number;
	readonly use: readonly Use[];
}

/** CPU, GPU and custom resources in units, memory and object_store_memory in bytes. */
export interface Use {
	readonly resource: string;
	readonly used: number;
	readonly total: number;
}

export function headView(head: HeadEvidence): HeadView {
	const { job, name, outputDir, submitted, state, decision } = head;
	const life = newestLife(head.events);
	const stands = standing(life, state, head.refused);
	const alive = head.cluster?.kind === 'answered' ? head.cluster.value.nodes.filter(isAlive) : undefined;
	const node = life.find((event) => event.step === 'running')?.node;
	const lives = !['ended', 'gone', 'pending'].includes(stands.state);
	const requeued = Math.max(0, (head.lives ?? 0) - (stands.state === 'pending' ? 0 : 1));
	return {
		job,
		...(name === undefined ? {} : { name }),
		outputDir,
		...(submitted === undefined ? {} : { submitted }),
		...stands,
		...(requeued === 0 ? {} : { requeued }),
		...expectedStartOf(state),
		...(node === undefined || stands.state === 'pending' ? {} : { node }),
		...(state?.kind === 'running' ? secondsAndEnd(state) : {}),
		...(head.info === undefined || !lives ? {} : { ray: rayView(head.info, head.cluster, alive) }),
		...(decision === undefined || !lives ? {} : { idle: decision }),
		clients: head.clients.map((client) => clientView(client, alive)),
	};
}

/** A cluster named by its address has neither a job nor clients that we know. */
export function addressView(address: string, cluster: Answer<ClusterState>): HeadView {
	const alive = cluster.kind === 'answered' ? cluster.value.nodes.filter(isAlive) : undefined;
	const state = alive === undefined ? 'unknown' : 'ready';
	return { job: address, outputDir: '', state, ray: rayPart({ address }, cluster, alive), clients: [] };
}

type Standing = Pick<HeadView, 'state' | 'because' | 'todo' | 'exitCode' | 'endedAt'>;

function standing(life: readonly HeadEvent[], state: KnownState | undefined, refused: string | undefined): Standing {
	const said = life.at(-1);
	// Said by others, who did not know better.
	const last = state?.kind === 'running' && said?.step === 'ended' && said.reason === 'never began' ? undefined : said;
	// Requeued, it is in the queue again whatever it said of its former life.
	if (state?.kind === 'pending')
		return { state: 'pending', because: whyPending(state), ...(state.todo ? { todo: state.todo } : {}) };
	if (last?.step === 'ended' && isUndecided(last, state)) return { state: 'ending', because: last.because };
	if (last?.step === 'ended') {
		// When one ended that never began, nobody saw.
		const at = last.reason === 'never began' ? {} : { endedAt: last.at };
		return { state: 'ended', because: why(last), ...(last.code === undefined ? {} : { exitCode: last.code }), ...at };
	}
	if (state?.kind === 'ended') return { state: 'ended', because: state.how.toLowerCase(), ...codeOf(state) };
	if (state?.kind === 'gone')
		return { state: 'gone', because: last === undefined ? 'it never began' : 'it ended without a word' };
	if (state?.kind === 'ending' && last?.step !== 'ending' && last?.step !== 'told') return { state: 'ending' };
	const silent =
		refused !== undefined
			? { because: refused }
			: state?.kind === 'unknown'
				? { because: `not known: ${state.why}` }
				: {};
	switch (last?.step) {
		case undefined:
			return { state: state?.kind === 'running' ? 'starting' : 'unknown', ...silent };
		case 'running':
		case 'ray-answers':
			return { state: 'starting', ...silent };
		case 'joinable':
		case 'ready':
			return { state: last.step, ...silent };
		case 'degraded':
			return { state: 'degraded', because: `not up: ${last.missing.join(', ')}` };
		case 'ending':
		case 'told': {
			const ending = life.find((event) => event.step === 'ending');
			return { state: 'ending', because: ending?.because };
		}
	}
}

/** What came from outside says by itself what it was. */
function why({ reason, because }: Extract<HeadEvent, { step: 'ended' }>): string {
	if (because === undefined || because === reason) return reason;
	return ['stop', 'stopped', 'never began'].includes(reason) ? because : `${reason}: ${because}`;
}

function isAlive({ status }: NodeActivity): boolean {
	return status !== 'dead';
}

function rayView(
	info: HeadInfo,
	cluster: Answer<ClusterState> | undefined,
	alive: readonly NodeActivity[] | undefined,
): RayView {
	const { rayVersion: version, rayAddress: address, ports } = info;
	return rayPart(
		{ version, address, dashboardPort: lacksDashboard(info) ? undefined : ports.dashboard },
		cluster,
		alive,
	);
}

function rayPart(
	known: Pick<RayView, 'version' | 'address' | 'dashboardPort'>,
	cluster: Answer<ClusterState> | undefined,
	alive: readonly NodeActivity[] | undefined,
): RayView {
	if (cluster?.kind !== 'answered' || alive === undefined) return { ...known, answers: false, silent: whyNot(cluster) };
	return {
		...known,
		answers: true,
		nodes: alive.map(nodeView),
		use: sumOf(alive.map((node) => useOf(node))),
		demand: demandOf(cluster.value),
	};
}

function whyNot(cluster: Answer<ClusterState> | undefined): string {
	if (cluster === undefined || cluster.kind === 'answered') return 'not asked';
	return cluster.kind === 'silent' ? cluster.why : cluster.message;
}

function nodeView(node: NodeActivity): RayNodeView {
	const { nodeId, address, status, idleMs, labels } = node;
	const job = labels['rayslurm/job'];
	return { nodeId, address, ...(job === undefined ? {} : { job }), status, idleMs, use: useOf(node) };
}

/** Ray's `node:10.0.0.1` and `accelerator_type:…` are labels more than amounts. */
function useOf({ total, available }: NodeActivity): readonly Use[] {
	return Object.entries(total)
		.filter(([resource]) => !resource.includes(':'))
		.toSorted(([a], [b]) => byResource(a, b))
		.map(([resource, amount]) => ({
			resource,
			used: Math.max(0, amount - (available[resource] ?? 0)),
			total: amount,
		}));
}

function sumOf(all: readonly (readonly Use[])[]): readonly Use[] {
	const sums = new Map<string, Use>();
	for (const { resource, used, total } of all.flat()) {
		const sum = sums.get(resource) ?? { resource, used: 0, total: 0 };
		sums.set(resource, { resource, used: sum.used + used, total: sum.total + total });
	}
	return [...sums.values()].toSorted((a, b) => byResource(a.resource, b.resource));
}
