// Every question that rayslurm asks, put to a real control store that wants a token: a head and a worker on this machine.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openControlStore } from '../../src/adapters/ray/control-store.ts';
import type { Answer, ClusterNode, ClusterState, ControlStore } from '../../src/core/control-store.ts';
import { describeReal, HOST, person, processesOf, type Running, rayFolder, until } from '../testbed/bed.ts';

const TOKEN = '0123456789abcdef0123456789abcdef';
const HEAD_PORT = 23_400;
const WORKER_PORT = 23_500;
const ASK_MS = 5000;

/** What a driver leaves waiting: three tasks, a task with conditions on its node, a placement group; and one that runs. */
const DRIVER = `
import ray, time
from ray.util.placement_group import placement_group
ray.init(address="auto", namespace="mine", log_to_driver=False)
@ray.remote(num_cpus=0)
class Keeper:
    def ping(self): pass
@ray.remote
def task(seconds=0): time.sleep(seconds)
here = {"rayslurm/job": "7"}
keeper = Keeper.options(name="keeper", lifetime="detached", label_selector=here).remote()
ray.get(keeper.ping.remote())
passing = Keeper.options(name="passing").remote()
waiting = [task.options(num_gpus=2).remote() for _ in range(3)]
waiting += [task.options(label_selector={"zone": "!in(a,b)", "disk": "fast"}).remote()]
group = placement_group([{"GPU": 1}, {"CPU": 1}], strategy="STRICT_SPREAD")
busy = task.options(label_selector=here).remote(600)
input()
ray.cancel(busy, force=True)
input()
ray.kill(keeper)
`;

describeReal('the control store of a real Ray', () => {
	const alice = person('alice');
	const started: Running[] = [];
	let tempFolder: string;
	let head: string;
	let store: ControlStore;

	const environment = () => ({
		PATH: `${rayFolder}/bin:/usr/bin:/bin`,
		RAY_USAGE_STATS_ENABLED: '0',
		RAY_AUTH_MODE: 'token',
		RAY_AUTH_TOKEN_PATH: join(tempFolder, 'token'),
	});
	const start = (...argv: string[]) => {
		const running = alice.start(['setsid', ...argv], { env: environment(), timeoutMs: 170_000 });
		started.push(running);
	};
	/** `ray start` that stays, on ports from `first` on. */
	const rayStart = (name: string, first: number, words: string[]) =>
		start(
			'ray',
			'start',
			'--block',
			'--num-cpus=1',
			'--object-store-memory=100000000',
			'--disable-usage-stats',
			`--node-name=${name}`,
			`--temp-dir=${tempFolder}/${name}`,
			`--node-manager-port=${first + 1}`,
			`--object-manager-port=${first + 2}`,
			`--dashboard-agent-listen-port=${first + 3}`,
			`--dashboard-agent-grpc-port=${first + 4}`,
			`--runtime-env-agent-port=${first + 5}`,
			`--metrics-export-port=${first + 6}`,
			`--min-worker-port=${first + 20}`,
			`--max-worker-port=${first + 99}`,
			...words,
		);
	const open = (token: string | undefined) => openControlStore(`127.0.0.1:${HEAD_PORT}`, async () => token);
	const nodeNamed = async (name: string): Promise<ClusterNode | undefined> =>
		value(await store.nodes(ASK_MS)).find((node) => node.nodeName === name);

	/** Ray's agents outlive the SIGTERM that ends the rest by a minute, and write their title over their environment: the
	 *  session they were started in is all that tells whose they are. */
	const endSessions = async () => {
		const ours = new Set(started.map(({ pid }) => String(pid)));
		for (const { hostPid } of await processesOf(alice.name, HOST)) {
			const stat = await readFile(`/proc/${hostPid}/stat`, 'latin1').catch(() => '');
			const [, , , session = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			if (ours.has(session)) process.kill(hostPid, 'SIGKILL');
		}
	};

	beforeAll(async () => {
		// Ray's sockets must fit into 107 bytes, so not below the workspace.
		tempFolder = (await alice.run(['mktemp', '--directory', '/tmp/rs.XXXXXX'])).stdout.trim();
		await alice.write(join(tempFolder, 'token'), `${TOKEN}\n`, 0o600);
		store = open(TOKEN);
		const ports = [`--port=${HEAD_PORT}`, `--ray-client-server-port=${HEAD_PORT + 7}`];
		rayStart('head', HEAD_PORT, ['--head', ...ports, '--include-dashboard=false']);
		await until('the control store serves', async () => value(await store.serving(200)), { everyMs: 25 });
		const first = await until('the head is a node', () => nodeNamed('head'), { is: (node) => node?.alive === true });
		head = `${first?.address}:${HEAD_PORT}`;
	});

	afterAll(async () => {
		store?.close();
		// The head last: a worker without it tries for a minute.
		for (const running of started.reverse()) {
			running.kill('SIGTERM');
			await running.done.catch(() => {});
		}
		await endSessions();
		await alice.run(['rm', '-rf', tempFolder]);
	});

	it('serves everybody, and answers nobody without the right token', async () => {
		for (const [token, why] of [
			[undefined, 'missing-token'],
			['wrong', 'wrong-token'],
		] as const) {
			const stranger = open(token);
			expect(await stranger.serving(ASK_MS)).toEqual({ kind: 'answered', value: true });
			const refused = { kind: 'refused', why, message: expect.stringMatching(/token is missing or incorrect/) };
			for (const ask of [stranger.identity, stranger.nodes, stranger.state, stranger.jobs, stranger.actors]) {
				expect(await ask(ASK_MS)).toEqual(refused);
			}
			expect(await stranger.drain('ab'.repeat(28), 'idle', '', Date.now(), ASK_MS)).toEqual(refused);
			stranger.close();
		}
	});

	it('says which Ray and Python it is', async () => {
		const question = 'import ray, platform; print(ray.__version__, platform.python_version())';
		const python = await alice.run(['python3', '-c', question], { env: environment() });
		const [rayVersion, pythonVersion] = python.stdout.trim().split(' ');
		expect(value(await store.identity(ASK_MS))).toEqual({
			rayVersion,
			pythonVersion,
			sessionName: expect.stringMatching(/^session_/),
		});
	});

	it('knows the head with every port it was given, and how long it has been idle', async () => {
		expect(await nodeNamed('head')).toMatchObject({
			alive: true,
			isHead: true,
			nodeManagerPort: HEAD_PORT + 1,
			objectManagerPort: HEAD_PORT + 2,
			agentHttpPort: HEAD_PORT + 3,
			agentGrpcPort: HEAD_PORT + 4,
			runtimeEnvAgentPort: HEAD_PORT + 5,
			metricsExportPort: HEAD_PORT + 6,
			total: { CPU: 1, object_store_memory: 100_000_000 },
			death: undefined,
		});
		const idle = async () => value(await store.state(ASK_MS)).nodes[0]?.idleMs ?? 0;
		const earlier = await until('the head is idle', idle);
		await until('its idle time grows', idle, { is: (now) => now > earlier + 500 });
		expect(value(await store.state(ASK_MS))).toMatchObject({
			nodes: [{ status: 'idle', activity: [], available: { CPU: 1 } }],
			pending: [],
			pendingGroups: [],
		});
	});

	it('knows what a driver waits for, what keeps a node busy, and what outlives the driver', async () => {
		const address = ['--node-ip-address=127.0.0.3', `--address=${head}`];
		rayStart('worker', WORKER_PORT, [...address, '--labels=rayslurm/job=7']);
		await until('the worker is a node', async () => (await nodeNamed('worker'))?.alive);
		const script = await alice.write(join(tempFolder, 'driver.py'), DRIVER);
		const orders = join(tempFolder, 'orders');
		await alice.run(['mkfifo', orders]);
		start('bash', '-c', `exec python3 ${script} <> ${orders}`);

		const onWorker = ({ nodes }: ClusterState) => nodes.find((node) => node.labels['rayslurm/job'] === '7');
		const state = await until('all of it waits', async () => value(await store.state(ASK_MS)), {
			is: (seen) => seen.pending.length === 2 && seen.pendingGroups.length === 1 && !onWorker(seen)?.available['CPU'],
		});
		expect(state.pending).toEqual(
			expect.arrayContaining([
				{ shape: { CPU: 1, GPU: 2 }, labelSelectors: [], count: 3 },
				{
					shape: { CPU: 1 },
					labelSelectors: [
						expect.arrayContaining([
							{ label: 'zone', is: 'not-in', values: expect.arrayContaining(['a', 'b']) },
							{ label: 'disk', is: 'in', values: ['fast'] },
						]),
					],
					count: 1,
				},
			]),
		);
		expect(state.pendingGroups).toEqual([
			{
				strategy: 'STRICT_SPREAD',
				bundles: [
					{ shape: { GPU: 1 }, labelSelectors: [], count: 1 },
					{ shape: { CPU: 1 }, labelSelectors: [], count: 1 },
				],
				details: expect.stringContaining('PENDING'),
			},
		]);
		expect(onWorker(state)).toMatchObject({
			address: '127.0.0.3',
			status: 'running',
			idleMs: 0,
			activity: expect.arrayContaining([expect.stringContaining('CPU')]),
		});
		expect(value(await store.jobs(ASK_MS))).toEqual([
			expect.objectContaining({ isDead: false, isOwn: false, namespace: 'mine', endMs: undefined }),
		]);
		expect(value(await store.actors(ASK_MS))).toEqual([
			expect.objectContaining({ name: 'keeper', namespace: 'mine', className: 'Keeper', state: 'alive', isOwn: false }),
		]);
	});

	it('drains a node: not as idle while it works, and to its end once it does not', async () => {
		const orders = join(tempFolder, 'orders');
		const { nodeId = '' } = (await nodeNamed('worker')) ?? {};
		const drain = (reason: 'idle' | 'preemption', message: string) =>
			store.drain(nodeId, reason, message, Date.now() + 30_000, ASK_MS);
		expect(value(await drain('idle', 'not now'))).toEqual({
			accepted: false,
			why: expect.stringMatching(/no longer idle/),
		});
		expect(value(await drain('preemption', 'rayslurm: leaves'))).toEqual({ accepted: true });
		const status = async () => value(await store.state(ASK_MS)).nodes.find((node) => node.nodeId === nodeId)?.status;
		await until('the worker drains', status, { is: (seen) => seen === 'draining' });

		await alice.run(['bash', '-c', `echo > ${orders}; echo > ${orders}`]);
		const dead = await until('the worker is gone', () => nodeNamed('worker'), { is: (node) => node?.alive === false });
		expect(dead?.death).toEqual({ how: 'drained-preempted', message: 'rayslurm: leaves' });
		expect(dead?.endMs).toBeGreaterThan(dead?.startMs ?? Number.POSITIVE_INFINITY);
		await until('the driver has ended', async () => value(await store.jobs(ASK_MS))[0]?.isDead);
		expect(value(await store.actors(ASK_MS))).toEqual([]);
	});
});

function value<T>(answer: Answer<T>): T {
	if (answer.kind !== 'answered') throw new Error(JSON.stringify(answer));
	return answer.value;
}
