// `dashboard --open`: a tunnel that is there for as long as its head is. What the head has to say is in its info file; only
// while the tunnel is down the queue is asked too, because a head that was killed leaves its file behind.
import type { HeadInfo } from '../core/connection.ts';
import { type HeadEvent, newestLife, parseEvents } from '../core/events.ts';
import type { Layout } from '../core/layout.ts';
import type { QueueWatch } from '../core/queue.ts';
import { Trouble } from '../core/trouble.ts';
import {
	afterTunnelEnd,
	type Tunnel,
	type TunnelEnds,
	type Tunnels,
	tunnelWords,
	whyTunnelEnded,
} from '../core/tunnel.ts';
import type { World } from '../core/world.ts';

export interface TunnelListener {
	/** Each time it is up. */
	up(): void;
	down(why: string): void;
}

export interface KeptTunnel {
	readonly tunnels: Tunnels;
	readonly ends: TunnelEnds;
	readonly layout: Layout;
	/** Absent for a cluster named by its address: nobody says when that ends. */
	readonly info: HeadInfo | undefined;
}

const LOOK_EVERY_MS = 100;
const ASK_HEAD_EVERY_MS = 2_000;

/** Why it is over; undefined: stopped by the person. */
export async function keepTunnel(
	world: World,
	{ tunnels, ends, layout, info }: KeptTunnel,
	listener: TunnelListener,
	stopped: () => boolean,
): Promise<string | undefined> {
	let past = { everUp: false, failures: 0 };
	const headEnd = headWatch(world, layout, info);
	try {
		for (;;) {
			const tunnel = tunnels.start(tunnelWords(ends));
			const seen = await watchTunnel(world, tunnel, ends.localPort, listener, headEnd, stopped);
			await tunnel.end();
			if (seen.over !== undefined) return seen.over;
			if (stopped()) return undefined;
			const end = await tunnel.ended;
			const why = whyTunnelEnded(end.said, end.code);
			past = seen.up ? { everUp: true, failures: 0 } : { ...past, failures: past.failures + 1 };
			const step = afterTunnelEnd(past);
			if (step.do === 'give-up') {
				throw new Trouble(end.code === 127 ? 'program-missing' : 'failed', `No tunnel to ${ends.node}: ${why}`, {
					hint: `try by hand: ssh ${ends.node}`,
				});
			}
			listener.down(why);
			const because = await pause(world, step.afterMs, headEnd, stopped);
			if (because !== undefined) return because;
			if (stopped()) return undefined;
		}
	} finally {
		headEnd.stop();
	}
}

interface HeadWatch {
	/** down: the tunnel is, so that silence means more. */
	ended(down: boolean): Promise<string | undefined>;
	stop(): void;
}

async function watchTunnel(
	world: World,
	tunnel: Tunnel,
	port: number,
	listener: TunnelListener,
	head: HeadWatch,
	stopped: () => boolean,
): Promise<{ readonly up: boolean; readonly over?: string | undefined }> {
	let ended = false;
	void tunnel.ended.then(() => {
		ended = true;
	});
	let up = false;
	while (!ended && !stopped()) {
		if (!up && (await world.node.listeningPorts()).mine.has(port)) {
			up = true;
			listener.up();
		}
		const over = await head.ended(false);
		if (over !== undefined) return { up, over };
		await world.clock.sleep(LOOK_EVERY_MS);
	}
	return { up };
}

async function pause(world: World, ms: number, head: HeadWatch, stopped: () => boolean): Promise<string | undefined> {
	const until = world.clock.monotonicMs() + ms;
	while (world.clock.monotonicMs() < until && !stopped()) {
		const over = await head.ended(true);
		if (over !== undefined) return over;
		await world.clock.sleep(LOOK_EVERY_MS);
	}
	return undefined;
}

function headWatch(world: World, layout: Layout, info: HeadInfo | undefined): HeadWatch {
	let askedAt: number | undefined;
	let said: string | undefined;
	let queue: Promise<QueueWatch> | undefined;
	return {
		async ended(down) {
			if (info === undefined || said !== undefined) return said;
			const now = world.clock.monotonicMs();
			if (askedAt !== undefined && now - askedAt < ASK_HEAD_EVERY_MS) return undefined;
			askedAt = now;
			said = await headSays(world, layout, info);
			if (said !== undefined || !down) return said;
			queue ??= world.queue([info.slurmJobId]);
			const state = (await queue).known().get(info.slurmJobId);
			if (state?.kind === 'ended' || state?.kind === 'gone') said = `head ${info.slurmJobId} has ended`;
			return said;
		},
		stop: () => void queue?.then((watch) => watch.stop()),
	};
}

async function headSays(world: World, layout: Layout, info: HeadInfo): Promise<string | undefined> {
	const job = info.slurmJobId;
	await world.files.list(layout.outputDir);
	const reading = await world.readInfo(layout.info(job), job);
	if (reading.kind === 'read' && reading.info.incarnation !== info.incarnation)
		return `head ${job} was started anew: run this again`;
	if (reading.kind === 'read') return undefined;
	const events = newestLife(parseEvents<HeadEvent>((await world.files.readState(layout.head(job).events)) ?? ''));
	const end = events.findLast((event) => event.step === 'ended' || event.step === 'ending');
	if (end?.step === 'ended' || end?.step === 'ending') return `head ${job} has ended: ${end.because ?? end.reason}`;
	// A file that cannot be read for a moment says nothing.
	return reading.kind === 'missing' ? `head ${job} has ended` : undefined;
}
