// The idle window inside the head's supervisor: outside it nobody is asked anything; inside, one look every half minute.
// The rule is core/idle.ts.
import type { ControlStore } from '../core/control-store.ts';
import { type ClusterUse, type IdleState, type IdleStep, stepIdle } from '../core/idle.ts';
import { type IdleWindows, type WindowNow, windowNow } from '../core/idle-window.ts';
import type { HeadLayout } from '../core/layout.ts';
import type { World } from '../core/world.ts';
import type { ClientWatch } from './census.ts';

export interface IdleWish {
	readonly windows: IdleWindows;
	readonly afterMs: number;
	/** Of the wall clock that the windows are told in. */
	readonly zone: string;
}

export interface IdleWatch {
	/** Why the head is to end, when the last look has shown that. Cheap to call at every tick. */
	look(): string | undefined;
}

const LOOK_EVERY_MS = 30_000;
const LOOK_AT_MOST_EVERY_MS = 1_000;
const ANSWER_MS = 5_000;

export function watchIdle(
	world: World,
	head: HeadLayout,
	clients: ClientWatch,
	store: ControlStore,
	wish: IdleWish,
): IdleWatch {
	const everyMs = Math.min(LOOK_EVERY_MS, Math.max(LOOK_AT_MOST_EVERY_MS, wish.afterMs / 4));
	let state: IdleState = {};
	let lookedAt = Number.NEGATIVE_INFINITY;
	let said = '';
	const decide = decisions(world, head);
	let end: string | undefined;
	let looking = false;

	const lookNow = async (nowMs: number) => {
		const now = world.clock.now();
		const window = windowNow(wish.windows, now, wish.zone);
		const seen = window.open ? await useOf(clients, store) : { use: undefined, silent: 'outside the window' };
		const wallClock = { now, zone: wish.zone };
		const step = stepIdle(state, { window, nowMs, wallClock, ...seen }, wish.afterMs);
		state = step.state;
		if (window.open || said !== step.because) await decide(now, window, seen.use, step);
		if (step.because !== said && (window.open || said !== '')) world.log.say(`Idle window: ${step.because}`);
		said = step.because;
		if (step.end) end = step.because;
	};

	return {
		look() {
			const nowMs = world.clock.monotonicMs();
			if (wish.windows.kind === 'off' || looking || nowMs - lookedAt < everyMs) return end;
			lookedAt = nowMs;
			looking = true;
			// Somebody may take long to answer, and the head must hear what it is told meanwhile.
			void lookNow(nowMs)
				.catch((error: Error) => world.log.warn(`Idle window: ${error.message}`))
				.finally(() => {
					looking = false;
				});
			return end;
		},
	};
}

/** What was seen and what followed, for `status` and for whoever asks later why a head stayed, or went. */
function decisions(world: World, head: HeadLayout) {
	let warned = false;
	return async (now: Date, window: WindowNow, use: ClusterUse | undefined, step: IdleStep) => {
		const { end, because, leftMs } = step;
		const decision = {
			at: now.toISOString(),
			do: end ? 'end' : 'stay',
			because,
			...(leftMs === undefined ? {} : { endsAt: new Date(now.getTime() + leftMs).toISOString() }),
			window: window.open ? 'open' : 'closed',
			...(window.changes === undefined ? {} : { windowChanges: window.changes.toISOString() }),
			...(use === undefined ? {} : { seen: use }),
		};
		await world.files.appendLine(head.decisions, JSON.stringify(decision)).catch((error: Error) => {
			if (!warned) world.log.warn(`${head.decisions} could not be written: ${error.message}`);
			warned = true;
		});
	};
}

async function useOf(
	clients: ClientWatch,
	store: ControlStore,
): Promise<{ use: ClusterUse | undefined; silent: string }> {
	const [state, jobs, actors, { connected, coming }] = await Promise.all([
		store.state(ANSWER_MS),
		store.jobs(ANSWER_MS),
		store.actors(ANSWER_MS),
		clients.ask(false),
	]);
	if (state.kind !== 'answered' || jobs.kind !== 'answered' || actors.kind !== 'answered') {
		return { use: undefined, silent: 'the control store did not answer' };
	}
	const nodes = state.value.nodes.filter(({ status }) => status !== 'dead');
	return {
		silent: '',
		use: {
			connected: connected.length,
			coming: coming.length,
			nodes: nodes.length,
			idleMs: nodes.length === 0 ? 0 : Math.min(...nodes.map(({ idleMs }) => idleMs)),
			drivers: jobs.value.filter((job) => !job.isDead && !job.isOwn).length,
			detachedActors: actors.value.filter((actor) => !actor.isOwn).length,
			pending: state.value.pending.reduce((sum, { count }) => sum + count, 0) + state.value.pendingGroups.length,
		},
	};
}
