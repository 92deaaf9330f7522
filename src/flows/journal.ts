// Appends what happens to the job's events, for whoever waits. A full disk must not end a head that runs.
import type { ClientEvent, HeadEvent } from '../core/events.ts';
import type { World } from '../core/world.ts';

export type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

export type Journal<Event extends HeadEvent | ClientEvent> = (event: WithoutTime<Event>) => Promise<void>;

export function journal<Event extends HeadEvent | ClientEvent>(world: World, path: string): Journal<Event> {
	return async (event) => {
		try {
			await world.files.appendLine(path, JSON.stringify({ at: world.clock.now().toISOString(), ...event }));
		} catch (error) {
			world.log.warn(`${path} could not be written: ${(error as Error).message}`);
		}
	};
}
