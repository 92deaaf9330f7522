// `head submit --wait`: follows a head from the queue until clients can join, by the events its supervisor writes into the
// shared folder; the scheduler is asked rarely, for what only it knows.
import { type HeadEvent, notYetTold, parseEvents } from '../core/events.ts';
import type { Layout } from '../core/layout.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { lastError } from './last-lines.ts';
import { type QueueListener, queueWords } from './queue-words.ts';

export interface HeadProgress extends QueueListener {
	/** One call for each step reached, in order. */
	reached(event: HeadEvent): void;
}

const LOOK_EVERY_MS = 100;
/** Once the head has told of itself. */
const ASK_SLURM_EVERY_MS = 30_000;

export async function awaitHead(world: World, job: JobId, layout: Layout, progress: HeadProgress): Promise<HeadEvent> {
	const head = layout.head(job);
	const queue = await world.queue([job]);
	const endByScheduler = queueWords(world.clock, progress, world.scheduler.title);
	let seen = 0;
	try {
		for (;;) {
			await world.files.list(head.folder);
			const events = parseEvents<HeadEvent>((await world.files.readState(head.events)) ?? '');
			for (const event of notYetTold(events, seen)) {
				if (event.step === 'ended') {
					// That was said by others, who know no more than the scheduler.
					const more = event.reason === 'never began' ? await lastError(world, layout, job) : '';
					throw didNotStart(job, `${event.because ?? event.reason}${more}`);
				}
				progress.reached(event);
				if (event.step === 'joinable') return event;
			}
			seen = events.length;
			if (seen > 0) queue.every(ASK_SLURM_EVERY_MS);
			const end = endByScheduler(queue.known().get(job));
			if (end !== undefined) throw didNotStart(job, `${end}${await lastError(world, layout, job)}`);
			await world.clock.sleep(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}

function didNotStart(job: JobId, why: string): Trouble {
	return new Trouble('failed', `Head ${job} ended before clients could join: ${why}`, {
		hint: `its log says more: rayslurm logs ${job}`,
	});
}
