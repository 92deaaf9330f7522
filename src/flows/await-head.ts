// `head submit --wait`: follows a head from the queue until clients can join, by the events its supervisor writes into the
// shared folder; Slurm is asked rarely, for what only it knows.
import { type HeadEvent, newestLife, parseEvents } from '../core/events.ts';
import type { HeadLayout } from '../core/layout.ts';
import { reasonInWords } from '../core/slurm-reasons.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';

export interface HeadProgress {
	/** One call for each step reached, in order. */
	reached(event: HeadEvent): void;
	pending(reason: string, expectedStart: string | undefined): void;
	/** Slurm does not answer; told once for each time it stops. */
	silent(why: string): void;
}

const LOOK_EVERY_MS = 100;
/** Once the head has told of itself. */
const ASK_SLURM_EVERY_MS = 30_000;
const LATE_WORDS_MS = 5_000;

export async function awaitHead(
	world: World,
	job: JobId,
	head: HeadLayout,
	/** Where its log is, as a person would type it. */
	errors: string,
	progress: HeadProgress,
): Promise<HeadEvent> {
	let told = 0;
	const queue = await world.queue([job]);
	let lastSaid = '';
	let endedAt: number | undefined;
	for (;;) {
		await world.files.list(head.folder);
		const events = newestLife(parseEvents<HeadEvent>((await world.files.readText(head.events)) ?? ''));
		for (const event of events.slice(told)) {
			if (event.step === 'ended') throw didNotStart(job, errors, event.because ?? event.reason);
			progress.reached(event);
			if (event.step === 'joinable') return event;
		}
		told = Math.max(told, events.length);
		if (told > 0) queue.every(ASK_SLURM_EVERY_MS);
		const state = queue.known().get(job);
		if (state?.kind === 'pending') {
			const said = `${state.reason} ${state.expectedStart ?? ''}`;
			if (said !== lastSaid) progress.pending(reasonInWords(state.reason), state.expectedStart);
			lastSaid = said;
		} else if (state?.kind === 'unknown') {
			if (lastSaid !== 'unknown') progress.silent(state.why);
			lastSaid = 'unknown';
		} else if (state?.kind === 'ended' || state?.kind === 'gone') {
			// The job's last words may reach the shared folder after Slurm's.
			endedAt ??= world.clock.monotonicMs();
			if (world.clock.monotonicMs() - endedAt > LATE_WORDS_MS) {
				const slurms = state.kind === 'ended' ? `Slurm says ${state.how}` : 'Slurm no longer knows it';
				throw didNotStart(job, errors, `${slurms}${await lastError(world, errors)}`);
			}
		}
		await world.clock.sleep(LOOK_EVERY_MS);
	}
}

/** What the job's script said last, where its supervisor had not begun to speak. */
async function lastError(world: World, errors: string): Promise<string> {
	const lines = ((await world.files.readText(errors)) ?? '').split('\n');
	const line = lines.findLast((each) => each.startsWith('ERROR: '));
	return line === undefined ? '' : `; ${line.slice('ERROR: '.length)}`;
}

function didNotStart(job: JobId, errors: string, why: string): Trouble {
	return new Trouble('failed', `Head ${job} ended before clients could join: ${why}`, {
		hint: `its log says more: cat ${errors}`,
	});
}
