// `wait --for end`: until a job is over, also one that moves on from head to head; of an array all its tasks.
import type { ClientView } from '../core/client-view.ts';
import { inOrder } from '../core/clients.ts';
import type { HeadView } from '../core/cluster-view.ts';
import { countsInWords, isOpen } from '../core/status-lines.ts';
import { isMeant, type Named, nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import type { HeadPlace } from './head-traces.ts';
import { deadlineIn } from './last-look.ts';
import { sharedQueue } from './shared-queue.ts';
import { survey } from './survey.ts';

export interface AwaitedJob {
	readonly kind: 'head' | 'client' | 'array';
	readonly name: string;
	/** Heads that it, or a task of it, is or was with. */
	readonly places: readonly HeadPlace[];
}

export interface End {
	readonly because: string;
	/** As far as it is known; of an array the highest. */
	readonly code: number;
	readonly tasks?: readonly { readonly task: string; readonly because: string; readonly code: number }[];
}

const LOOK_EVERY_MS = 250;

export async function awaitEnd(world: World, job: AwaitedJob, timeoutMs: number | undefined): Promise<End> {
	const deadline = deadlineIn(world, timeoutMs);
	const queue = deadline.bounded(sharedQueue(world));
	const places = new Map(job.places.map((place) => [place.job, place]));
	for (;;) {
		const { heads } = await survey(world, [...places.values()], queue);
		const views = viewsOf(job, heads);
		for (const { goesOnWith: next } of views)
			for (const { layout } of job.places) if (next !== undefined) places.set(next, { job: next, layout });
		const open = views.filter((view) => isOpen(view) || view.goesOnWith !== undefined);
		if (views.length > 0 && open.length === 0) return endOf(job, views);
		if (deadline.isOver()) throw late(world, job, open);
		await world.clock.sleep(LOOK_EVERY_MS);
	}
}

type View = Named &
	Pick<ClientView, 'because' | 'exitCode' | 'goesOnWith'> & { readonly state: HeadView['state'] | ClientView['state'] };

/** Of each task the word of the head that it is with. */
function viewsOf({ kind, name }: AwaitedJob, heads: readonly HeadView[]): readonly View[] {
	if (kind === 'head') return heads;
	const views = new Map<string, View>();
	for (const view of heads.flatMap(({ clients }) => clients).filter((client) => isMeant(client, name))) {
		const before = views.get(nameOf(view));
		if (before === undefined || before.goesOnWith !== undefined) views.set(nameOf(view), view);
	}
	return [...views.values()].toSorted(inOrder);
}

function endOf({ kind }: AwaitedJob, views: readonly View[]): End {
	const ends = views.map((view) => ({
		task: nameOf(view),
		because: view.because ?? 'it ended without a word',
		code: view.exitCode ?? 1,
	}));
	const worst = ends.reduce((one, other) => (other.code > one.code ? other : one));
	const { because, code } = worst;
	if (kind !== 'array') return { because, code };
	const failed = ends.filter((each) => each.code !== 0).length;
	const words =
		failed === 0 ? `all ${ends.length} tasks` : `${failed} of ${ends.length} tasks failed; ${worst.task}: ${because}`;
	return { because: words, code, tasks: ends };
}

function late({ scheduler }: World, { kind, name }: AwaitedJob, open: readonly View[]): Trouble {
	const first: View = open[0] ?? { job: name, state: 'unknown' };
	const because = first.because === undefined ? '' : `: ${first.because}`;
	const one = because.startsWith(': not known: ')
		? `${scheduler.title} does not answer${first.state === 'unknown' ? '' : `; it was ${first.state} when it wrote last`}`
		: `it is ${first.state}${because}`;
	const how = kind === 'array' ? countsInWords(open) : one;
	return new Trouble('deadline', `Job ${name} has not ended: ${how}`, {
		hint: `rayslurm logs -f ${nameOf(first)} shows what it does; rayslurm stop ${name} ends it`,
	});
}
