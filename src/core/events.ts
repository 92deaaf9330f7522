// What happened to a head or a client, as its supervisor tells the world: one JSON line each, in the shared state folder.
// Written by the job's supervisor; of a head that never began, by whoever took it out of the queue. Read by whoever waits. A head's
// reason is of a closed list, a client's is in words.
import type { EndReason } from './end-reasons.ts';

export type HeadEvent =
	| {
			readonly at: string;
			readonly step: 'running';
			readonly node: string;
			readonly incarnation: string;
			readonly environment: string;
	  }
	| {
			readonly at: string;
			readonly step: 'ray-answers';
			readonly address: string;
			readonly ray: string;
			readonly python: string;
	  }
	| { readonly at: string; readonly step: 'joinable'; readonly dashboard?: string }
	| { readonly at: string; readonly step: 'ready' }
	| { readonly at: string; readonly step: 'degraded'; readonly missing: readonly string[] }
	/** Written before its clients are told, so that each can see who told it, and why. */
	| {
			readonly at: string;
			readonly step: 'ending';
			readonly reason: EndReason;
			readonly because: string;
			/** It waits for no client. */
			readonly atOnce?: true;
	  }
	/** The scheduler has taken the order to signal so many of them. */
	| { readonly at: string; readonly step: 'told'; readonly clients: number }
	| {
			readonly at: string;
			readonly step: 'ended';
			readonly reason: EndReason;
			/** What was seen, in words. */
			readonly because?: string;
			/** Of one that never began, as far as it is known. */
			readonly code?: number;
	  };

export type ClientEvent =
	/** task: of an array, by the name people know it by. restarts: how often it was put back into the queue. */
	| {
			readonly at: string;
			readonly step: 'running';
			readonly node: string;
			readonly task?: string | undefined;
			readonly restarts?: number;
	  }
	| { readonly at: string; readonly step: 'joined'; readonly nodeId: string }
	| { readonly at: string; readonly step: 'script'; readonly pid: number }
	| { readonly at: string; readonly step: 'told'; readonly signal: string; readonly because: string }
	/** It has left a head that ends, and looks for the one that follows. */
	| { readonly at: string; readonly step: 'left'; readonly reason: string }
	/** Its next life is told among the clients of this head. */
	| { readonly at: string; readonly step: 'moved'; readonly head: string }
	| { readonly at: string; readonly step: 'ended'; readonly reason: string; readonly code: number };

/** Whole lines only: a line still being written, or one we cannot read, is not there yet. */
export function parseEvents<Event extends HeadEvent | ClientEvent>(text: string): readonly Event[] {
	const events: Event[] = [];
	for (const line of text.split('\n').slice(0, -1)) {
		try {
			const event = JSON.parse(line) as Event;
			if (typeof event.at === 'string' && typeof event.step === 'string') events.push(event);
		} catch {
			// Not ours to judge: the rest still counts.
		}
	}
	return events;
}

/** What a reader who has seen the first `seen` events of the file has not been told of the job's newest life. */
export function notYetTold<Event extends HeadEvent | ClientEvent>(
	events: readonly Event[],
	seen: number,
): readonly Event[] {
	return events.slice(Math.max(seen, events.length - newestLife(events).length));
}

/** Those of the job's newest life: a requeued job appends to the same file. */
export function newestLife<Event extends HeadEvent | ClientEvent>(events: readonly Event[]): readonly Event[] {
	const begin = events.findLastIndex((event) => event.step === 'running');
	return begin < 0 ? events : events.slice(begin);
}

/** Of an array of clients: by which name people know this one. */
export function taskOf(events: readonly ClientEvent[]): string | undefined {
	const begun = events.findLast((event) => event.step === 'running');
	return begun?.step === 'running' ? begun.task : undefined;
}
