// What a cluster's tasks and actors wait for, and which of it no joined node could ever hold: a script that hangs for that
// reason hangs for ever, and nothing else says so.
import type { ClusterState, LabelRule, NodeActivity, PendingDemand, PendingGroup, Resources } from './control-store.ts';
import { counted } from './counted.ts';
import { byResource } from './resource-order.ts';

export interface Demand {
	/** `{CPU: 4, GPU: 1}`, a group's bundles joined by `+`. */
	readonly words: string;
	readonly count: number;
	/** Why no joined node can hold it; absent where it only has to wait. */
	readonly never?: string;
}

export function demandOf({ nodes, pending, pendingGroups }: ClusterState): readonly Demand[] {
	const able = nodes.filter(({ status }) => status !== 'dead' && status !== 'draining');
	const tasks = pending.map((demand) => ({
		words: `${shapeInWords(demand.shape)}${selectorInWords(demand.labelSelectors)}`,
		count: demand.count,
		...neverIf(whyNever(demand, able)),
	}));
	const groups = pendingGroups.map((group) => ({
		words: groupInWords(group),
		count: 1,
		...neverIf(whyGroupNever(group, able)),
	}));
	return [...tasks.toSorted(byWords), ...groups.toSorted(byWords)];
}

function byWords(a: Demand, b: Demand): number {
	return a.words < b.words ? -1 : Number(a.words > b.words);
}

/** Bytes in gigabytes, all else as Ray counts it; Ray's marks of its own are left out. */
export function shapeInWords(shape: Resources): string {
	const parts = inOrder(shape)
		.filter(([name]) => !isRaysOwn(name))
		.map(([name, amount]) => `${name}: ${amountInWords(name, amount)}`);
	return `{${parts.join(', ')}}`;
}

export function amountInWords(name: string, amount: number): string {
	return inBytes(name) ? `${tidy(amount / 1e9)} GB` : tidy(amount);
}

function inOrder(shape: Resources): readonly (readonly [string, number])[] {
	return Object.entries(shape).toSorted(([a], [b]) => byResource(a, b));
}

/** Why no one of these nodes can ever hold it. */
function whyNever({ shape, labelSelectors }: PendingDemand, nodes: readonly NodeActivity[]): string | undefined {
	if (nodes.length === 0) return undefined; // Nobody has told its state yet.
	const fitting = nodes.filter((node) => obeysOne(node, labelSelectors));
	if (fitting.length === 0) return 'no node has such labels';
	for (const [name, amount] of inOrder(shape)) {
		if (isRaysOwn(name) || amount <= Math.max(...fitting.map(({ total }) => total[name] ?? 0))) continue;
		return `no node has ${nounOf(name, amount)}`;
	}
	return fitting.some(({ total }) => holds(total, shape)) ? undefined : 'no node has all of that at once';
}

function whyGroupNever({ bundles, strategy }: PendingGroup, nodes: readonly NodeActivity[]): string | undefined {
	for (const bundle of bundles) {
		const why = whyNever(bundle, nodes);
		if (why !== undefined) return why;
	}
	if (strategy === 'STRICT_PACK') return whyNever({ ...sumOf(bundles), labelSelectors: [], count: 1 }, nodes);
	const asked = bundles.reduce((sum, { count }) => sum + count, 0);
	if (strategy === 'STRICT_SPREAD' && nodes.length > 0 && asked > nodes.length)
		return `${asked} nodes are asked for, and there ${nodes.length === 1 ? 'is 1' : `are ${nodes.length}`}`;
	return undefined;
}

function sumOf(bundles: readonly PendingDemand[]): { shape: Resources } {
	const shape: Resources = {};
	for (const bundle of bundles)
		for (const [name, amount] of Object.entries(bundle.shape)) shape[name] = (shape[name] ?? 0) + amount * bundle.count;
	return { shape };
}

function groupInWords({ bundles, strategy }: PendingGroup): string {
	const counts = new Map<string, number>();
	for (const { shape, count } of bundles) {
		const words = shapeInWords(shape);
		counts.set(words, (counts.get(words) ?? 0) + count);
	}
	const shapes = [...counts].map(([words, count]) => `${count === 1 ? '' : `${count} × `}${words}`);
	return `placement group ${shapes.join(' + ')}${strategy === 'unknown' ? '' : ` ${strategy}`}`;
}

function selectorInWords(selectors: readonly (readonly LabelRule[])[]): string {
	const one = (rule: LabelRule) => `${rule.label} is ${rule.is === 'in' ? '' : 'not '}${rule.values.join('|')}`;
	return selectors.length === 0 ? '' : ` where ${selectors.map((rules) => rules.map(one).join(', ')).join(' or ')}`;
}

function obeysOne({ labels }: NodeActivity, selectors: readonly (readonly LabelRule[])[]): boolean {
	if (selectors.length === 0) return true;
	return selectors.some((rules) =>
		rules.every(({ label, is, values }) => values.includes(labels[label] ?? '') === (is === 'in')),
	);
}

function holds(total: Resources, shape: Resources): boolean {
	return Object.entries(shape).every(([name, amount]) => isRaysOwn(name) || amount <= (total[name] ?? 0));
}

/** Such as `bundle_group_…` and `node:10.0.0.1`, which tie work to a place. */
function isRaysOwn(name: string): boolean {
	return name.startsWith('bundle_group_') || /_group_(?:\d+_)?[0-9a-f]{20,}$/.test(name);
}

function nounOf(name: string, amount: number): string {
	if (inBytes(name)) return `${amountInWords(name, amount)} of ${name.replaceAll('_', ' ')}`;
	return /^[A-Z]{3}$/.test(name) ? counted(Number(tidy(amount)), name) : `${name}: ${tidy(amount)}`;
}

function inBytes(name: string): boolean {
	return name === 'memory' || name === 'object_store_memory';
}

/** 3, 0.5, 1.33: without the noise of binary fractions. */
function tidy(amount: number): string {
	return String(Math.round(amount * 100) / 100);
}

function neverIf(never: string | undefined): { never?: string } {
	return never === undefined ? {} : { never };
}
