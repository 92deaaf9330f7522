// The options of `ray start` that a person cannot give, why, and what to type instead.
import type { Role } from './ports.ts';

export type RayRefusal = { because: string; hint: string /** Refused in this role only. */; role?: Role };

const PORTS: RayRefusal = {
	because: 'all ports come from one plan, so that clusters on one node never collide',
	hint: 'move them all with --port-offset N, before --',
};
const FOLDERS: RayRefusal = {
	because: 'Ray runs in a private folder that is removed with the job',
	hint: 'while the job runs, its logs are under /tmp/ray_head_<JOB> or /tmp/ray_client_<JOB>; --keep-ray-logs=always, before --, keeps them',
};
const STARTS: RayRefusal = {
	because: 'rayslurm decides how Ray is started',
	hint: 'a head comes from "head submit", all else from "connect"',
};
const TOKENS: RayRefusal = {
	because: "a cluster is protected by Ray's token authentication, which rayslurm sets up",
	hint: 'leave it out',
};
const HEAD_ONLY = { hint: 'give it to "head submit", after --', role: 'client' } as const;

export const RAY_REFUSALS: ReadonlyMap<string, RayRefusal> = new Map<string, RayRefusal>([
	...refuse(
		`port gcs-server-port node-manager-port object-manager-port min-worker-port max-worker-port worker-port-list
		ray-client-server-port dashboard-port dashboard-agent-listen-port dashboard-agent-grpc-port dashboard-grpc-port
		runtime-env-agent-port metrics-export-port redis-shard-ports`,
		PORTS,
	),
	...refuse('temp-dir plasma-store-socket-name raylet-socket-name', FOLDERS),
	...refuse('head block', STARTS),
	...refuse('redis-username redis-password', TOKENS),
	['address', { because: 'TARGET names the cluster', hint: 'type rayslurm connect TARGET; TARGET may be IP:PORT' }],
	[
		'node-ip-address',
		{ because: "a node's address comes from its network card", hint: 'use --interface NAME, before --' },
	],
	[
		'dashboard-host',
		{ because: 'rayslurm has its own', hint: 'give --dashboard-host HOST to "head submit", before --' },
	],
	[
		'autoscaling-config',
		{ because: "nodes come from jobs, not from Ray's autoscaler", hint: 'add workers with "connect"' },
	],
	['node-name', { because: 'rayslurm names nodes', hint: 'find a node by its label rayslurm/job=<JOB>' }],
	['include-dashboard', { because: 'only a head has a dashboard', ...HEAD_ONLY }],
	['system-config', { because: 'only a head takes it', ...HEAD_ONLY }],
]);

function refuse(names: string, refusal: RayRefusal): [string, RayRefusal][] {
	return names.split(/\s+/).map((name) => [name, refusal]);
}
