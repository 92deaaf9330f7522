// Heads and clients of several nodes: every node joins, the script runs once, and nothing is left on any of them.
import { beforeAll, expect, it } from 'vitest';
import { describeReal, jobInfo, NODES, type Node, person, processesOf, until } from '../testbed/bed.ts';
import { type Head, infoOf, processesOfJob, rayNodes, SMALL, startHead, temporaryOn } from './cluster.ts';

const ALL_NODES = `
import os, ray
with open("runs", "a") as runs:
    runs.write("once\\n")
ray.init()
for node in ray.nodes():
    if node["Alive"]:
        print(node["NodeManagerAddress"], node["Labels"]["rayslurm/job"], node["Resources"].get("CPU"))
`;

describeReal('several nodes', () => {
	const alice = person('alice');
	let head: Head;
	let before: Map<Node, string[]>;

	beforeAll(async () => {
		before = new Map(await Promise.all(NODES.map(async (node) => [node, await temporaryOn(node)] as const)));
	});

	it('head submit -N 2: both nodes of the job join', async () => {
		head = await startHead(alice, ['-N', '2', '-w', 'dws-01,dws-02', '--name', 'pair', '--port-offset', '800']);
		const nodes = await until('both are there', () => rayNodes(head), { is: ({ length }) => length === 2 });
		expect(nodes.map(({ address }) => address).toSorted()).toEqual(['10.77.0.1', '10.77.0.2']);
		expect(await infoOf(head)).toMatchObject({
			USER_PORT_OFFSET: '800',
			RAY_PORT: '6399',
			NODE_MANAGER_PORT: '6720',
			OBJECT_MANAGER_PORT: '6721',
			REDIS_SHARD_PORT: '6722',
			DASHBOARD_AGENT_GRPC_PORT: '6723',
			DASHBOARD_AGENT_HTTP_PORT: '6725',
			RUNTIME_ENV_AGENT_PORT: '6726',
			METRICS_PORT: '6727',
			CLIENT_SERVER_PORT: '10021',
			DASHBOARD_PORT: '8285',
			MIN_WORKER_PORT: '11800',
			MAX_WORKER_PORT: '14211',
		});
	});

	it('connect NAME -N 2, from another folder: both nodes join, the script runs once, nothing is left', async () => {
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/nodes.py`, ALL_NODES);
		const words = ['connect', 'pair', ...SMALL, '-N', '2', '-w', 'dws-03,dws-04', '--follow', 'nodes.py'];
		const { stdout, stderr, code } = await alice.rayslurm(words, { cwd });
		const client = /^Submitted client job (\d+)$/m.exec(stderr)?.[1] ?? expect.fail(stderr);
		const seen = stdout.trimEnd().split('\n').toSorted();
		expect({ code, seen, stderr }).toMatchObject({
			code: 0,
			seen: [
				`10.77.0.1 ${head.job} 1.0`,
				`10.77.0.2 ${head.job} 1.0`,
				`10.77.0.3 ${client} 1.0`,
				`10.77.0.4 ${client} 1.0`,
			],
		});
		expect(await alice.run(['cat', 'runs'], { cwd })).toMatchObject({ stdout: 'once\n' });
		await nothingIsLeft(client, ['dws-03', 'dws-04']);
		const left = await until('they have left', () => rayNodes(head), { is: ({ length }) => length === 2 });
		expect(left.map(({ nodeName }) => nodeName).toSorted()).toEqual([`dws-01-${head.job}`, `dws-02-${head.job}`]);
	});

	it('scancel of the head of two nodes leaves nothing on either', async () => {
		await alice.run(['scancel', head.job]);
		await nothingIsLeft(head.job, ['dws-01', 'dws-02']);
	});

	it('head submit --workers 2: both workers join', async () => {
		const crew = await startHead(alice, ['--workers', '2', '--worker-cpus', '2', '--worker-object-store', '0.1']);
		const workers = /^Submitted 2 workers as job (\d+)$/m.exec(crew.said.stderr)?.[1] ?? expect.fail(crew.said.all);
		const nodes = await until('three nodes are there', () => rayNodes(crew), { is: ({ length }) => length === 3 });
		const own = nodes.filter(({ isHead }) => !isHead);
		expect(own.map(({ total }) => total['CPU'])).toEqual([2, 2]);
		expect(await jobInfo(workers)).toMatchObject({ ArrayJobId: workers });
		await alice.run(['scancel', crew.job, workers]);
		await until(
			'nothing of alice runs',
			async () => (await processesOf('alice')).filter(({ place }) => place !== 'host'),
			{
				is: (left) => left.length === 0,
			},
		);
	});

	async function nothingIsLeft(job: string, nodes: readonly Node[]): Promise<void> {
		await until(`nothing of job ${job} runs`, () => processesOfJob(job, 'alice'), {
			is: (left) => left.length === 0,
			timeoutMs: 60_000,
		});
		for (const node of nodes) expect([node, await temporaryOn(node, before.get(node))]).toEqual([node, []]);
	}
});
