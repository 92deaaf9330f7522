// One of the other nodes of a job with several: joins, serves until it is told to end or its batch node is gone, leaves.
import type { Layout } from '../core/layout.ts';
import type { FrozenNode } from '../core/node-words.ts';
import { readRayOptions } from '../core/ray-options.ts';
import type { World } from '../core/world.ts';
import { DRAIN_SECONDS, joinCluster, leaveCluster } from './join-cluster.ts';
import { keepRayLogs, keepRayLogsIfKilled } from './keep-ray-logs.ts';
import { makePlace } from './start-node.ts';

export interface NodeJob {
	readonly layout: Layout;
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
	keepRayLogsIfKilled(world, place, asked);
	let looked = false;
	const keep = async (badly: boolean) => {
		if (!looked) await keepRayLogs(world, place, asked, badly);
		looked = true;
	};
	try {
		const joined = await joinCluster(
			world,
			place,
			{ address, tokenPath, store: await world.ray.controlStore(address, tokenPath) },
			wishes,
		);
		if (joined.kind === 'heard') {
			await keep(joined.words.includes('KEEP'));
			return 0;
		}
		world.log.say(`Joined ${address} as node ${joined.nodeId}`);
		await place.nest.link(`/tmp/ray_client_${place.job.jobId}`, `${place.nest.folder}/ray`);
		let endsBadly = false;
		for (;;) {
			const words = world.ear.take();
			endsBadly ||= words.includes('KEEP');
			const told = words.some((word) => !['USR1', 'USR2', 'KEEP'].includes(word));
			if (told || joined.ray.end()) {
				// Whoever is told nothing has lost its Ray, or its batch node. Before it leaves, because the batch node of a
				// job that ends badly does not wait for its drain.
				await keep(endsBadly || !words.some((word) => ['TERM', 'INT', 'HUP'].includes(word)));
				await leaveCluster(world, joined.ray, DRAIN_SECONDS * 1_000);
				return told ? 0 : 1;
			}
			await world.ear.wait(TICK_MS);
		}
	} finally {
		await keep(true);
		await place.close();
	}
}
