// Who has to do what so that jobs stop: those that run are told, those that wait are cancelled, and nothing is done to a job
// of which the scheduler did not speak.
import type { Layout } from './layout.ts';
import { type Named, nameOf } from './task-names.ts';
import type { JobId, KnownState } from './world.ts';

/** job: of a task that has not begun, its name. */
export interface StopTarget extends Named {
	readonly role: 'head' | 'client';
	readonly layout: Layout;
	/** Whose corner its traces are in. */
	readonly head: string;
	/** Its own word: over for good; ended by an order, after which it may be started anew; or nothing of the kind. */
	readonly word: 'over' | 'ordered' | 'open';
	readonly life?: string | undefined;
	readonly spoke: boolean;
	/** It is meant together with all other tasks of this array. */
	readonly array?: JobId | undefined;
	/** A client that has left this head, and looks for the next. */
	readonly left?: boolean;
	/** Of a head: those that have not said their end. */
	readonly clients: readonly StopTarget[];
	/** The head that was submitted to follow it. */
	readonly successor?: JobId | undefined;
}

export interface StopPlan {
	/** They run: a request and a signal each. */
	readonly tell: readonly StopTarget[];
	/** They have not begun. */
	readonly cancel: readonly StopTarget[];
	/** Everybody who has to be seen to end. */
	readonly targets: readonly StopTarget[];
	/** Ended already. */
	readonly over: readonly StopTarget[];
	/** Clients that run, also those that have not joined yet, and end with their heads. */
	readonly connected: readonly StopTarget[];
	/** Clients in the queue that are cancelled with their heads. */
	readonly waiting: readonly StopTarget[];
	/** Why nothing may be done: the scheduler did not speak of one of them. */
	readonly unknown?: { readonly job: string; readonly why: string };
}

export type States = ReadonlyMap<JobId, KnownState>;

export function planStop(asked: readonly StopTarget[], states: States): StopPlan {
	const kindOf = (name: string) => states.get(name)?.kind;
	const is = (kind: KnownState['kind']) => (target: StopTarget) => kindOf(nameOf(target)) === kind;
	const targets = [...new Map(asked.map((target) => [nameOf(target), target])).values()];
	const names = new Set(targets.map(nameOf));
	const heads = new Set(targets.filter(({ role }) => role === 'head').map(({ job }) => job));
	const unknown = targets.map(nameOf).find((name) => (kindOf(name) ?? 'unknown') === 'unknown');
	const isOver = (target: StopTarget) => isGone(kindOf(nameOf(target)));
	const living = targets.filter((target) => !isOver(target));
	// A client whose head is stopped is told by that one.
	const alone = living.filter(
		({ role, head, left }) => role === 'head' || left || !heads.has(head) || isGone(kindOf(head)),
	);
	const clientsOf = (those: readonly StopTarget[]) => those.flatMap((target) => target.clients);
	const clients = clientsOf(living).filter((client) => !names.has(nameOf(client)));
	return {
		targets: living,
		tell: alone.filter(is('running')),
		// A pending head tells nobody.
		cancel: [...alone, ...clientsOf(living.filter(is('pending')))].filter(is('pending')),
		over: targets.filter(isOver),
		connected: clients.filter(is('running')),
		waiting: clients.filter(is('pending')),
		...(unknown !== undefined && { unknown: { job: unknown, why: whyUnknown(states.get(unknown)) } }),
	};
}

/** What to call them by, to end them: an array whose tasks are all meant by its own id. */
export function orderNames(targets: readonly StopTarget[]): readonly string[] {
	return [...new Set(targets.map((target) => target.array ?? nameOf(target)))];
}

/** Of those with one name: the newest that runs, else the newest that is not over, else the newest. Newest first. */
export function chooseNamed(candidates: readonly StopTarget[], states: States): StopTarget | undefined {
	const kindOf = (target: StopTarget) => states.get(nameOf(target))?.kind;
	return (
		candidates.find((target) => kindOf(target) === 'running') ??
		candidates.find((target) => !isGone(kindOf(target))) ??
		candidates[0]
	);
}

/** Everything of mine that lives: the heads, and clients whose head does not. */
export function chooseAll(heads: readonly StopTarget[], clients: readonly StopTarget[], states: States): StopTarget[] {
	const lives = (target: StopTarget) => !isGone(states.get(nameOf(target))?.kind);
	const living = heads.filter(lives);
	const names = new Set(living.map(({ job }) => job));
	return [...living, ...clients.filter((client) => lives(client) && (client.left || !names.has(client.head)))];
}

function isGone(kind: KnownState['kind'] | undefined): boolean {
	return kind === 'ended' || kind === 'gone';
}

function whyUnknown(state: KnownState | undefined): string {
	return state?.kind === 'unknown' ? state.why : 'no answer';
}
