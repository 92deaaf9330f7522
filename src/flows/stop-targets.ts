// What the shared folder says of jobs that may have to be stopped: which life they are in, who their clients are, whether they
// have said their end.
import { ownWord } from '../core/client-census.ts';
import { parseClientRecord } from '../core/client-record.ts';
import { type ClientEvent, type HeadEvent, newestLife, parseEvents } from '../core/events.ts';
import { clientJobs, type HeadLayout, type Layout } from '../core/layout.ts';
import { mayComeBack } from '../core/order-to-end.ts';
import type { StopTarget } from '../core/stop-plan.ts';
import { lifeOf } from '../core/stop-request.ts';
import { readSuccessor } from '../core/succession.ts';
import type { JobId, World } from '../core/world.ts';

export async function headTarget(world: World, layout: Layout, job: JobId): Promise<StopTarget> {
	const head = layout.head(job);
	const [life, clients, successor] = await Promise.all([
		eventsOf<HeadEvent>(world, head.events),
		clientTargets(world, layout, job),
		world.files.readState(head.successor),
	]);
	const [first, last] = [life[0], life.at(-1)];
	const ended = last?.step === 'ended';
	return {
		...{ job, role: 'head', layout, head: job },
		word: !ended ? 'open' : mayComeBack(last) ? 'ordered' : 'over',
		life: !ended && first?.step === 'running' ? lifeOf(first.incarnation) : undefined,
		spoke: life.length > 0,
		clients: clients
			.filter(({ word, left }) => word !== 'over' && !left)
			.map(({ job: client, spoke }) => ({ job: client, spoke })),
		successor: readSuccessor(successor ?? ''),
	};
}

/** All clients that have left a trace in this corner. */
export async function clientTargets(world: World, layout: Layout, head: string): Promise<readonly StopTarget[]> {
	const corner = layout.head(head);
	const jobs = clientJobs(await world.files.list(corner.clients));
	const traced = await Promise.all(
		jobs.map(async (job) => {
			const isOne = await isTraced(world, corner.clientRecord(job), corner.clientEvents(job));
			return isOne ? [clientTarget(world, layout, head, job, corner)] : [];
		}),
	);
	return Promise.all(traced.flat());
}

/** A name alone is no trace of a job: what stands there must be mine. */
export async function isTraced(world: World, ...paths: readonly string[]): Promise<boolean> {
	for (const path of paths) if ((await world.files.readState(path)) !== undefined) return true;
	return false;
}

export async function clientTarget(
	world: World,
	layout: Layout,
	head: string,
	job: JobId,
	corner: HeadLayout = layout.head(head),
): Promise<StopTarget> {
	const [life, record] = await Promise.all([
		eventsOf<ClientEvent>(world, corner.clientEvents(job)),
		world.files.readState(corner.clientRecord(job)),
	]);
	const left = life.at(-1)?.step === 'left';
	const word = left ? 'open' : ownWord({ events: life });
	const first = life[0];
	return {
		...{ job, role: 'client', layout, head, word, left },
		array: parseClientRecord(record ?? '')?.array !== undefined,
		life: word === 'open' && first?.step === 'running' ? first.restarts?.toString() : undefined,
		spoke: life.length > 0,
		clients: [],
	};
}

export async function eventsOf<Event extends HeadEvent | ClientEvent>(
	world: World,
	path: string,
): Promise<readonly Event[]> {
	return newestLife(parseEvents<Event>((await world.files.readState(path)) ?? ''));
}
