// The line by which a head that has just started says how to get to its dashboard: the same that `rayslurm dashboard` has.
import { partsOf } from '../core/address.ts';
import { dashboardWays, isLoopback, sshLine } from '../core/dashboard-ways.ts';
import { READ } from '../core/setting-readers.ts';
import { type Settings, textOf } from '../core/settings.ts';
import type { World } from '../core/world.ts';
import { isComputeNode, submitHostOf } from './seat.ts';
import type { Shell } from './shell.ts';

export interface DashboardTeller {
	/** Where it is to listen. */
	readonly host: string;
	lineFor(world: World): Promise<(address: string, headNode: string) => string>;
}

/** A setting that is no host is refused at once. */
export function dashboardTeller(shell: Shell, settings: Settings): DashboardTeller {
	const host = textOf(settings, 'dashboard-host') ?? '127.0.0.1';
	const loginHost = READ['login-host'](settings);
	const submitHost = submitHostOf(shell);
	return {
		host,
		lineFor: async (world) => {
			const onComputeNode = (loginHost ?? submitHost) === undefined && (await isComputeNode(world));
			return (address, headNode) => {
				const { fromYourMachine, url } = dashboardWays({
					loginHost,
					submitHost,
					onComputeNode,
					dashboard: isLoopback(host) ? `127.0.0.1:${partsOf(address).port}` : address,
					headNode,
					hostName: shell.hostName,
					onThisMachine: world.scheduler.onThisMachine,
				});
				return fromYourMachine === undefined
					? `Dashboard: ${url}`
					: `Dashboard, from your own machine: ${sshLine(fromYourMachine)}`;
			};
		},
	};
}
