// A client as people see it: what it said of itself, what the queue says of its job, and which of its Ray nodes the control
// store knows alive.
import type { NodeActivity } from './control-store.ts';
import { type ClientEvent, newestLife } from './events.ts';
import { expandHosts } from './host-list.ts';
import { mayComeBack } from './order-to-end.ts';
import { whyPending } from './slurm-reasons.ts';
import type { Named } from './task-names.ts';
import { expectedStartOf, secondsAndEnd } from './time-words.ts';
import type { JobId, KnownState } from './world.ts';

export interface ClientEvidence extends Named {
	/** As typed; undefined for a worker, and where its record cannot be read. */
	readonly script?: string | undefined;
	readonly arguments?: readonly string[] | undefined;
	readonly events: readonly ClientEvent[];
	readonly state?: KnownState | undefined;
}

export type ClientStateName =
	| 'pending'
	| 'starting'
	| 'joined'
	| 'running'
	| 'ending'
	| 'waiting'
	| 'ended'
	| 'gone'
	| 'unknown';

/** job: of a task that has not begun, its name. */
export interface ClientView extends Named {
	readonly script?: string | undefined;
	readonly arguments?: readonly string[] | undefined;
	readonly state: ClientStateName;
	/** Why it is so, in words. */
	readonly because?: string | undefined;
	/** What to type about it. */
	readonly todo?: string | undefined;
	readonly expectedStart?: string | undefined;
	readonly nodes: readonly string[];
	readonly endsAt?: string | undefined;
	readonly secondsLeft?: number | undefined;
	/** Ray nodes: those its job should have, and those that are alive; unknown while the control store does not answer. */
	readonly expected: number;
	readonly joined?: number | undefined;
	readonly exitCode?: number | undefined;
	readonly endedAt?: string | undefined;
	/** Its next life is among the clients of this head. */
	readonly goesOnWith?: JobId | undefined;
	/** It is over, badly, and was never a node of its cluster. */
	readonly neverJoined?: true;
	/** The last line of its log, where something about it is amiss. */
	readonly lastLine?: string | undefined;
}

/** alive: the Ray nodes that the control store knows alive; undefined where it did not answer. */
export function clientView(client: ClientEvidence, alive: readonly NodeActivity[] | undefined): ClientView {
	const { job, task, script, arguments: words, state } = client;
	const life = newestLife(client.events);
	const running = life.find((event) => event.step === 'running');
	const nodes = state?.kind === 'running' ? expandHosts(state.nodes) : running ? [running.node] : [];
	const joinedAs = life.find((event) => event.step === 'joined')?.nodeId;
	const mine = alive?.filter(({ nodeId, labels }) => nodeId === joinedAs || labels['rayslurm/job'] === job);
	const stands = standing(life, state);
	const on = ['joined', 'running', 'starting'].includes(stands.state);
	return {
		job,
		...(task === undefined ? {} : { task }),
		...(script === undefined ? {} : { script, arguments: words ?? [] }),
		...stands,
		...expectedStartOf(state),
		nodes,
		...(state?.kind === 'running' ? secondsAndEnd(state) : {}),
		...(failedToJoin(life, stands) ? { neverJoined: true as const } : {}),
		expected: on ? Math.max(1, nodes.length) : 0,
		...(mine === undefined || !on ? {} : { joined: mine.length }),
	};
}

/** One that should be there and is not, or is there in part. */
export function isMissing({ state, expected, joined }: ClientView): boolean {
	return ['joined', 'running', 'starting'].includes(state) && joined !== undefined && joined < expected;
}

function failedToJoin(life: readonly ClientEvent[], { state, exitCode }: Standing): boolean {
	const over = state === 'gone' || (state === 'ended' && exitCode !== 0);
	return over && life.length > 0 && life.every(({ step }) => step === 'running' || step === 'ended');
}

type Standing = Pick<ClientView, 'state' | 'because' | 'todo' | 'exitCode' | 'endedAt' | 'goesOnWith'>;

function standing(life: readonly ClientEvent[], state: KnownState | undefined): Standing {
	const last = life.at(-1);
	// Requeued, it is in the queue again whatever it said of its former life.
	if (state?.kind === 'pending')
		return { state: 'pending', because: whyPending(state), ...(state.todo ? { todo: state.todo } : {}) };
	if (last?.step === 'ended' && isUndecided(last, state)) return { state: 'ending', because: last.reason };
	if (last?.step === 'ended') {
		return { state: 'ended', because: last.reason, exitCode: last.code, endedAt: last.at };
	}
	if (last?.step === 'moved')
		return { state: 'ended', because: `goes on with head ${last.head}`, endedAt: last.at, goesOnWith: last.head };
	if (state?.kind === 'ended') return { state: 'ended', because: state.how.toLowerCase(), ...codeOf(state) };
	if (state?.kind === 'gone')
		return { state: 'gone', because: last === undefined ? 'it never began' : 'it ended without a word' };
	if (state?.kind === 'ending') return { state: 'ending' };
	if (last?.step === 'left') return { state: 'waiting', because: `for the next head: ${last.reason}` };
	const silent = state?.kind === 'unknown' ? { because: `not known: ${state.why}` } : {};
	switch (last?.step) {
		case undefined:
			return { state: state?.kind === 'running' ? 'starting' : 'unknown', ...silent };
		case 'running':
			return { state: 'starting', ...silent };
		case 'joined':
			return { state: 'joined', ...silent };
		case 'script':
			return { state: 'running', ...silent };
		case 'told':
			return { state: 'ending', because: `sent SIG${last.signal}: ${last.because}` };
	}
}

/** Ended by an order, it may be put back into the queue, until the queue has done with it. */
export function isUndecided(end: Parameters<typeof mayComeBack>[0], state: KnownState | undefined): boolean {
	return mayComeBack(end) && (state?.kind === 'ending' || state?.kind === 'running');
}

/** Of one that could not say its end itself. */
export function codeOf({ exitCode }: Extract<KnownState, { kind: 'ended' }>): { readonly exitCode?: number } {
	return exitCode === undefined ? {} : { exitCode };
}
