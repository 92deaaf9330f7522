// Who has to do what so that jobs stop: those that run are told, those that wait are cancelled, and nothing is done to a job
// of which the scheduler did not speak.
import type { Layout } from './layout.ts';
import type { JobId, KnownState } from './world.ts';

export interface StopTarget {
	readonly job: JobId;
	readonly role: 'head' | 'client';
	readonly layout: Layout;
	/** Whose corner its traces are in. */
	readonly head: string;
	/** Its own word: over for good; ended by an order, after which it may be started anew; or nothing of the kind. */
	readonly word: 'over' | 'ordered' | 'open';
	readonly life?: string | undefined;
	readonly spoke: boolean;
	/** Many jobs with one id, of which some may run and others wait. */
	readonly array?: boolean;
	/** A client that has left this head, and looks for the next. */
	readonly left?: boolean;
	/** Of a head: those that have not said their end. */
	readonly clients: readonly { readonly job: JobId; readonly spoke: boolean }[];
	/** The head that was submitted to follow it. */
	readonly successor?: JobId | undefined;
}

export interface StopPlan {
	/** They run: a request and a signal each. */
	readonly tell: readonly StopTarget[];
	/** They have not begun; also tasks of an array of which others run. */
	readonly cancel: readonly JobId[];
	/** Everybody who has to be seen to end. */
	readonly targets: readonly StopTarget[];
	/** Ended already. */
	readonly over: readonly StopTarget[];
	/** Clients at work that end with their heads. */
	readonly connected: readonly JobId[];
	/** Clients in the queue that are cancelled with their heads. */
	readonly waiting: readonly JobId[];
	/** Why nothing may be done: the scheduler did not speak of one of them. */
	readonly unknown?: { readonly job: JobId; readonly why: string };
}

export type States = ReadonlyMap<JobId, KnownState>;

export function planStop(asked: readonly StopTarget[], states: States): StopPlan {
	const kindOf = (job: JobId) => states.get(job)?.kind;
	const targets = [...new Map(asked.map((target) => [target.job, target])).values()];
	const heads = new Set(targets.filter(({ role }) => role === 'head').map(({ job }) => job));
	const unknown = targets.map(({ job }) => ({ job, state: states.get(job) })).find(({ state }) => isUnknown(state));
	const isOver = ({ job }: StopTarget) => kindOf(job) === 'ended' || kindOf(job) === 'gone';
	const living = targets.filter((target) => !isOver(target));
	// A client whose head is stopped is told by that one.
	const alone = living.filter(
		({ role, head, left }) => role === 'head' || left || !heads.has(head) || isGone(kindOf(head)),
	);
	const clients = living.flatMap((target) => target.clients).filter(({ job }) => !targets.some((t) => t.job === job));
	const tell = alone.filter(({ job }) => kindOf(job) === 'running');
	return {
		targets: living,
		tell,
		cancel: [
			...alone.filter(({ job }) => kindOf(job) === 'pending').map(({ job }) => job),
			...tell.filter(({ array }) => array).map(({ job }) => job),
			// A pending head tells nobody.
			...living
				.filter(({ job }) => kindOf(job) === 'pending')
				.flatMap((target) => target.clients.map(({ job }) => job))
				.filter((job) => kindOf(job) === 'pending'),
		],
		over: targets.filter(isOver),
		connected: clients.filter(({ job, spoke }) => spoke && kindOf(job) === 'running').map(({ job }) => job),
		waiting: clients.filter(({ job }) => kindOf(job) === 'pending').map(({ job }) => job),
		...(unknown && { unknown: { job: unknown.job, why: whyUnknown(unknown.state) } }),
	};
}

/** Of those with one name: the newest that runs, else the newest that is not over, else the newest. Newest first. */
export function chooseNamed(candidates: readonly StopTarget[], states: States): StopTarget | undefined {
	const kindOf = ({ job }: StopTarget) => states.get(job)?.kind;
	return (
		candidates.find((target) => kindOf(target) === 'running') ??
		candidates.find((target) => !isGone(kindOf(target))) ??
		candidates[0]
	);
}

/** Everything of mine that lives: the heads, and clients whose head does not. */
export function chooseAll(heads: readonly StopTarget[], clients: readonly StopTarget[], states: States): StopTarget[] {
	const lives = ({ job }: StopTarget) => !isGone(states.get(job)?.kind);
	const living = heads.filter(lives);
	const names = new Set(living.map(({ job }) => job));
	return [...living, ...clients.filter((client) => lives(client) && (client.left || !names.has(client.head)))];
}

function isGone(kind: KnownState['kind'] | undefined): boolean {
	return kind === 'ended' || kind === 'gone';
}

function isUnknown(state: KnownState | undefined): boolean {
	return state === undefined || state.kind === 'unknown';
}

function whyUnknown(state: KnownState | undefined): string {
	return state?.kind === 'unknown' ? state.why : 'no answer';
}
