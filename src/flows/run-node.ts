// One of the other nodes of a job with several: joins, serves until it is told to end or its batch node is gone, leaves.
import type { FrozenNode } from '../core/node-words.ts';
import { readRayOptions } from '../core/ray-options.ts';
import type { World } from '../core/world.ts';
import { DRAIN_SECONDS, joinCluster, leaveCluster } from './join-cluster.ts';
import { makePlace } from './start-node.ts';

export interface NodeJob {
	readonly address: string;
	readonly tokenPath: string | undefined;
	readonly node: FrozenNode;
	readonly rayWords: readonly string[];
}

const TICK_MS = 1_000;

export async function runNode(world: World, asked: NodeJob): Promise<number> {
	const wishes = { ...asked.node, ray: readRayOptions(asked.rayWords, 'client') };
	const { address, tokenPath } = asked;
	const place = await makePlace(world, 'client', wishes, address.slice(0, address.lastIndexOf(':')));
	try {
		const joined = await joinCluster(
			world,
			place,
			{ address, tokenPath, store: await world.ray.controlStore(address, tokenPath) },
			wishes,
		);
		if (joined.kind === 'heard') return 0;
		world.log.say(`Joined ${address} as node ${joined.nodeId}`);
		await place.nest.link(`/tmp/ray_client_${place.job.jobId}`, `${place.nest.folder}/ray`);
		for (;;) {
			const told = world.ear.take().some((word) => word !== 'USR1' && word !== 'USR2');
			if (told || joined.ray.end()) {
				await leaveCluster(world, joined.ray, DRAIN_SECONDS * 1_000);
				return told ? 0 : 1;
			}
			await world.ear.wait(TICK_MS);
		}
	} finally {
		await place.close();
	}
}
