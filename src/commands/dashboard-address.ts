// Which address of the dashboard programs on this machine get. They send the token there, so it is named only where nobody
// else listens; else one that nobody can take, and that is said.
import { partsOf } from '../core/address.ts';
import { lacksDashboard } from '../core/connection.ts';
import { isLoopback } from '../core/dashboard-ways.ts';
import { Trouble } from '../core/trouble.ts';
import type { ReachedCluster } from '../flows/reach-cluster.ts';
import { isHeadsMachine, type Reached, typedAgain, urlOnHead } from './reached.ts';

export interface DashboardHere {
	/** undefined: there is no dashboard. */
	readonly url: string | undefined;
	readonly note?: string | undefined;
	readonly stranger?: boolean;
}

/** Only root can listen there, and nobody does. */
export const NOWHERE = 'http://127.0.0.1:9';

/** `mayFollow`: a tunnel from here, for which a port that is free by now will do. */
export async function dashboardFromHere(
	reached: Reached,
	{ mayFollow }: { readonly mayFollow: boolean },
): Promise<DashboardHere> {
	const { cluster, world } = reached;
	const target = typedAgain(reached);
	const url = urlOnHead(cluster.dashboard);
	const listener = await listenerHere(reached);
	if (await isHeadsMachine(reached)) {
		// Of a cluster without a token that somebody else started here there is nothing to send.
		return listener === 'stranger' && cluster.tokenPath !== undefined ? withheld(reached) : { url };
	}
	if (url === undefined) return { url };
	const there = cluster.info?.headNode ?? partsOf(cluster.address).host;
	if (listener === 'mine' || listener === 'elsewhere') {
		return { url, note: `ray.init and notebooks need a node of the cluster: rayslurm exec ${target} -- COMMAND` };
	}
	if (listener === 'stranger') return withheld(reached);
	const tunnel = `keep a tunnel for ray job submit: rayslurm dashboard ${target} --open`;
	const inJob = cluster.info !== undefined && world.scheduler.insideCommand !== undefined;
	const note = `the dashboard listens on ${there} alone; ${inJob ? `ray job submit, ray.init and notebooks run there: rayslurm exec ${target} -- COMMAND, or ${tunnel}` : tunnel}`;
	return { url: mayFollow ? url : NOWHERE, note };
}

export function noDashboard({ headJob, address, info }: ReachedCluster): Trouble {
	return new Trouble(
		'failed',
		`${headJob === undefined ? `The cluster at ${address}` : `Head ${headJob}`} has no dashboard`,
		{
			hint: lacksDashboard(info)
				? `it was submitted with --include-dashboard=false; rayslurm status ${headJob} shows the cluster, rayslurm connect ${headJob} SCRIPT.py runs a script`
				: 'one that has just started has it some seconds later; else it was started without (--include-dashboard=false)',
		},
	);
}

/** Behind the dashboard's address, as this machine sees it. */
export async function listenerHere(
	reached: Reached,
): Promise<'mine' | 'stranger' | 'nobody' | 'elsewhere' | undefined> {
	const { cluster, world } = reached;
	if (cluster.dashboard === undefined) return undefined;
	const { host, port } = partsOf(cluster.dashboard);
	if (!isLoopback(host) && !(await isHeadsMachine(reached))) return 'elsewhere';
	// Looked up, not tried by binding: of two that try at once, each would take the other for a stranger.
	const { mine, others } = await world.node.listeningPorts();
	if (mine.has(port)) return 'mine';
	return others.has(port) ? 'stranger' : 'nobody';
}

function withheld({ cluster }: Reached): DashboardHere {
	const { port } = partsOf(cluster.dashboard ?? '');
	return {
		url: NOWHERE,
		note: `somebody else listens on port ${port} of this machine and would get your token: RAY_API_SERVER_ADDRESS leads nowhere, so ray job submit does not work here`,
		stranger: true,
	};
}
