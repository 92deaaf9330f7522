// Tells running jobs to stop: a request for each, and a signal so that they hear of it at once. What could not be told is not
// left behind as a request.
import { bashWords } from '../core/quote.ts';
import type { StopTarget } from '../core/stop-plan.ts';
import { renderStopRequest } from '../core/stop-request.ts';
import { nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';

export interface StopOrder {
	readonly atOnce: boolean;
	/** What was typed. */
	readonly because: string;
	readonly successor?: JobId | undefined;
}

export async function tellToStop(world: World, targets: readonly StopTarget[], order: StopOrder): Promise<void> {
	if (targets.length === 0) return;
	const { atOnce, because, successor } = order;
	const at = world.clock.now().toISOString();
	const layouts = new Map(targets.map(({ layout }) => [layout.outputDir, layout]));
	for (const { state, stops } of layouts.values()) {
		if (!(await world.files.isPrivate(state))) throw notPrivate(state);
		await world.files.makeFolder(stops);
	}
	const writing = targets.map(async (target) => {
		const { life } = target;
		await world.files.write(requestOf(target), renderStopRequest({ at, life, atOnce, because, successor }));
		return target;
	});
	const outcomes = await Promise.allSettled(writing);
	try {
		for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
		// Who has not said a word yet hears when its environment has been set up, which may take long.
		const deaf = targets.filter(({ spoke }) => atOnce && !spoke);
		const hearing = targets.filter((target) => !deaf.includes(target));
		if (hearing.length > 0) await world.scheduler.signal(hearing.map(nameOf), 'USR1');
		if (deaf.length > 0) await world.scheduler.cancel(deaf.map(nameOf));
	} catch (error) {
		const written = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
		await withdraw(world, written);
		throw error;
	}
}

/** Where a job has its state there is one already; one that is made now would be somebody else's idea. */
function notPrivate(state: string): Trouble {
	return new Trouble('failed', `${state} is not there, or not private to you: nobody was told to stop`, {
		hint: `look who it belongs to, with: ls -ld ${bashWords([state])}`,
	});
}

export async function withdraw(world: World, targets: readonly StopTarget[]): Promise<void> {
	await Promise.all(targets.map((target) => world.files.remove(requestOf(target)).catch(() => {})));
}

function requestOf(target: StopTarget): string {
	return target.layout.stopRequest(nameOf(target));
}
