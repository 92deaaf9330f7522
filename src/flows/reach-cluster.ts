// From a cluster's name to what a person's own programs need to reach it: looked up once, answered or refused at once. The
// queue is asked only where the info file and the control store leave something open.
import { type HeadInfo, lacksDashboard } from '../core/connection.ts';
import type { Answer } from '../core/control-store.ts';
import type { Layout } from '../core/layout.ts';
import { allUnknown } from '../core/queue.ts';
import { type Settlement, settleSilence } from '../core/silent-head.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { type HeadName, headNotRunning } from './find-head.ts';
import { lastInLine } from './next-head.ts';

export interface ReachedCluster {
	readonly address: string;
	readonly tokenPath: string | undefined;
	readonly headJob: JobId | undefined;
	readonly info: HeadInfo | undefined;
	/** Where the dashboard listens; undefined: there is none. */
	readonly dashboard: string | undefined;
	/** Why the cluster did not answer from here, where that is accepted. */
	readonly silent: string | undefined;
}

export interface ReachWish {
	readonly head: HeadName;
	readonly layout: Layout;
	/** What the scheduler said of the head, where it was asked already. */
	readonly state?: KnownState | undefined;
	/** A head that runs is enough: it need not be reachable from here. */
	readonly mayBeSilent?: boolean;
}

/** Nobody there is known at once. This is for a node that is so busy that its head hardly gets to answer. */
const ANSWER_LIMIT_MS = 5_000;

export async function reachCluster(world: World, wish: ReachWish): Promise<ReachedCluster> {
	const { head } = wish;
	if (head.kind === 'address') return asked(world, head.address, head.tokenPath, undefined, wish);
	const reading = await world.readInfo(wish.layout.info(head.job), head.job);
	if (reading.kind === 'refused') throw new Trouble('info-file-invalid', reading.message, { hint: reading.hint });
	if (reading.kind === 'missing') throw await noInfo(world, wish, head.job);
	const { info } = reading;
	return asked(world, info.rayAddress, info.authTokenPath, info, wish);
}

async function asked(
	world: World,
	address: string,
	tokenPath: string | undefined,
	info: HeadInfo | undefined,
	wish: ReachWish,
): Promise<ReachedCluster> {
	const reached = { address, tokenPath, info, headJob: info?.slurmJobId };
	const store = await world.ray.controlStore(address, tokenPath);
	try {
		const [identity, told] = await Promise.all([store.identity(ANSWER_LIMIT_MS), store.dashboard(ANSWER_LIMIT_MS)]);
		if (identity.kind === 'answered') {
			const dashboard = dashboardOf(info, told.kind === 'answered' ? told.value : undefined);
			return { ...reached, dashboard, silent: undefined };
		}
		if (info === undefined) throw addressUnreachable(address, tokenPath, identity);
		const why = whyNot(identity);
		const settled = await settle(world, wish, info.slurmJobId);
		if (settled.kind === 'over') throw await notRunning(world, wish.layout, info.slurmJobId);
		if (identity.kind === 'silent' && settled.kind === 'runs' && wish.mayBeSilent === true)
			return { ...reached, dashboard: dashboardOf(info, undefined), silent: why };
		throw unreachable(address, settled.kind === 'unknown' ? `${why}; ${settled.why}` : why);
	} finally {
		store.close();
	}
}

/** Ray tells of its dashboard some seconds after clients can join, and also where it was told to have none. */
function dashboardOf(info: HeadInfo | undefined, told: string | undefined): string | undefined {
	if (lacksDashboard(info)) return undefined;
	if (told !== undefined) return told;
	const { state, ports } = info ?? {};
	return state === 'joinable' && ports?.dashboard !== undefined ? `127.0.0.1:${ports.dashboard}` : undefined;
}

async function noInfo(world: World, wish: ReachWish, job: JobId): Promise<Trouble> {
	const settled = await settle(world, wish, job);
	const known = await world.files.exists(wish.layout.head(job).folder);
	if (settled.kind === 'over' && (known || !settled.forgotten)) return notRunning(world, wish.layout, job);
	const path = wish.layout.info(job);
	if (settled.kind === 'pending') {
		return new Trouble('info-file-missing', `Head ${job} is pending, and has no ${path} yet: ${settled.reason}`, {
			hint: `wait for it with: rayslurm wait ${job}`,
		});
	}
	const hint =
		settled.kind === 'runs'
			? `the head is still starting: try again in a moment, or look with ${world.scheduler.lookHint(job)}`
			: settled.kind === 'unknown'
				? `${settled.why}; try again in a minute`
				: 'rayslurm status lists your heads; start one with: rayslurm head submit --wait';
	return new Trouble('info-file-missing', `Connection file not found: ${path}`, { hint });
}

async function settle(world: World, wish: ReachWish, job: JobId): Promise<Settlement> {
	const asking = async () => world.scheduler.states([job]).catch((error: Error) => allUnknown([job], error));
	const state = wish.state ?? (await asking()).get(job);
	return settleSilence(state, world.scheduler.title);
}

async function notRunning(world: World, layout: Layout, job: JobId): Promise<Trouble> {
	return headNotRunning(job, await lastInLine(world, layout, job));
}

type NoAnswer = Exclude<Answer<never>, { kind: 'answered' }>;

/** Of a cluster named by its address. */
export function addressUnreachable(address: string, tokenPath: string | undefined, answer: NoAnswer): Trouble {
	const wantsToken = answer.kind === 'refused' && tokenPath === undefined;
	return unreachable(address, `${whyNot(answer)}${wantsToken ? '; give its token with --token-file FILE' : ''}`);
}

function unreachable(address: string, why: string): Trouble {
	return new Trouble('cannot-connect', 'Failed to connect to Ray cluster', { hint: `${address}: ${why}` });
}

function whyNot(answer: NoAnswer): string {
	return answer.kind === 'silent' ? answer.why : answer.message;
}
