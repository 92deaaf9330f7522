// Which slot to take on a node, given what listens there and what others have claimed. Pure: the adapter looks and
// claims, this file decides and finds the words.
import {
	type FirstOffset,
	holds,
	nextOffset,
	PORT_LABELS,
	PORT_NAMES,
	type PortPlan,
	planPorts,
	portsOf,
	type Role,
	sharedPort,
} from './ports.ts';
import { Trouble } from './trouble.ts';

/** A port somebody listens on; without uid where only a refused bind told us. */
export interface Listener {
	readonly port: number;
	readonly uid?: number;
}

/** A slot some head or client holds. Names can be forged, so a claim may cost us a slot and never more. */
export interface Claim {
	readonly offset: number;
	readonly jobId: string;
	readonly uid: number;
}

export type Blocker =
	| { readonly by: 'listener'; readonly port: number; readonly uid?: number }
	| { readonly by: 'claim'; readonly port: number; readonly jobId: string; readonly uid: number };

export interface Passed {
	readonly offset: number;
	readonly blocker: Blocker;
}

export type Choice =
	| { readonly kind: 'free'; readonly plan: PortPlan; readonly passed: readonly Passed[] }
	| { readonly kind: 'taken'; readonly blocker: Blocker }
	| { readonly kind: 'full'; readonly passed: readonly Passed[] };

export interface Asker {
	readonly role: Role;
	readonly uid: number;
}

export function choosePlan(
	first: FirstOffset,
	taken: readonly Listener[],
	claims: readonly Claim[],
	asker: Asker,
): Choice {
	const rivals = claims.map((claim) => ({ claim, plan: planPorts(claim.offset) }));
	const passed = new Map<number, Passed>();
	for (let offset = first.offset; !passed.has(offset); offset = nextOffset(offset)) {
		const plan = planPorts(offset);
		const mustFit = first.exact !== false && passed.size === 0;
		const blocker = claimIn(plan, rivals) ?? listenerIn(plan, taken, mustFit ? asker.role : undefined);
		if (blocker === undefined) return { kind: 'free', plan, passed: [...passed.values()] };
		const mine = blocker.by === 'claim' && blocker.uid === asker.uid;
		if (mustFit && !(first.exact === 'unless-mine' && mine)) return { kind: 'taken', blocker };
		passed.set(offset, { offset, blocker });
	}
	return { kind: 'full', passed: [...passed.values()] };
}

function claimIn(plan: PortPlan, rivals: readonly { claim: Claim; plan: PortPlan }[]): Blocker | undefined {
	for (const { claim, plan: theirs } of rivals) {
		const port = sharedPort(plan, theirs);
		if (port !== undefined) return { by: 'claim', port, jobId: claim.jobId, uid: claim.uid };
	}
	return undefined;
}

/** Where we may move on, any listener in the slot is reason to; where we may not, only one in our way is an error. */
function listenerIn(plan: PortPlan, taken: readonly Listener[], role: Role | undefined): Blocker | undefined {
	const unused = role === undefined ? new Set<number>() : portsUnused(plan, role);
	const found = taken.find(({ port }) => holds(plan, port) && !unused.has(port));
	return found && { by: 'listener', ...found };
}

function portsUnused(plan: PortPlan, role: Role): Set<number> {
	const opened = new Set(portsOf(plan, role).map(({ port }) => port));
	return new Set(PORT_NAMES.map((name) => plan[name]).filter((port) => !opened.has(port)));
}

/** The users a message about this choice would name. */
export function choicesUids(choice: Choice): readonly number[] {
	const blockers = choice.kind === 'taken' ? [choice.blocker] : choice.passed.map(({ blocker }) => blocker);
	return [...new Set(blockers.flatMap(({ uid }) => (uid === undefined ? [] : [uid])))];
}

/** A user's name for a uid, where the node knows one. */
export type NameOf = (uid: number) => string | undefined;

export function choiceTrouble(choice: Exclude<Choice, { kind: 'free' }>, first: FirstOffset, nameOf: NameOf): Trouble {
	if (choice.kind === 'taken') {
		const words = blockerInWords(choice.blocker, planPorts(first.offset), nameOf);
		return new Trouble('failed', `${first.why} is not free here: ${words}`, {
			hint: 'choose another --port-offset, or set none: rayslurm then looks for free ports itself',
		});
	}
	const start = choice.passed[0];
	const example = start ? `; the first: ${passedInWords(start, nameOf)}` : '';
	return new Trouble('failed', `No free ports on this node: all ${choice.passed.length} slots are taken${example}`, {
		hint: 'choose another node, with --exclude or --nodelist',
	});
}

export function passedInWords(passed: Passed, nameOf: NameOf): string {
	return `offset ${passed.offset}: ${blockerInWords(passed.blocker, planPorts(passed.offset), nameOf)}`;
}

function blockerInWords(blocker: Blocker, plan: PortPlan, nameOf: NameOf): string {
	const name = PORT_NAMES.find((each) => plan[each] === blocker.port);
	const port = `port ${blocker.port} (${name ? PORT_LABELS[name] : 'workers'})`;
	if (blocker.by === 'claim') return `${port} is held by job ${blocker.jobId} of ${person(blocker.uid, nameOf)}`;
	if (blocker.uid === undefined) return `${port} is in use`;
	return `${port} is taken by a program of ${person(blocker.uid, nameOf)}`;
}

function person(uid: number, nameOf: NameOf): string {
	return nameOf(uid) ?? `uid ${uid}`;
}
