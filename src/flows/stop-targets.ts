// What the shared folder says of jobs that may have to be stopped: which life they are in, who their clients are, whether they
// have said their end.
import { ownWord } from '../core/client-census.ts';
import type { Client } from '../core/clients.ts';
import { type ClientEvent, type HeadEvent, newestLife, parseEvents } from '../core/events.ts';
import type { Layout } from '../core/layout.ts';
import { mayComeBack } from '../core/order-to-end.ts';
import type { StopTarget } from '../core/stop-plan.ts';
import { lifeOf } from '../core/stop-request.ts';
import { readSuccessor } from '../core/succession.ts';
import { arrayOf } from '../core/task-names.ts';
import type { JobId, World } from '../core/world.ts';
import { readClients } from './read-clients.ts';

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
		spoke: first?.step === 'running',
		clients: clients.filter(({ word, left }) => word !== 'over' && !left),
		successor: readSuccessor(successor ?? ''),
	};
}

/** All clients that have left a trace in this corner. */
export async function clientTargets(world: World, layout: Layout, head: string): Promise<readonly StopTarget[]> {
	const clients = await readClients(world, layout.head(head));
	return clients.map((client) => clientTarget(layout, head, client));
}

/** As one of its array; `alone`: it is meant without the others. */
export function clientTarget(layout: Layout, head: string, client: Client, alone?: 'alone'): StopTarget {
	const { job, task } = client;
	const life = newestLife(client.events);
	const left = life.at(-1)?.step === 'left';
	const word = client.takenOut ? 'over' : left ? 'open' : ownWord({ events: life });
	const first = life[0];
	return {
		...{ job, role: 'client', layout, head, word, left },
		...(task === undefined ? {} : { task }),
		...(alone || task === undefined ? {} : { array: arrayOf(task) }),
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
