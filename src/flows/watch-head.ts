// Looks after a head from Ray's first answer to its end: says when every advertised service is up, and notices what ends it.
// The rule is core/head-life.ts; this file looks, steps and waits.
import type { ControlStore } from '../core/control-store.ts';
import { type HeadDecision, RAY_PROCESSES, stepHead } from '../core/head-life.ts';
import { PORT_LABELS, portsOf } from '../core/ports.ts';
import type { OwnProcess, Running, World } from '../core/world.ts';
import type { RenewWatch } from './renew-head.ts';
import type { NodePlace } from './start-node.ts';
import type { IdleWatch } from './watch-idle.ts';

export interface WatchedHead {
	readonly place: NodePlace;
	readonly ray: Running;
	readonly store: ControlStore;
	readonly dashboard: boolean;
	/** The step that holds the job's other nodes. */
	readonly others: Running | undefined;
	say(state: 'ready' | 'degraded', missing: readonly string[]): Promise<void>;
	readonly idle: IdleWatch;
	readonly renewal: RenewWatch;
	/** The head that has taken its place, in words. */
	replacedBy(): Promise<string | undefined>;
}

/** A service that is not up after this long is named, and the head goes on without it. */
const SERVICES_LIMIT_MS = 60_000;
const STARTING_TICK_MS = 250;
const TICK_MS = 1_000;
const ASK_EVERY_MS = 5_000;
const LONGEST_LOOK_MS = 10_000;

export async function watchHead(world: World, head: WatchedHead): Promise<Extract<HeadDecision, { do: 'end' }>> {
	const began = world.clock.monotonicMs();
	let settled = false;
	let processes: ReadonlyMap<string, OwnProcess> = new Map();
	let answeredAt = began;
	let askedAt = began;
	let replaced: string | undefined;
	let neverUp: readonly string[] = [];
	let othersEnded = false;
	for (;;) {
		const now = world.clock.monotonicMs();
		if (processes.size < RAY_PROCESSES.length) {
			// Those once seen stay: one that is gone before the other has come has died.
			processes = new Map([...(await head.place.nest.find(RAY_PROCESSES)), ...processes]);
		}
		if (!settled) {
			const missing = await missingServices(world, head);
			const tooLong = now - began > SERVICES_LIMIT_MS;
			settled = missing.length === 0 || tooLong;
			if (tooLong) neverUp = missing.filter((service) => service.essential).map(({ name }) => name);
			if (settled && neverUp.length === 0)
				await tellSettled(
					world,
					head,
					missing.map(({ name }) => name),
				);
		}
		if (!othersEnded && head.others?.end()) {
			othersEnded = true;
			await tellSettled(world, head, ["the job's other nodes"]);
		}
		if (now - askedAt >= ASK_EVERY_MS) {
			// A job that was suspended and goes on has not been unanswered all the while: it did not ask.
			answeredAt += Math.max(0, now - askedAt - LONGEST_LOOK_MS);
			askedAt = now;
			const answer = await head.store.serving(2_000);
			if (answer.kind === 'answered') answeredAt = world.clock.monotonicMs();
			replaced = await head.replacedBy();
		}
		const dead = [...processes].filter(([, process]) => !process.alive()).map(([name]) => name);
		if (head.ray.end()) dead.push('ray start');
		const idle = head.idle.look();
		head.renewal.look();
		const decision = stepHead({
			heard: world.ear.take(),
			dead,
			neverUp,
			silentMs: world.clock.monotonicMs() - answeredAt,
			replaced,
			idle,
		});
		if (decision.do === 'end') return decision;
		await world.ear.wait(settled ? TICK_MS : STARTING_TICK_MS);
	}
}

async function tellSettled(world: World, head: WatchedHead, missing: readonly string[]): Promise<void> {
	await head.say(missing.length === 0 ? 'ready' : 'degraded', missing);
	world.log.say(missing.length === 0 ? 'Ready: every service is up' : `Degraded: not up: ${missing.join(', ')}`);
}

interface Service {
	readonly name: string;
	/** Without it a head is none. */
	readonly essential: boolean;
}

/** Named as people know them: the head's own node first, then every advertised port that does not listen or is not ours. */
async function missingServices(world: World, head: WatchedHead): Promise<readonly Service[]> {
	const { plan } = head.place;
	const [nodes, { mine: listening }] = await Promise.all([head.store.nodes(2_000), world.node.listeningPorts()]);
	const alive =
		nodes.kind === 'answered' &&
		nodes.value.some((node) => node.alive && node.nodeManagerPort === plan.nodeManager && node.isHead);
	const ports = portsOf(plan, 'head').filter(
		({ name, port }) => !listening.has(port) && (head.dashboard || name !== 'dashboard'),
	);
	return [
		...(alive ? [] : [{ name: "the head's node", essential: true }]),
		...ports.map(({ name, port }) => ({ name: `${PORT_LABELS[name]} (port ${port})`, essential: name === 'ray' })),
	];
}
