// `connect --wait` and `--follow`: until a client has ended, by its own word in the shared folder or, where it could not say
// one, by Slurm's. Output is shown as it comes; the code is the script's.
import { type ClientEvent, notYetTold, parseEvents } from '../core/events.ts';
import type { Layout } from '../core/layout.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { type QueueListener, queueWords } from './queue-words.ts';

export interface ClientProgress extends QueueListener {
	reached(event: ClientEvent): void;
	/** Shows what was written since the last call; resolves to whether there was anything. */
	show(): Promise<boolean>;
}

const LOOK_EVERY_MS = 200;
/** A client that has told of itself tells of its end as well: Slurm is asked only for ends without a word. */
const ASK_SLURM_EVERY_MS = 60_000;

export async function awaitClient(
	world: World,
	job: JobId,
	layout: Layout,
	headFolder: string,
	progress: ClientProgress,
): Promise<number> {
	const queue = await world.queue([job]);
	const endBySlurm = queueWords(world.clock, progress, world.scheduler.title);
	let head = layout.head(headFolder);
	let seen = 0;
	try {
		for (;;) {
			await world.files.list(head.clients);
			const events = parseEvents<ClientEvent>((await world.files.readState(head.clientEvents(job))) ?? '');
			for (const event of notYetTold(events, seen)) progress.reached(event);
			seen = events.length;
			if (seen > 0) queue.every(ASK_SLURM_EVERY_MS);
			await progress.show();
			const last = events.at(-1);
			if (last?.step === 'moved' && /^[1-9]\d{0,9}$/.test(last.head)) {
				head = layout.head(last.head);
				seen = 0;
			}
			if (last?.step === 'ended') {
				await showTheRest(world, progress);
				return last.code;
			}
			const end = endBySlurm(queue.known().get(job));
			if (end !== undefined) {
				await showTheRest(world, progress);
				throw new Trouble('failed', `Client ${job} ended without a word: ${end}`, { hint: 'its log may say more' });
			}
			await world.clock.sleep(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}

async function showTheRest(world: World, progress: ClientProgress): Promise<void> {
	do await world.clock.sleep(LOOK_EVERY_MS);
	while (await progress.show());
}
