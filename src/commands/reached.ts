// What env, exec and dashboard begin with: their own words read, TARGET found, its cluster reached or refused at once.
import { join } from 'node:path';
import { partsOf } from '../core/address.ts';
import { type ClusterPlace, clusterVariables, withChanges } from '../core/cluster-variables.ts';
import { inUrl, isLoopback, isSameHost } from '../core/dashboard-ways.ts';
import { bashWords } from '../core/quote.ts';
import type { Changes } from '../core/shell-lines.ts';
import { Trouble } from '../core/trouble.ts';
import type { World } from '../core/world.ts';
import { type ReachedCluster, reachCluster } from '../flows/reach-cluster.ts';
import { type FoundCluster, findCluster } from './find-cluster.ts';
import { orLikelyHead } from './likely-heads.ts';
import { type OwnOption, type OwnValues, settingOptions } from './own-options.ts';
import type { Typed } from './own-words.ts';
import { findProject, folderOf, type Project, schedulerOf, searchOf } from './project.ts';
import type { Shell } from './shell.ts';

export interface Reached {
	readonly own: OwnValues;
	readonly target: string;
	readonly project: Project;
	readonly world: World;
	readonly found: FoundCluster;
	readonly cluster: ReachedCluster;
}

export const TARGET_OPTIONS: readonly OwnOption[] = [
	{ name: 'token-file', kind: 'text', describe: "for IP:PORT: the file that holds the cluster's token" },
	...settingOptions(['workspace', 'output-dir', 'scheduler', 'debug']),
];

export async function reach(
	shell: Shell,
	{ own, plain: [target] }: Typed,
	name: string,
	mayBeSilent: (own: OwnValues) => boolean = () => false,
): Promise<Reached> {
	if (target === undefined) {
		throw new Trouble('usage', 'Which cluster? TARGET is missing', {
			hint: `name it by its head's job id, its --name, latest, or IP:PORT: rayslurm ${name} latest`,
		});
	}
	const project = await findProject(shell, own);
	const usual = await shell.world(schedulerOf(shell, project.settings));
	const tokenFile = typeof own['token-file'] === 'string' ? own['token-file'] : undefined;
	const found = await findCluster(usual, project.layout, target, { ...searchOf(shell, project), tokenFile });
	const { world } = found;
	const cluster = await orLikelyHead(usual, project.layout, target, () =>
		reachCluster(world, { ...found, mayBeSilent: mayBeSilent(own) }),
	);
	return { own, target, project, world, found, cluster };
}

/** As it was named, to be typed again: a cluster named by its address with its token. */
export function typedAgain({ target, own }: Pick<Reached, 'target' | 'own'>): string {
	const tokenFile = own['token-file'];
	return bashWords([target, ...(typeof tokenFile === 'string' ? ['--token-file', tokenFile] : [])]);
}

/** Is this the machine the head runs on? */
export async function isHeadsMachine({ world, cluster }: Reached): Promise<boolean> {
	if (world.scheduler.onThisMachine && cluster.info !== undefined) return true;
	if (cluster.info !== undefined) return isSameHost(world.node.hostName, cluster.info.headNode);
	const { host } = partsOf(cluster.address);
	if (isLoopback(host)) return true;
	return (await world.node.address({ peer: host }).catch(() => undefined)) === host;
}

/** What this shell lacks to reach the cluster by, and all that such a program gets. */
export function variablesFor(
	shell: Shell,
	{ cluster }: Reached,
	dashboardUrl: string | undefined,
): { readonly changes: Changes; readonly all: Record<string, string | undefined> } {
	const { environment } = shell;
	const place: ClusterPlace = {
		address: cluster.address,
		headJob: cluster.headJob,
		authMode: cluster.info?.authMode ?? (cluster.tokenPath === undefined ? 'disabled' : 'token'),
		tokenPath: cluster.tokenPath,
		dashboardUrl,
		binFolder: folderOf('ray', environment) === undefined ? binFolderOf(cluster.info?.environment) : undefined,
	};
	const changes = clusterVariables(place, environment);
	return { changes, all: withChanges(environment, changes) };
}

/** On its own machine a dashboard of loopback is reached by that. */
export function urlOnHead(dashboard: string | undefined): string | undefined {
	if (dashboard === undefined) return undefined;
	const { host, port } = partsOf(dashboard);
	return `http://${isLoopback(host) ? '127.0.0.1' : inUrl(host)}:${port}`;
}

/** Of the head's own environment, where the info file names one by its folder and it has Ray. */
function binFolderOf(environment: string | undefined): string | undefined {
	const folder = /^(?:venv|conda) (\/.*)$/s.exec(environment ?? '')?.[1];
	return folder === undefined ? undefined : folderOf('ray', { PATH: join(folder, 'bin') });
}
