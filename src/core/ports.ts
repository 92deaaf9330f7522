// The port plan: every port a head or client may open, worked out from one number, the offset; and which offset comes
// first and which next. A plan never leaves 1024…65535 and never overlaps itself. Whether it is free: slots.ts.
import { Trouble } from './trouble.ts';

export interface PortRange {
	readonly min: number;
	readonly max: number;
}

export type PortName =
	| 'ray'
	| 'nodeManager'
	| 'objectManager'
	| 'redisShard'
	| 'dashboardAgentGrpc'
	| 'dashboardAgentHttp'
	| 'runtimeEnvAgent'
	| 'metrics'
	| 'rayClient'
	| 'dashboard';

export interface PortPlan extends Readonly<Record<PortName, number>> {
	readonly offset: number;
	readonly workers: PortRange;
}

export type Role = 'head' | 'client';

/** Where each port stands at offset 0; it moves up by one for every 40 of the offset. */
const FIXED: Readonly<Record<PortName, number>> = {
	ray: 6379,
	nodeManager: 6700,
	objectManager: 6701,
	redisShard: 6702,
	dashboardAgentGrpc: 6703,
	dashboardAgentHttp: 6705,
	runtimeEnvAgent: 6706,
	metrics: 6707,
	rayClient: 10_001,
	dashboard: 8265,
};
const WORKERS: PortRange = { min: 11_000, max: 13_411 };
const LOWEST = 1024;
const HIGHEST = 65_535;

/** The names people see in messages. */
export const PORT_LABELS: Readonly<Record<PortName, string>> = {
	ray: 'Ray',
	nodeManager: 'node manager',
	objectManager: 'object manager',
	redisShard: 'redis shard',
	dashboardAgentGrpc: 'dashboard agent gRPC',
	dashboardAgentHttp: 'dashboard agent HTTP',
	runtimeEnvAgent: 'runtime-env agent',
	metrics: 'metrics',
	rayClient: 'Ray client server',
	dashboard: 'dashboard',
};
export const PORT_NAMES = Object.keys(FIXED) as readonly PortName[];

export function planPorts(offset: number): PortPlan {
	if (!Number.isSafeInteger(offset))
		throw new Trouble('usage', `Not a port offset: ${offset}`, { hint: 'a whole number' });
	const step = Math.floor(offset / 40);
	const fixed = Object.fromEntries(PORT_NAMES.map((name) => [name, FIXED[name] + step])) as Record<PortName, number>;
	const workers = { min: WORKERS.min + offset, max: WORKERS.max + offset };
	const all = [...Object.values(fixed), workers.min, workers.max];
	const lowest = Math.min(...all);
	const highest = Math.max(...all);
	if (lowest < LOWEST || highest > HIGHEST) {
		const port = lowest < LOWEST ? lowest : highest;
		throw refused(offset, `needs port ${port}, outside ${LOWEST}…${HIGHEST}`);
	}
	const inside = PORT_NAMES.find((name) => isIn(workers, fixed[name]));
	if (inside !== undefined) throw refused(offset, `puts the ${PORT_LABELS[inside]} port among the worker ports`);
	return { offset, ...fixed, workers };
}

function refused(offset: number, why: string): Trouble {
	return new Trouble('usage', `Port offset ${offset} ${why}`, { hint: 'offsets from 0 to 52000 always work' });
}

function isIn(range: PortRange, port: number): boolean {
	return port >= range.min && port <= range.max;
}

/** The single ports a node of this role opens. A slot nevertheless reserves its whole plan, whatever the role. */
export function portsOf(plan: PortPlan, role: Role): readonly { readonly name: PortName; readonly port: number }[] {
	const opened = role === 'head' ? HEAD_OPENS : CLIENT_OPENS;
	return opened.map((name) => ({ name, port: plan[name] }));
}

/** Today's Ray opens no redis shard; only a head has a control store, a Ray client server and a dashboard. */
const HEAD_OPENS = PORT_NAMES.filter((name) => name !== 'redisShard');
const CLIENT_OPENS = HEAD_OPENS.filter((name) => name !== 'ray' && name !== 'rayClient' && name !== 'dashboard');

/** The lowest port two plans share. Far offsets can share one too: the Ray port of 12840 is the node manager's of 0. */
export function sharedPort(a: PortPlan, b: PortPlan): number | undefined {
	const shared = PORT_NAMES.flatMap((name) => [
		...(holds(b, a[name]) ? [a[name]] : []),
		...(holds(a, b[name]) ? [b[name]] : []),
	]);
	const start = Math.max(a.workers.min, b.workers.min);
	if (start <= Math.min(a.workers.max, b.workers.max)) shared.push(start);
	return shared.length === 0 ? undefined : Math.min(...shared);
}

export function overlaps(a: PortPlan, b: PortPlan): boolean {
	return sharedPort(a, b) !== undefined;
}

export function holds(plan: PortPlan, port: number): boolean {
	return isIn(plan.workers, port) || PORT_NAMES.some((name) => plan[name] === port);
}

/** Room for one plan's workers (2412 ports) and a little air; the step between neighbouring slots. */
const SLOT = 2420;
/** Below this every offset gives a plan inside 65535. */
const WRAP = 52_000;

export interface FirstOffset {
	readonly offset: number;
	/** true: these ports or an error. 'unless-mine': as true, but a slot held by my own job is no error. */
	readonly exact: boolean | 'unless-mine';
	/** Where the number comes from, in words that fit into a message. */
	readonly why: string;
}

export interface OffsetWish {
	/** 0 counts as given. */
	readonly explicit?: { readonly offset: number; readonly from: 'flag' | 'environment' } | undefined;
	readonly role: Role;
	readonly nodeName: string;
	readonly jobId: string;
}

export function firstOffset({ explicit, role, nodeName, jobId }: OffsetWish): FirstOffset {
	if (explicit?.from === 'flag') {
		return { offset: explicit.offset, exact: true, why: `--port-offset ${explicit.offset}` };
	}
	if (explicit) {
		// One USER_PORT_OFFSET in a user's environment reaches their head and their clients alike; where both land on one
		// node they cannot share the slot, and an error would make the documented set-up fail for no gain.
		const exact = role === 'client' ? 'unless-mine' : true;
		return { offset: explicit.offset, exact, why: `USER_PORT_OFFSET=${explicit.offset}` };
	}
	const node = /^dws-(\d\d)(?:\.|$)/.exec(nodeName);
	const number = Number(node?.[1] ?? 0);
	if (number >= 1 && number <= 17) return { offset: number * SLOT, exact: false, why: `node dws-${node?.[1]}` };
	return { offset: ((Number(jobId) % 50) * 1000) % 40_000, exact: false, why: `job ${jobId}` };
}

/**
 * The next slot: 2420 further, modulo 52000. So a wrap does not go back to the slots already seen but lands between
 * them, and from any start all 52000 / gcd(2420, 52000) = 2600 offsets that differ from it by a multiple of 20 are
 * visited before one returns. Each gives a valid plan. (The first 21 do not overlap in their worker ports; the later ones fill gaps.)
 */
export function nextOffset(offset: number): number {
	return (((offset + SLOT) % WRAP) + WRAP) % WRAP;
}

/** A slot wanted on this node. */
export interface ClaimRequest extends OffsetWish {
	readonly uid: number;
}

/** A slot held on this node, until it is released or this process ends in whatever way. */
export interface ClaimedPlan {
	readonly plan: PortPlan;
	/** Why each earlier slot was passed, for the log. */
	readonly passed: readonly string[];
	release(): void;
}
