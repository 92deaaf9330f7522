// Where a person sits, as far as settings and this host's environment tell: what a tunnel from their own machine goes over.
import { isHostName } from '../core/dashboard-ways.ts';
import type { World } from '../core/world.ts';
import type { Shell } from './shell.ts';

/** Inside a job this host is one that nobody can log in to from outside. */
export function submitHostOf({ environment }: Shell): string | undefined {
	const host = environment['SLURM_JOB_ID'] === undefined ? undefined : environment['SLURM_SUBMIT_HOST'];
	return host !== undefined && isHostName(host) ? host : undefined;
}

/** Where slurmd listens on each node of Slurm's, unless the site has moved it. */
const SLURMD_PORT = 6818;

export async function isComputeNode({ node, scheduler }: World): Promise<boolean> {
	if (scheduler.onThisMachine) return false;
	return (await node.listeningPorts()).others.has(SLURMD_PORT);
}
