// `connect --wait` and `--follow`: until a client has ended, by its own word in the shared folder or, where it could not say
// one, by Slurm's. Output is shown as it comes; the code is the script's.
import { type ClientEvent, newestLife, parseEvents } from '../core/events.ts';
import type { HeadLayout } from '../core/layout.ts';
import { reasonInWords } from '../core/slurm-reasons.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';

export interface ClientProgress {
	reached(event: ClientEvent): void;
	pending(reason: string, expectedStart: string | undefined): void;
	silent(why: string): void;
	/** Shows what was written since the last call; resolves to whether there was anything. */
	show(): Promise<boolean>;
}

const LOOK_EVERY_MS = 200;
/** A client that has told of itself tells of its end as well: Slurm is asked only for ends without a word. */
const ASK_SLURM_EVERY_MS = 60_000;
/** How long a dead job's last words may take to come through the shared file system. */
const LATE_WORDS_MS = 5_000;

export async function awaitClient(
	world: World,
	job: JobId,
	head: HeadLayout,
	progress: ClientProgress,
): Promise<number> {
	const queue = await world.queue([job]);
	let told = 0;
	let said = '';
	let endedAt: number | undefined;
	try {
		for (;;) {
			await world.files.list(head.clients);
			const events = newestLife(parseEvents<ClientEvent>((await world.files.readText(head.clientEvents(job))) ?? ''));
			for (const event of events.slice(told)) progress.reached(event);
			told = Math.max(told, events.length);
			if (told > 0) queue.every(ASK_SLURM_EVERY_MS);
			await progress.show();
			const last = events.at(-1);
			if (last?.step === 'ended') {
				await showTheRest(world, progress);
				return last.code;
			}
			const state = queue.known().get(job);
			const now = `${state?.kind} ${state?.kind === 'pending' ? state.reason : ''}`;
			if (now !== said && state?.kind === 'pending') progress.pending(reasonInWords(state.reason), state.expectedStart);
			if (now !== said && state?.kind === 'unknown') progress.silent(state.why);
			said = now;
			if (state?.kind === 'ended' || state?.kind === 'gone') {
				endedAt ??= world.clock.monotonicMs();
				if (world.clock.monotonicMs() - endedAt > LATE_WORDS_MS) {
					await showTheRest(world, progress);
					throw new Trouble(
						'failed',
						`Client ${job} was ended by Slurm: ${state.kind === 'ended' ? state.how : 'it no longer knows the job'}`,
						{
							hint: 'its log may say more',
						},
					);
				}
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
