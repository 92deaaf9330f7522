// Looks at clusters, for whoever wants to see them: files first, then one question to the scheduler for all jobs of all of
// them, and beside it one to each control store. Nobody's silence hides what the others say.
import { type ClientEvidence, type ClientView, isMissing } from '../core/client-view.ts';
import { addressView, type HeadEvidence, type HeadView, headView } from '../core/cluster-view.ts';
import type { Answer, ClusterState } from '../core/control-store.ts';
import type { Layout } from '../core/layout.ts';
import { mayComeBack } from '../core/order-to-end.ts';
import { allUnknown, type QueueLook } from '../core/queue.ts';
import { isJobId } from '../core/target.ts';
import { type Named, nameOf } from '../core/task-names.ts';
import { broughtUpTo } from '../core/time-words.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { headOfFolder } from './find-head.ts';
import { type HeadPlace, type HeadTraces, readTraces } from './head-traces.ts';
import { lastLinesOf } from './last-lines.ts';
import { addressUnreachable } from './reach-cluster.ts';

export interface Survey {
	readonly at: string;
	readonly sources: readonly Source[];
	readonly heads: readonly HeadView[];
}

/** Who was asked, and whether it answered. */
export interface Source {
	readonly kind: 'scheduler' | 'ray';
	readonly name: string;
	readonly answered: boolean;
	readonly because?: string;
	/** When its answer was given, where that is a while ago. */
	readonly asOf?: string;
}

/** The scheduler's word for these jobs, and how old it is; those that have said their end themselves are marked. */
export type AskQueue = (jobs: readonly JobId[], saidTheirEnd: ReadonlySet<JobId>) => Promise<QueueLook>;

/** Asked now, once. */
export function queueNow({ scheduler }: World): AskQueue {
	return async (jobs, saidTheirEnd) => ({ states: await scheduler.states(jobs, saidTheirEnd), ageMs: 0 });
}

const ANSWER_MS = 3_000;
/** An older answer is said to be. */
const FRESH_MS = 2_000;

export async function survey(world: World, heads: readonly HeadPlace[], ask: AskQueue): Promise<Survey> {
	const traces = onceEach(await Promise.all(heads.map((head) => readTraces(world, head))));
	const open = traces.filter(mayLive);
	// Of a cluster named by its address only clients are jobs. They may outlive their head.
	const asked = [
		...open.filter(({ job }) => isJobId(job)),
		...traces.flatMap(({ clients }) => clients.filter(mayLive)),
	];
	const jobs = asked.map(nameOf);
	const ended = new Set(asked.filter(hasEnded).map(nameOf));
	const [queue, clusters] = await Promise.all([
		askQueue(world, jobs, () => ask(jobs, ended)),
		Promise.all(open.map((head) => askControlStore(world, head))),
	]);
	const now = world.clock.now();
	const ageMs = now.getTime() - queue.atMs;
	const asOf = new Date(queue.atMs).toISOString();
	const states = new Map([...queue.states].map(([job, state]) => [job, broughtUpTo(now, ageMs, state)]));
	const clusterOf = new Map(open.map(({ job }, index) => [job, clusters[index]]));
	const views = await Promise.all(
		traces.map(async ({ layout, ...head }) => {
			const clients = head.clients.map((client) => ({
				...client,
				state: client.state ?? (mayLive(client) ? believed(states, client, asOf) : undefined),
			}));
			const view = headView({
				...head,
				clients,
				state: believed(states, head, asOf),
				cluster: clusterOf.get(head.job),
			});
			return { ...view, job: headOfFolder(view.job), clients: await withLastLines(world, layout, view.clients) };
		}),
	);
	return {
		at: now.toISOString(),
		sources: [
			...queueSource(world, states, ageMs > FRESH_MS ? { asOf } : {}),
			...storeSources(traces.map(({ job }, index) => ({ job, cluster: views[index]?.ray && clusterOf.get(job) }))),
		],
		heads: views,
	};
}

/** A client in the queue that goes on with the next head stands in the corners of both: the newer has it. */
function onceEach(traces: readonly HeadTraces[]): readonly HeadTraces[] {
	const newest = new Map<string, number>();
	const keyOf = ({ outputDir }: HeadTraces, client: Named) => `${outputDir} ${nameOf(client)}`;
	for (const head of traces) {
		for (const client of head.clients) {
			const key = keyOf(head, client);
			newest.set(key, Math.max(newest.get(key) ?? 0, Number(head.job)));
		}
	}
	return traces.map((head) => {
		const isElsewhere = (client: Named) => (newest.get(keyOf(head, client)) ?? 0) > Number(head.job);
		return { ...head, clients: head.clients.filter((each) => each.events.length > 0 || !isElsewhere(each)) };
	});
}

/** A cluster that rayslurm did not start: only its control store can tell. Who watches it may wait for its answer. */
export async function surveyAddress(
	world: World,
	address: string,
	tokenPath: string | undefined,
	{ mayBeSilent }: { readonly mayBeSilent: boolean },
): Promise<Survey> {
	const cluster = await stateOf(world, address, tokenPath);
	if (cluster.kind === 'refused' || (cluster.kind === 'silent' && !mayBeSilent))
		throw addressUnreachable(address, tokenPath, cluster);
	const at = world.clock.now().toISOString();
	return { at, sources: storeSources([{ job: address, cluster }]), heads: [addressView(address, cluster)] };
}

/** What has begun since the queue was asked is not pending any more. */
function believed(
	states: ReadonlyMap<JobId, KnownState>,
	trace: Named & Pick<HeadEvidence | ClientEvidence, 'events'>,
	asOf: string,
): KnownState | undefined {
	const state = states.get(nameOf(trace));
	const last = trace.events.at(-1);
	return state?.kind === 'pending' && last !== undefined && last.step !== 'ended' && last.at > asOf ? undefined : state;
}

/** One that said its end is asked after only if Slurm may start it anew. */
export function mayLive({ events, state }: Pick<HeadEvidence | ClientEvidence, 'events' | 'state'>): boolean {
	if (state?.kind === 'ended') return false;
	const last = events.at(-1);
	return last?.step === 'ended' ? mayComeBack(last) : last?.step !== 'moved';
}

function hasEnded({ events }: Pick<HeadEvidence | ClientEvidence, 'events'>): boolean {
	return events.at(-1)?.step === 'ended';
}

/** atMs: when the answer was given. */
async function askQueue(
	{ clock }: World,
	jobs: readonly JobId[],
	ask: () => Promise<QueueLook>,
): Promise<{ readonly states: QueueLook['states']; readonly atMs: number }> {
	const silent = (error: Error): QueueLook => ({ states: allUnknown(jobs, error), ageMs: 0 });
	const { states, ageMs } = jobs.length === 0 ? { states: new Map(), ageMs: 0 } : await ask().catch(silent);
	return { states, atMs: clock.now().getTime() - ageMs };
}

async function askControlStore(world: World, { info }: HeadTraces): Promise<Answer<ClusterState> | undefined> {
	return info && stateOf(world, info.rayAddress, info.authTokenPath);
}

async function stateOf(world: World, address: string, tokenPath: string | undefined): Promise<Answer<ClusterState>> {
	const store = await world.ray.controlStore(address, tokenPath);
	try {
		return await store.state(ANSWER_MS);
	} finally {
		store.close();
	}
}

function queueSource(
	world: World,
	states: ReadonlyMap<JobId, KnownState>,
	old: Pick<Source, 'asOf'>,
): readonly Source[] {
	if (states.size === 0) return [];
	const name = world.scheduler.title;
	const silent = [...states.values()].find((state) => state.kind === 'unknown');
	const kind = 'scheduler';
	return [
		silent === undefined
			? { kind, name, answered: true, ...old }
			: { kind, name, answered: false, because: silent.why },
	];
}

function storeSources(
	heads: readonly { readonly job: JobId; readonly cluster: Answer<ClusterState> | undefined }[],
): readonly Source[] {
	return heads.flatMap(({ job, cluster }): readonly Source[] => {
		if (cluster === undefined) return [];
		const of = { kind: 'ray', name: `Ray of ${job}` } as const;
		if (cluster.kind === 'answered') return [{ ...of, answered: true }];
		return [{ ...of, answered: false, because: cluster.kind === 'silent' ? cluster.why : cluster.message }];
	});
}

/** What the log of one that should be there says last. */
async function withLastLines(
	world: World,
	layout: Layout,
	clients: readonly ClientView[],
): Promise<readonly ClientView[]> {
	const lastLine = lastLinesOf(world, layout);
	return Promise.all(
		clients.map(async (client) => {
			const line = isMissing(client) || client.neverJoined ? await lastLine(client.job) : undefined;
			return line === undefined ? client : { ...client, lastLine: line };
		}),
	);
}
