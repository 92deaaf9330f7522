// The scheduler's word for a command that looks again and again at a changing set of jobs: the first look asks for itself,
// those after it share their answers with everything else of mine that loops on this host. What is known is not forgotten for an
// answer that is older, or that does not speak of all jobs yet.
import type { QueueLook } from '../core/queue.ts';
import type { World } from '../core/world.ts';
import type { AskQueue } from './survey.ts';

/** A shared answer is looked at again no more often than this. */
const LOOK_EVERY_MS = 1_000;

export function sharedQueue(world: World): AskQueue {
	let last: { readonly look: QueueLook; readonly jobs: string; readonly atMs: number } | undefined;
	return async (jobs, saidTheirEnd) => {
		const now = world.clock.monotonicMs();
		const known = last && { states: last.look.states, ageMs: last.look.ageMs + now - last.atMs };
		if (known !== undefined && last?.jobs === jobs.join() && now - last.atMs < LOOK_EVERY_MS) return known;
		const look =
			known === undefined
				? { states: await world.scheduler.states(jobs, saidTheirEnd), ageMs: 0 }
				: withKnown(await world.lookAtQueue(jobs, saidTheirEnd.size > 0), known, jobs);
		last = { look, jobs: jobs.join(), atMs: world.clock.monotonicMs() };
		return look;
	};
}

function withKnown(told: QueueLook, known: QueueLook, jobs: readonly string[]): QueueLook {
	const [newer, older] = told.ageMs <= known.ageMs ? [told, known] : [known, told];
	const states = jobs.flatMap((job) => {
		const state = newer.states.get(job) ?? older.states.get(job);
		return state === undefined ? [] : ([[job, state]] as const);
	});
	return { states: new Map(states), ageMs: newer.ageMs };
}
