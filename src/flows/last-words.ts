// What jobs that end say last. A task of an array that had not begun when it was told to end may begin all the same: then it is
// found by the first that it says.
import { type ClientEvent, type HeadEvent, parseEvents, taskOf } from '../core/events.ts';
import { clientJobs, type HeadLayout } from '../core/layout.ts';
import type { StopTarget } from '../core/stop-plan.ts';
import { isJobId } from '../core/target.ts';
import { nameOf } from '../core/task-names.ts';
import type { JobId, World } from '../core/world.ts';
import { eventsOf } from './stop-targets.ts';

export class LastWords {
	readonly #world: World;
	/** Job ids of tasks, by their names. */
	readonly #begun = new Map<string, JobId>();
	readonly #read = new Set<string>();

	constructor(world: World) {
		this.#world = world;
	}

	/** One look for all of them. */
	async look(targets: readonly StopTarget[]): Promise<void> {
		const corners = new Map(
			targets.map(({ layout, head }) => {
				const corner = layout.head(head);
				return [corner.folder, corner];
			}),
		);
		for (const corner of corners.values()) {
			await this.#world.files.list(corner.folder);
			const names = await this.#world.files.list(corner.clients);
			if (targets.some(({ job }) => !isJobId(job))) await this.#findTasks(corner, names);
		}
	}

	async of({ layout, head, role, ...named }: StopTarget): Promise<HeadEvent | ClientEvent | undefined> {
		const corner = layout.head(head);
		if (role === 'head') return (await eventsOf<HeadEvent>(this.#world, corner.events)).at(-1);
		const job = this.#begun.get(nameOf(named)) ?? named.job;
		if (!isJobId(job)) return undefined;
		return (await eventsOf<ClientEvent>(this.#world, corner.clientEvents(job))).at(-1);
	}

	async #findTasks(corner: HeadLayout, names: readonly string[]): Promise<void> {
		const there = new Set(names.map((name) => `${corner.clients}/${name}`));
		await Promise.all(
			clientJobs(names).map(async (job) => {
				const path = corner.clientEvents(job);
				if (!there.has(path) || this.#read.has(path)) return;
				const events = parseEvents<ClientEvent>((await this.#world.files.readState(path)) ?? '');
				const task = taskOf(events);
				if (task !== undefined) this.#begun.set(task, job);
				if (events.length > 0) this.#read.add(path);
			}),
		);
	}
}
