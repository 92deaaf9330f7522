// Two users on one node: all of it works, nothing collides, and neither can use or read what is the other's.
import { dirname } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openControlStore } from '../../src/adapters/ray/control-store.ts';
import {
	describeReal,
	errorsOf,
	jobInfo,
	onNode,
	person,
	processesOf,
	type Running,
	rayFolder,
	until,
} from '../testbed/bed.ts';
import { type Head, infoOf, infoPath, jobOf, SMALL, startHead, tokenOf } from './cluster.ts';

const NODE = 'dws-01';
const HERE = [...SMALL, '-w', NODE];

/** Runs a task on every node as soon as there are as many as it is told of, and stays until it is let go. */
const STAYING = `
import os, sys, time, ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On
ray.init()
@ray.remote(num_cpus=0)
def where():
    return os.environ["SLURM_JOB_ID"]
nodes = []
while len(nodes) < int(sys.argv[1]):
    nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
    time.sleep(0.2)
print("ran in", *sorted(ray.get([where.options(scheduling_strategy=On(node, soft=False)).remote() for node in nodes])))
while not os.path.exists(sys.argv[2]):
    time.sleep(0.2)
`;

describeReal('two users on one node', () => {
	const alice = person('alice');
	const bob = person('bob');
	const owners = { alice, bob };
	let hers: Head;
	let his: Head;
	let planted: string[] = [];
	let bait = '';
	let clients: { running: Running; job: string }[] = [];

	const client = async (owner: 'alice' | 'bob', head: Head, nodes: number) => {
		const words = ['connect', head.job, ...HERE, '--follow', 'staying.py', String(nodes), `${head.cwd}/go`];
		const running = owners[owner].startRayslurm(words, { cwd: head.cwd, timeoutMs: 170_000 });
		const submitted = await until('it is submitted', () => /client job (\d+)/.exec(running.soFar().stderr)?.[1]);
		return { running, job: submitted ?? '' };
	};
	const asBob = (command: string) =>
		onNode(NODE, ['setpriv', '--reuid=bob', '--regid=bob', '--init-groups', 'bash', '-c', command]);

	beforeAll(async () => {
		// Bob guesses the next job's id and takes its well-known name with a link to a folder of his.
		const last = await bob.run(['sbatch', '--parsable', '--hold', '--wrap', 'true']);
		// Of two: whoever of them comes first.
		planted = [1, 2].map((more) => `/tmp/ray_head_${Number(last.stdout) + more}`);
		await bob.run(['scancel', last.stdout.trim()]);
		bait = `/tmp/bait-${last.stdout.trim()}`;
		await asBob(`mkdir -m 755 ${bait}; for name in ${planted.join(' ')}; do ln -s ${bait} $name; done`);
		const submit = async (owner: 'alice' | 'bob') => {
			const cwd = await owners[owner].workspace();
			await owners[owner].write(`${cwd}/staying.py`, STAYING);
			return startHead(owners[owner], ['-w', NODE], { cwd });
		};
		[hers, his] = await Promise.all([submit('alice'), submit('bob')]);
	});

	it('two heads and three clients at once: every task runs in the cluster of its own user', async () => {
		clients = [await client('alice', hers, 3), await client('alice', hers, 3), await client('bob', his, 2)];
		const said = await until(
			'every script has run its tasks',
			() => clients.map((each) => each.running.soFar().stdout),
			{
				is: (texts) => texts.every(Boolean),
				timeoutMs: 120_000,
			},
		);
		const [one, two, three] = clients.map(({ job }) => job);
		const ofHers = `ran in ${[hers.job, one, two].toSorted().join(' ')}\n`;
		expect(said).toEqual([ofHers, ofHers, `ran in ${[his.job, three].toSorted().join(' ')}\n`]);
	});

	it('no port is in two plans, and none has listeners of two jobs', async () => {
		const plans = await Promise.all([hers, his].map(async (head) => portsIn(await infoOf(head))));
		const [mine = [], theirs = []] = plans;
		expect(mine.length).toBeGreaterThan(2_420);
		expect(mine.filter((port) => theirs.includes(port))).toEqual([]);

		// Ray's agents come up one after another; its workers go when they have nothing to do.
		const listening = await until('the services of all five jobs listen', listenersByJob, {
			is: (byJob) => byJob.size === 5 && [...byJob.values()].every(({ size }) => size >= 4),
			timeoutMs: 60_000,
		});
		expect([...listening.keys()].toSorted()).toEqual([hers, his, ...clients].map(({ job }) => job).toSorted());
		const all = [...listening.values()].flatMap((ports) => [...ports]);
		expect(all.filter((port, index) => all.indexOf(port) !== index)).toEqual([]);
	});

	it('bob cannot use the cluster of alice, whatever he asks it with', async () => {
		const address = (await infoOf(hers))['RAY_ADDRESS'] ?? '';
		const wrong = await bob.write(`${his.cwd}/wrong-token`, 'f'.repeat(64), 0o600);
		const python = (env: Record<string, string>, ...words: string[]) =>
			bob.run(words, { cwd: his.cwd, env: { PATH: `${rayFolder}/bin:/usr/bin:/bin`, ...env }, timeoutMs: 120_000 });
		const init = python(
			{ RAY_AUTH_MODE: 'token', RAY_AUTH_TOKEN_PATH: wrong },
			'python3',
			'-c',
			`import ray; ray.init(address="${address}"); print("IN")`,
		);
		for (const token of [undefined, 'f'.repeat(64), await tokenOf(his)]) {
			const store = openControlStore(address, async () => token);
			expect(await store.nodes(5_000)).toMatchObject({ kind: 'refused' });
			expect(await store.jobs(5_000)).toMatchObject({ kind: 'refused' });
			store.close();
		}
		const status = await python({}, 'ray', 'status', `--address=${address}`);
		expect(status.code).not.toBe(0);
		expect(status.all).toMatch(/AuthenticationError|InvalidAuthToken|token is missing/);
		const connect = ['connect', address, '--token-file', wrong, ...HERE, '--follow', 'staying.py', '1', 'go'];
		expect(await bob.rayslurm(connect, { cwd: his.cwd })).toMatchObject({
			code: 1,
			stdout: '',
			stderr: expect.stringMatching(/^ERROR: Failed to connect to Ray cluster$/m),
		});
		const refused = await init;
		expect(refused.code).not.toBe(0);
		expect(refused.stdout).not.toContain('IN');
	});

	it('bob can read neither her token nor her folder, and sees the token nowhere', async () => {
		const path = (await infoOf(hers))['RAY_AUTH_TOKEN_PATH'] ?? '';
		const token = (await tokenOf(hers)).trim();
		expect(token).toMatch(/^\S{32,}$/);
		const nest = dirname(await headFolder(hers));
		for (const place of [`cat ${path}`, `ls ${dirname(path)}`, `cat ${infoPath(hers)}`, `ls ${nest}`]) {
			expect(await asBob(place)).toMatchObject({ stdout: '', stderr: expect.stringContaining('Permission denied') });
		}
		const shown = await Promise.all([
			asBob('scontrol show job --details; scontrol show step'),
			asBob('squeue --all --format=%all; squeue --all --Format=Comment:500,Command:500,Name:500'),
			asBob('ps axeww; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" " "'),
			asBob(`find ${hers.cwd} /tmp /dev/shm -type f -readable -exec cat {} + 2>/dev/null`),
		]);
		// Words that are there for him to see: otherwise he has looked at nothing.
		const visible = [`JobId=${hers.job}`, hers.job, 'gcs_server', 'Ray answers at'];
		for (const [index, { stdout }] of shown.entries()) {
			expect(stdout).toContain(visible[index]);
			expect(stdout.includes(token)).toBe(false);
		}
	});

	it('a well-known name that bob has taken: a warning, and nothing of his is touched', async () => {
		const name = `/tmp/ray_head_${hers.job}`;
		expect(await asBob(`readlink ${name}; stat -c '%a %U' ${bait}; ls -A ${bait}`)).toMatchObject({
			stdout: `${bait}\n755 bob`,
		});
		expect(await errorsOf(hers.job)).toMatch(new RegExp(`^.*WARNING.* ${name} is taken by somebody else`, 'm'));
	});

	it('a port that is taken, with --port-offset: a clear error within seconds, with its number and user', async () => {
		const { USER_PORT_OFFSET: offset = '', RAY_PORT: port } = await infoOf(his);
		const words = ['head', 'submit', '--wait', ...HERE, '--port-offset', offset];
		const began = performance.now();
		const { code, stdout, stderr } = await alice.rayslurm(words, { cwd: hers.cwd });
		expect((performance.now() - began) / 1000).toBeLessThan(10);
		const job = /head job (\d+)/.exec(stdout)?.[1] ?? '';
		const cause = new RegExp(`--port-offset ${offset} is not free here: port ${port} \\(Ray\\) is .* of bob`);
		expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(cause) });
		expect(await errorsOf(job)).toMatch(cause);
		expect(
			await until('it has failed', () => jobInfo(job), { is: ({ JobState }) => JobState === 'FAILED' }),
		).toMatchObject({
			ExitCode: '1:0',
		});
	});

	it('let go, every script ends with 0', async () => {
		await alice.write(`${hers.cwd}/go`, '');
		await bob.write(`${his.cwd}/go`, '');
		const ends = await Promise.all(clients.map(({ running }) => running.done));
		expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
		await asBob(`rm -r ${planted.join(' ')} ${bait}`);
	});

	async function headFolder(head: Head): Promise<string> {
		const gcs = (await processesOf('alice', NODE)).find(({ command }) => /\/gcs_server /.test(command));
		const folder = /--log_dir=(\/tmp\/rs-[^/]+\/ray)\//.exec(gcs?.command ?? '')?.[1];
		return folder ?? expect.fail(`no control store of ${head.job}`);
	}

	/** TCP ports on the node, by the job whose processes listen there. */
	async function listenersByJob(): Promise<Map<string, Set<number>>> {
		const processes = (await Promise.all(['alice', 'bob'].map((user) => processesOf(user, NODE)))).flat();
		const jobs = new Map(await Promise.all(processes.map(async (each) => [each.pid, await jobOf(each)] as const)));
		const { stdout } = await onNode(NODE, ['ss', '-Htlnp']);
		const found = new Map<string, Set<number>>();
		for (const line of stdout.split('\n')) {
			const port = Number(/:(\d+) /.exec(line)?.[1]);
			for (const [, pid] of line.matchAll(/pid=(\d+)/g)) {
				const job = jobs.get(Number(pid));
				if (job !== undefined) found.set(job, (found.get(job) ?? new Set()).add(port));
			}
		}
		return found;
	}
});

function portsIn(info: Record<string, string>): number[] {
	const single = Object.keys(info).filter((key) => key.endsWith('_PORT') && !key.includes('WORKER'));
	const [min, max] = [Number(info['MIN_WORKER_PORT']), Number(info['MAX_WORKER_PORT'])];
	return [...single.map((key) => Number(info[key])), ...Array.from({ length: max - min + 1 }, (_, i) => min + i)];
}
