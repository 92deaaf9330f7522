// What a person sees of a head that starts, until clients can join it.
import type { HeadEvent } from '../core/events.ts';
import type { Layout } from '../core/layout.ts';
import type { JobId, World } from '../core/world.ts';
import { awaitHead } from '../flows/await-head.ts';
import { queueNotes, say, steps } from './progress.ts';
import type { Shell } from './shell.ts';

/** undefined: the person has detached. */
export async function followHead(
	shell: Shell,
	world: World,
	job: JobId,
	layout: Layout,
	began: number,
	/** How to get to the dashboard there, in a line. */
	dashboard: (address: string, node: string) => string,
): Promise<HeadEvent | undefined> {
	const step = steps(shell, () => world.clock.monotonicMs() - began);
	step.done(`submitted as job ${job}`);
	let node = '';
	const waiting = awaitHead(world, job, layout, {
		...queueNotes(shell, world, 'head'),
		reached: (event) => {
			if (event.step === 'running') {
				node = event.node;
				step.done(`running on ${node}`);
			} else if (event.step === 'ray-answers') step.done(`Ray ${event.ray} answers at ${event.address}`);
			else if (event.step === 'joinable') {
				step.done('info written: joinable');
				if (event.dashboard !== undefined) say(shell, dashboard(event.dashboard, node));
			}
		},
	});
	return Promise.race([
		waiting,
		shell.interrupted().then(() => {
			say(shell, `\nThe head goes on. End it with: rayslurm stop ${job}`);
			return undefined;
		}),
	]);
}
