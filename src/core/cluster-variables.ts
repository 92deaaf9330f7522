// The variables by which Ray's own tools find a cluster, and their way back. A path leads to the token; the token itself is
// never among them.
import { partsOf } from './address.ts';
import type { AuthMode } from './connection.ts';
import type { Changes } from './shell-lines.ts';

export interface ClusterPlace {
	/** IP:PORT of the control store. */
	readonly address: string;
	readonly headJob: string | undefined;
	readonly authMode: AuthMode;
	readonly tokenPath: string | undefined;
	/** Where `ray job submit` reaches the dashboard from where the variables are used. */
	readonly dashboardUrl: string | undefined;
	/** Put before all of PATH. */
	readonly binFolder: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What was added to a list of the user's own, so that it can be taken out again. */
const ADDED_TO_PATH = 'RAYSLURM_ENV_PATH';
const ADDED_TO_NO_PROXY = 'RAYSLURM_ENV_NO_PROXY';
const OURS = ['RAY_ADDRESS', 'RAY_AUTH_MODE', 'RAY_AUTH_TOKEN_PATH', 'RAY_HEAD_JOB_ID', 'RAY_API_SERVER_ADDRESS'];
const PROXIES = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
const NO_PROXIES = ['no_proxy', 'NO_PROXY'];

/** What changes for this cluster, whatever other cluster's variables are there. */
export function clusterVariables(place: ClusterPlace, environment: Environment): Changes {
	const changes = new Map(withoutCluster(environment));
	const now = (name: string) => (changes.has(name) ? changes.get(name) : environment[name]);
	changes.set('RAY_ADDRESS', place.address);
	// Said outright: a mode that is left open is read differently by Ray's own programs.
	changes.set('RAY_AUTH_MODE', place.authMode);
	changes.set('RAY_AUTH_TOKEN_PATH', place.tokenPath);
	// A token of a shell's own would win over the file.
	changes.set('RAY_AUTH_TOKEN', undefined);
	changes.set('RAY_HEAD_JOB_ID', place.headJob);
	changes.set('RAY_API_SERVER_ADDRESS', place.dashboardUrl);
	if (place.binFolder !== undefined) {
		changes.set('PATH', [place.binFolder, ...(now('PATH') ? [now('PATH')] : [])].join(':'));
		changes.set(ADDED_TO_PATH, place.binFolder);
	}
	const proxied = PROXIES.some((name) => environment[name]);
	if (proxied) keepOffProxies(changes, now, hostsOf(place));
	return only(changes, environment);
}

/** The way back; nothing where there is nothing to take back. */
export function withoutCluster(environment: Environment): Changes {
	const changes = new Map<string, string | undefined>();
	for (const name of [...OURS, ADDED_TO_PATH, ADDED_TO_NO_PROXY]) {
		if (environment[name] !== undefined) changes.set(name, undefined);
	}
	const folder = environment[ADDED_TO_PATH];
	const folders = environment['PATH']?.split(':') ?? [];
	const at = folder === undefined ? -1 : folders.indexOf(folder);
	if (at >= 0) changes.set('PATH', folders.toSpliced(at, 1).join(':'));
	const added = environment[ADDED_TO_NO_PROXY]?.split(',') ?? [];
	for (const name of added.length === 0 ? [] : NO_PROXIES) {
		const kept = (environment[name] ?? '').split(',').filter((host) => host !== '' && !added.includes(host));
		if (environment[name] !== undefined) changes.set(name, kept.length === 0 ? undefined : kept.join(','));
	}
	return changes;
}

export function withChanges(environment: Environment, changes: Changes): Record<string, string | undefined> {
	return { ...environment, ...Object.fromEntries(changes) };
}

/** Ray's Python programs would send the token to a site's proxy, which knows no way to the cluster anyway. */
function keepOffProxies(
	changes: Map<string, string | undefined>,
	now: (name: string) => string | undefined,
	hosts: readonly string[],
): void {
	const all = new Set(NO_PROXIES.flatMap((name) => (now(name) ?? '').split(',')).map((host) => host.trim()));
	const missing = hosts.filter((host) => !all.has(host) && !all.has('*'));
	if (missing.length === 0) return;
	const list = [...[...all].filter((host) => host !== ''), ...missing].join(',');
	for (const name of NO_PROXIES) changes.set(name, list);
	changes.set(ADDED_TO_NO_PROXY, missing.join(','));
}

function hostsOf({ address, dashboardUrl }: ClusterPlace): readonly string[] {
	const hosts = [
		partsOf(address).host,
		...(dashboardUrl === undefined ? [] : [partsOf(new URL(dashboardUrl).host).host]),
	];
	return [...new Set([...hosts, '127.0.0.1', 'localhost'])];
}

/** Without what is as it was. */
function only(changes: Changes, environment: Environment): Changes {
	return new Map([...changes].filter(([name, value]) => value !== undefined || environment[name] !== undefined));
}
