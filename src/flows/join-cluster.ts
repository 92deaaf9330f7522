// Joins a running cluster with this node: Ray is started here, and counts as joined when the control store says that it is
// alive, which is before `ray start` returns.
import type { ControlStore } from '../core/control-store.ts';
import { joinStartWords } from '../core/ray-start.ts';
import type { EarWord, Running, World } from '../core/world.ts';
import { type NodePlace, type NodeWishes, startRay } from './start-node.ts';
import { untilUp } from './until-up.ts';

export interface Cluster {
	readonly address: string;
	readonly tokenPath: string | undefined;
	readonly store: ControlStore;
}

export type Joined =
	| { readonly kind: 'joined'; readonly nodeId: string; readonly ray: Running }
	| { readonly kind: 'heard'; readonly words: readonly EarWord[] };

/** A leaving node finishes its tasks for this long; others' tasks go elsewhere. */
export const DRAIN_SECONDS = 30;

export async function joinCluster(
	world: World,
	place: NodePlace,
	cluster: Cluster,
	wishes: NodeWishes,
): Promise<Joined> {
	const { running, outputFile } = await startRay(
		world,
		place,
		wishes,
		{
			labels: { 'rayslurm/job': place.job.jobId },
			tokenPath: cluster.tokenPath,
			drainSeconds: DRAIN_SECONDS,
		},
		(start) => joinStartWords(start, cluster.address),
	);
	const ray = { running, outputFile, folder: `${place.nest.folder}/ray` };
	const came = await untilUp(world, ray, 'Failed to connect to Ray cluster', async () => {
		const answer = await cluster.store.nodes(1_000);
		if (answer.kind !== 'answered') return undefined;
		return answer.value.find(
			(node) => node.alive && node.address === place.address && node.nodeManagerPort === place.plan.nodeManager,
		);
	});
	return came.kind === 'up' ? { kind: 'joined', nodeId: came.value.nodeId, ray: running } : came;
}

/** SIGTERM to `ray start` alone makes Ray drain its node; then whatever is left is ended. */
export async function leaveCluster(world: World, ray: Running | undefined, limitMs: number): Promise<void> {
	if (ray === undefined || ray.end()) return;
	ray.signal('TERM');
	const deadline = world.clock.monotonicMs() + limitMs;
	while (!ray.end() && world.clock.monotonicMs() < deadline) {
		// Whoever is told once more is in a hurry.
		if (world.ear.take().some((word) => word !== 'USR1' && word !== 'USR2')) return;
		await world.ear.wait(250);
	}
}
