// When a job has ended badly, Ray's session logs are kept beside the job's own: its folder in /tmp goes a moment later.
// Whatever fails here is said, and hinders no end.
import { counted } from '../core/counted.ts';
import type { Layout } from '../core/layout.ts';
import type { FrozenNode } from '../core/node-words.ts';
import { isKept } from '../core/ray-logs.ts';
import type { World } from '../core/world.ts';
import type { NodePlace } from './start-node.ts';

/** What a supervisor was asked for, of this. */
export interface Keeping {
	readonly layout: Layout;
	readonly node: Pick<FrozenNode, 'keepRayLogs'>;
}

/** After Ray has left, and before the place is closed. */
export async function keepRayLogs(
	world: World,
	place: NodePlace | undefined,
	{ layout, node }: Keeping,
	endedBadly: boolean,
): Promise<void> {
	if (place === undefined || !isKept(node.keepRayLogs, endedBadly)) return;
	const to = layout.rayLogs(place.job.jobId);
	try {
		const kept = await world.rayLogs.keep(`${place.nest.folder}/ray`, to, world.node.hostName);
		if (kept === undefined) return;
		const cut = kept.cut ? ', not all of them whole' : '';
		world.log.say(
			`Ray's logs are kept in ${kept.folder} (${counted(kept.files, 'file')}, ${Math.ceil(kept.bytes / 1000)} kB${cut})`,
		);
	} catch (error) {
		world.log.warn(`Ray's logs could not be kept in ${to}: ${(error as Error).message}`);
	}
}

/** The same for a supervisor that is killed: its guard does it. */
export function keepRayLogsIfKilled(world: World, place: NodePlace, { layout, node }: Keeping): void {
	if (node.keepRayLogs === 'never') return;
	const to = layout.rayLogs(place.job.jobId);
	place.nest.keepLogs([...world.self, 'keep-logs', `${place.nest.folder}/ray`, to, world.node.hostName]);
}
