// The words and the environment of `ray start`, for a head and for a node that joins one.
import { OLDEST_RAY } from './kept-environment.ts';
import type { PortPlan } from './ports.ts';
import type { RayResources } from './ray-resources.ts';
import { compareVersions } from './versions.ts';
import type { RayInstall } from './world.ts';

export interface RayStart {
	readonly install: RayInstall;
	readonly address: string;
	readonly plan: PortPlan;
	readonly resources: RayResources;
	readonly folder: string;
	readonly nodeName: string;
	readonly labels: Readonly<Record<string, string>>;
	/** The user's own words, after ours. */
	readonly passed: readonly string[];
}

export function headStartWords(start: RayStart, dashboardHost: string): readonly string[] {
	return [
		...rayStart(start),
		'--head',
		`--port=${start.plan.ray}`,
		`--ray-client-server-port=${start.plan.rayClient}`,
		`--dashboard-host=${dashboardHost}`,
		`--dashboard-port=${start.plan.dashboard}`,
		...start.passed,
	];
}

export function joinStartWords(start: RayStart, headAddress: string): readonly string[] {
	return [...rayStart(start), `--address=${headAddress}`, ...start.passed];
}

/** The command `ray` of this very Python, without the folder where the user typed among the places modules come from: others
 *  may write there. */
const RAY = 'import sys; sys.path.pop(0); from ray.scripts.scripts import main; sys.argv[0] = "ray"; main()';

function rayStart({ install, address, plan, resources, folder, nodeName, labels }: RayStart): readonly string[] {
	return [
		install.python,
		'-c',
		RAY,
		'start',
		'--block',
		'--disable-usage-stats',
		`--node-ip-address=${address}`,
		`--node-name=${nodeName}`,
		`--node-manager-port=${plan.nodeManager}`,
		`--object-manager-port=${plan.objectManager}`,
		`--dashboard-agent-grpc-port=${plan.dashboardAgentGrpc}`,
		`--dashboard-agent-listen-port=${plan.dashboardAgentHttp}`,
		`--runtime-env-agent-port=${plan.runtimeEnvAgent}`,
		`--metrics-export-port=${plan.metrics}`,
		`--min-worker-port=${plan.workers.min}`,
		`--max-worker-port=${plan.workers.max}`,
		`--temp-dir=${folder}`,
		`--num-cpus=${resources.cpus}`,
		`--num-gpus=${resources.gpus}`,
		`--memory=${resources.memoryBytes}`,
		`--object-store-memory=${resources.objectStoreBytes}`,
		...labelWords(install.rayVersion, labels),
	];
}

function labelWords(rayVersion: string, labels: Readonly<Record<string, string>>): readonly string[] {
	if (compareVersions(rayVersion, '2.45.0') < 0) return []; // Labels as k=v came then.
	return [
		`--labels=${Object.entries(labels)
			.map(([key, value]) => `${key}=${value}`)
			.join(',')}`,
	];
}

/** Token authentication exists since 2.52, its candidates included. */
export function hasAuthentication(rayVersion: string): boolean {
	return compareVersions(rayVersion, '2.52.0rc0') >= 0;
}

export function isSupported(rayVersion: string): boolean {
	return compareVersions(rayVersion, `${OLDEST_RAY}rc0`) >= 0;
}

/** For every program that speaks to the cluster: authentication is always said, never guessed, and the token only as a path. */
export function clusterEnvironment(tokenPath: string | undefined): Readonly<Record<string, string | undefined>> {
	return {
		RAY_AUTH_MODE: tokenPath === undefined ? 'disabled' : 'token',
		RAY_AUTH_TOKEN_PATH: tokenPath,
		RAY_AUTH_TOKEN: undefined,
		RAY_TMPDIR: undefined,
		RAY_USAGE_STATS_ENABLED: '0',
	};
}

export function nodeEnvironment(
	tokenPath: string | undefined,
	more: {
		readonly threshold: number | undefined;
		readonly drainSeconds: number;
		readonly temporaryFolder: string | undefined;
	},
): Readonly<Record<string, string | undefined>> {
	return {
		...clusterEnvironment(tokenPath),
		RAY_ADDRESS: undefined,
		// Where the site names none: Ray's Python leaves folders behind there when it is killed.
		...(more.temporaryFolder === undefined ? {} : { TMPDIR: more.temporaryFolder }),
		...(more.threshold === undefined ? {} : { RAY_memory_usage_threshold: String(more.threshold) }),
		RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S: String(more.drainSeconds),
	};
}
