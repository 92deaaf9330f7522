// `connect --wait` and `--follow`: until a client has ended, by its own word in the shared folder or, where it could not say
// one, by Slurm's. Output is shown as it comes; the code is the script's. One that was sent SIGTERM may have been put back
// into the queue: then it is awaited again.
import { type ClientEvent, notYetTold, parseEvents } from '../core/events.ts';
import type { Layout } from '../core/layout.ts';
import { mayComeBack } from '../core/order-to-end.ts';
import { isJobId } from '../core/target.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, KnownState, World } from '../core/world.ts';
import { showTheRest } from './follow-job.ts';
import { lastError } from './last-lines.ts';
import { type QueueListener, queueWords } from './queue-words.ts';

export interface ClientProgress extends QueueListener {
	reached(event: ClientEvent): void;
	/** Slurm has put it back into its queue. */
	requeued(): void;
	/** Shows what was written since the last call; resolves to whether there was anything. */
	show(): Promise<boolean>;
}

const LOOK_EVERY_MS = 200;
/** A client that has told of itself tells of its end as well: Slurm is asked only for ends without a word. */
const ASK_SLURM_EVERY_MS = 60_000;
const ASK_WHILE_ENDING_MS = 1_000;
const ASK_WHILE_PENDING_MS = 15_000;
/** So long Slurm may take to say what becomes of a job that was sent SIGTERM: its KillWait and its epilog are in it. */
const UNDECIDED_MS = 60_000;

/** It has said its end, and may yet come back. */
interface Terminated {
	readonly code: number;
	readonly atMs: number;
	requeued?: true;
}

export async function awaitClient(
	world: World,
	job: JobId,
	layout: Layout,
	headFolder: string,
	progress: ClientProgress,
): Promise<number> {
	let queue = await world.queue([job]);
	const endBySlurm = queueWords(world.clock, progress, world.scheduler.title);
	const seen = new Map<string, number>();
	let folder = headFolder;
	let terminated: Terminated | undefined;
	try {
		for (;;) {
			const head = layout.head(folder);
			await world.files.list(head.clients);
			const events = parseEvents<ClientEvent>((await world.files.readState(head.clientEvents(job))) ?? '');
			const told = notYetTold(events, seen.get(folder) ?? 0);
			for (const event of told) progress.reached(event);
			seen.set(folder, events.length);
			await progress.show();
			const last = told.at(-1);
			if (last !== undefined) {
				terminated = undefined;
				queue.every(ASK_SLURM_EVERY_MS);
			}
			if (last?.step === 'moved' && isJobId(last.head)) folder = last.head;
			if (last?.step === 'ended') {
				if (!mayComeBack(last)) return await afterTheRest(world, progress, last.code);
				terminated = { code: last.code, atMs: world.clock.monotonicMs() };
				queue.stop(); // What it knows is older than this end.
				queue = await world.queue([job]);
				queue.every(ASK_WHILE_ENDING_MS);
			}
			const state = queue.known().get(job);
			if (terminated && !terminated.requeued && state?.kind === 'pending') {
				terminated.requeued = true;
				progress.requeued();
				queue.every(ASK_WHILE_PENDING_MS);
				folder = headFolder; // Its next life begins where the first did.
			}
			if (terminated?.requeued && state?.kind === 'running') terminated = undefined;
			const end = endBySlurm(state);
			if (terminated && isOver(terminated, state, world.clock.monotonicMs()))
				return await afterTheRest(world, progress, terminated.code);
			if (!terminated && end !== undefined) {
				await showTheRest(world, progress);
				// A script's own words are no reason for its end.
				const why = events.length === 0 ? await lastError(world, layout, job) : '';
				throw new Trouble('failed', `Client ${job} ended${why === '' ? ' without a word' : ''}: ${end}${why}`, {
					hint: `its log may say more: rayslurm logs --err ${job}`,
				});
			}
			await world.clock.sleep(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}

function isOver({ atMs, requeued }: Terminated, state: KnownState | undefined, nowMs: number): boolean {
	if (state?.kind === 'ended' || state?.kind === 'gone') return true;
	return !requeued && nowMs - atMs > UNDECIDED_MS;
}

async function afterTheRest(world: World, progress: ClientProgress, code: number): Promise<number> {
	await showTheRest(world, progress);
	return code;
}
