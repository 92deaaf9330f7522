// The idle window inside the head's supervisor: outside it nobody is asked anything; inside, one look every half minute.
// The rule is core/idle.ts.
import type { ControlStore } from '../core/control-store.ts';
import { type ClusterUse, type IdleState, stepIdle } from '../core/idle.ts';
import { type IdleWindows, windowNow } from '../core/idle-window.ts';
import type { HeadLayout } from '../core/layout.ts';
import type { World } from '../core/world.ts';
import { census } from './census.ts';

export interface IdleWish {
	readonly windows: IdleWindows;
	readonly afterMs: number;
	/** Of the wall clock that the windows are told in. */
	readonly zone: string;
}

export interface IdleWatch {
	/** Why the head is to end, when it is. Cheap to call at every tick. */
	look(): Promise<string | undefined>;
}

const LOOK_EVERY_MS = 30_000;
const LOOK_AT_MOST_EVERY_MS = 1_000;
const ANSWER_MS = 5_000;

export function watchIdle(world: World, head: HeadLayout, store: ControlStore, wish: IdleWish): IdleWatch {
	const everyMs = Math.min(LOOK_EVERY_MS, Math.max(LOOK_AT_MOST_EVERY_MS, wish.afterMs / 4));
	let state: IdleState = {};
	let lookedAt = Number.NEGATIVE_INFINITY;
	let said = '';
	return {
		async look() {
			const nowMs = world.clock.monotonicMs();
			if (wish.windows.kind === 'off' || nowMs - lookedAt < everyMs) return undefined;
			lookedAt = nowMs;
			const window = windowNow(wish.windows, world.clock.now(), wish.zone);
			const seen = window.open ? await useOf(world, head, store) : { use: undefined, silent: 'outside the window' };
			const step = stepIdle(state, { window, nowMs, ...seen }, wish.afterMs);
			state = step.state;
			if (step.because !== said && (window.open || said !== '')) world.log.say(`Idle window: ${step.because}`);
			said = step.because;
			return step.end ? step.because : undefined;
		},
	};
}

async function useOf(
	world: World,
	head: HeadLayout,
	store: ControlStore,
): Promise<{ use: ClusterUse | undefined; silent: string }> {
	const [state, jobs, actors, clients] = await Promise.all([
		store.state(ANSWER_MS),
		store.jobs(ANSWER_MS),
		store.actors(ANSWER_MS),
		census(world, head),
	]);
	if (state.kind !== 'answered' || jobs.kind !== 'answered' || actors.kind !== 'answered') {
		return { use: undefined, silent: 'the control store did not answer' };
	}
	const nodes = state.value.nodes.filter(({ status }) => status !== 'dead');
	return {
		silent: '',
		use: {
			connected: clients.connected.length,
			coming: clients.coming.length,
			nodes: nodes.length,
			idleMs: nodes.length === 0 ? 0 : Math.min(...nodes.map(({ idleMs }) => idleMs)),
			drivers: jobs.value.filter((job) => !job.isDead && !job.isOwn).length,
			detachedActors: actors.value.filter((actor) => !actor.isOwn).length,
			pending: state.value.pending.reduce((sum, { count }) => sum + count, 0) + state.value.pendingGroups.length,
		},
	};
}
