// What people ask all day, on a real cluster: status and wait, on a terminal, in a pipe, and with the controller away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, cancelAll, controller, describeReal, person, rayFolder, until } from '../testbed/bed.ts';
import { Terminal } from '../testbed/terminal.ts';
import { SMALL, startHead } from './cluster.ts';

const WANTS_GPUS = `
import ray, time
ray.init()
@ray.remote(num_gpus=2)
def never(): pass
waiting = never.remote()
time.sleep(600)
`;

/** What Ray knows of an application of Serve: detached actors of these names. Then the health address, alone. */
const LIKE_SERVE = `
import http.server, ray, sys, threading, time
ray.init(namespace="serve")
def actor(name, title):
    kind = type(title, (), {"ready": lambda self: 1, "__module__": "__main__"})
    handle = ray.remote(num_cpus=0)(kind).options(name=name, lifetime="detached").remote()
    ray.get(handle.ready.remote())
    return handle
if "replica" in sys.argv:
    kept = [actor("SERVE_CONTROLLER_ACTOR", "ServeController"), actor("r", "ServeReplica:shop:Model")]
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/fine" else 404)
        self.end_headers()
if "http" in sys.argv:
    server = http.server.HTTPServer(("127.0.0.1", 8123), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
time.sleep(600)
`;

describeReal('a cluster', () => {
	const alice = person('alice');
	let cwd: string;
	let head: string;
	let worker: string;
	let script: string;
	let held: string;

	const connect = async (...words: string[]) =>
		(await alice.rayslurm(['connect', head, '--parsable', ...SMALL, ...words], { cwd })).stdout.trim();
	const status = async (words: string[] = [], where = cwd) => {
		const { stdout, stderr, code } = await alice.rayslurm(['status', ...words], { cwd: where });
		return { stdout, stderr, code };
	};
	const facts = async (...words: string[]) => JSON.parse((await status(['--json', ...words])).stdout);

	beforeAll(async () => {
		({ job: head, cwd } = await startHead(alice, ['--name=tuning']));
		await alice.write(`${cwd}/wants.py`, WANTS_GPUS);
		[worker, script, held] = await Promise.all([connect(), connect('wants.py', '--seed', '42'), connect('--hold')]);
	});
	afterAll(() => cancelAll('alice'));

	it('is ready, layer by layer; a client is when its nodes have joined', async () => {
		const waited = await alice.rayslurm(['wait', 'tuning', '--nodes=3', '--json'], { cwd });
		const { ready, layers } = JSON.parse(waited.stdout);
		expect(ready).toBe(true);
		expect(layers.map(({ layer }: { layer: string }) => layer)).toEqual([
			'running',
			'serving',
			'node',
			'ports',
			'nodes',
		]);
		expect(waited.stderr).toMatch(/✓ running on dws-0\d .*\n(?:.*\n)*✓ 3 nodes have joined/);
		expect((await alice.rayslurm(['wait', worker], { cwd: '/' })).code).toBe(0);
	});

	it('that does not become ready in time: which layer, why, and what the log says; code 4', async () => {
		await until('all have joined that will', () => facts(head), { is: ({ heads }) => heads[0].ray.nodes.length === 3 });
		const { code, stderr } = await alice.rayslurm(['wait', head, '--nodes=9', '--timeout=1'], { cwd });
		expect(stderr).toMatch(
			/ERROR: Not ready: nodes are missing, 3 of 9 nodes; client \d+ is pending: held by its owner/,
		);
		expect(code).toBe(4);
	});

	it('is told by status from any folder: clients, reasons, use, and what can never run', async () => {
		await until('the demand is known', () => facts(head), {
			is: ({ heads }) => heads[0].ray.demand.length > 0 && heads[0].ray.nodes.length === 3,
		});
		const { stdout, code } = await status([], '/');
		expect(stdout).toMatch(new RegExp(`^Head ${head} tuning, ready on dws-0\\d, \\d+:\\d\\d left$`, 'm'));
		expect(stdout).toMatch(
			/^ {2}Ray 2\.\d+\.\d+ at 10\.77\.0\.\d:\d+: 3 nodes, CPU 0 of 3, object store 0 of 0\.6 GB$/m,
		);
		expect(stdout).toMatch(/^ {2}Clients: 1 joined, 1 running, 1 pending$/m);
		expect(stdout).toMatch(
			new RegExp(`^ {4}${script} +running +on dws-0\\d +\\d+:\\d\\d left +wants\\.py --seed 42$`, 'm'),
		);
		expect(stdout).toMatch(new RegExp(`^ {4}${held} +pending +worker; held by its owner \\(JobHeldUser\\)$`, 'm'));
		expect(stdout).toMatch(/^ {2}Never: \{.*GPU: 2.*\}: no node has 2 GPUs$/m);
		expect(stdout).toMatch(/^As of \d\d:\d\d:\d\d: Slurm answered, Ray of \d+ answered$/m);
		expect(stdout).not.toContain('\x1b');
		expect(code).toBe(0);
	});

	it('is told for programs: ISO times, one client alone by its id', async () => {
		const { schemaVersion, at, heads } = await facts(script);
		expect(schemaVersion).toBe(1);
		expect(at).toMatch(/^\d{4}-.*Z$/);
		expect(heads).toMatchObject([{ job: head, name: 'tuning', state: 'ready', ray: { answers: true } }]);
		expect(heads[0].endsAt).toMatch(/^\d{4}-.*Z$/);
		expect(heads[0].clients).toMatchObject([
			{ job: script, script: 'wants.py', arguments: ['--seed', '42'], expected: 1, joined: 1 },
		]);
		const unknown = await status(['--json', '99']);
		expect(JSON.parse(unknown.stdout).error.code).toBe('no-such-job');
		expect(unknown.code).toBe(3);
	});

	it('waits for Serve: its health address, asked from the node of the head; its replicas, known to Ray', async () => {
		await alice.write(`${cwd}/serve.py`, LIKE_SERVE);
		const on = (await facts(head)).heads[0].node;
		const none = await alice.rayslurm(['wait', head, '--for=serve', '--timeout=1'], { cwd });
		expect(none.stderr).toMatch(
			/Not ready: Serve does not run, Serve has not been started; no replica of Serve on the head's node/,
		);
		expect(none.code).toBe(4);
		const http = await connect('-w', on, 'serve.py', 'http');
		const healthy = ['wait', head, '--for=serve', '--health-url=http://127.0.0.1:8123/fine', '--timeout=60'];
		const byHealth = await alice.rayslurm(healthy, { cwd });
		expect(byHealth.stderr).toMatch(/✓ Serve runs: http:\/\/127\.0\.0\.1:8123\/fine answers 200/);
		const replica = await connect('-w', on, 'serve.py', 'replica');
		const byRay = await alice.rayslurm(['wait', head, '--for=serve', '--timeout=60'], { cwd });
		expect(byRay.stderr).toMatch(/✓ Serve runs shop, 1 replica, says Ray/);
		await alice.run(['scancel', http, replica]);
	});

	it('the controller away: what is known is shown, and that it is not all; code 75', async () => {
		await controller('stop');
		try {
			const { stdout, code } = await status();
			expect(stdout).toMatch(new RegExp(`^Head ${head} tuning, ready on dws-0\\d$`, 'm'));
			expect(stdout).toMatch(/3 nodes/);
			expect(stdout).toMatch(/^As of .*: Slurm did not answer \(.+\), Ray of \d+ answered$/m);
			expect(code).toBe(75);
		} finally {
			await controller('start');
		}
	});

	it('watched in a pipe: a line of JSON each time', async () => {
		const running = alice.startRayslurm(['status', '--watch=1'], { cwd });
		await until('there are two', () => running.soFar().stdout.split('\n').length > 2, { timeoutMs: 20_000 });
		running.kill('SIGINT');
		const { stdout, code } = await running.done;
		for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line).heads[0].job).toBe(head);
		expect(code).toBe(130);
	});

	describe('watched on a terminal', () => {
		it.each([
			['q', 'q', 0],
			['ctrl-C', 'C-c', 130],
		])(
			'is drawn in its place, fits when the terminal changes, and %s brings back what stood there',
			async (_what, key, code) => {
				const terminal = new Terminal(alice, cwd);
				await terminal.open({ PATH: `${rayFolder}/bin:/usr/bin:/bin`, TERM: 'xterm-256color' }, cwd);
				try {
					await terminal.type('echo stood here', 'Enter');
					await terminal.type(`${nodeForUsers()} ${bundle} status --watch 1; echo code $?`, 'Enter');
					await terminal.until(/^Head \d+ tuning, ready.*left$/m);
					expect(await terminal.flags()).toBe('1 0');
					await terminal.resize(40, 8);
					const small = await terminal.until(/… \d+ more lines/);
					expect(small).toMatch(/more lines\nAs of .*\n*$/);
					for (const line of small.split('\n')) expect([...line].length).toBeLessThanOrEqual(40);
					await terminal.resize(100, 30);
					await terminal.until(/^As of/m);
					await terminal.type(key);
					expect(await terminal.until(`code ${code}`)).toContain('stood here');
					expect(await terminal.flags()).toBe('0 1');
				} finally {
					await terminal.close();
				}
			},
		);
	});

	it('a user with nothing is told how to begin', async () => {
		const { stdout, code } = await person('bob').rayslurm(['status']);
		expect(stdout).toMatch(/^No head of yours .* rayslurm head submit --wait\n/);
		expect(code).toBe(0);
	});

	it('an array is shown, awaited and stopped task by task, and as a whole', async () => {
		const waits = 'while not os.path.exists("go" + index): time.sleep(0.1)';
		const begins = 'import os, sys, time\nindex = os.environ["SLURM_ARRAY_TASK_ID"]';
		await alice.write(`${cwd}/task.py`, `${begins}\n${waits}\nsys.exit(int(index))\n`);
		const array = await connect('--array=0-5%2', 'task.py');
		const reach = (index: number, name: string) =>
			until(`task ${index} is ${name}`, () => facts(array), {
				is: ({ heads }) =>
					heads[0].clients.some(
						({ task, state }: Record<string, string>) => task === `${array}_${index}` && state === name,
					),
				timeoutMs: 60_000,
			});
		await reach(0, 'running');
		await reach(1, 'running');
		const others = new RegExp(`^ {4}${array}_\\[2-5\\] +pending +task\\.py; .*\\(JobArrayTaskLimit\\)`, 'm');
		const { stdout } = await until('the others share a line', () => status([array]), {
			is: (said) => others.test(said.stdout),
		});
		expect(stdout).toMatch(/^ {2}Clients: 2 running, 4 pending$/m);
		const all = alice.startRayslurm(['wait', array, '--for=end', '--json'], { cwd });
		const one = alice.startRayslurm(['wait', `${array}_2`, '--for=end'], { cwd });
		expect(await alice.rayslurm(['stop', `${array}_5`], { cwd })).toMatchObject({
			code: 0,
			stdout: `Client ${array}_5 taken out of the queue\n`,
		});
		expect((await status([array])).stdout).toMatch(/^ {2}Clients: 2 running, 3 pending, 1 ended$/m);
		for (const index of [0, 2]) await alice.write(`${cwd}/go${index}`, '');
		expect((await one.done).code).toBe(2);
		await reach(3, 'running');
		const stopped = await alice.rayslurm(['stop', array], { cwd });
		expect(stopped.code).toBe(0);
		expect(stopped.stdout).toContain(`Client ${array}_4 taken out of the queue\n`);
		expect(stopped.stdout).toMatch(/ended with code 130\n/);
		expect(stopped.stderr).toContain(`told to stop: client ${array}_[1,3]`);
		const { code, stdout: told } = await all.done;
		expect(code).toBe(130);
		expect(JSON.parse(told).tasks.map((each: { code: number }) => each.code)).toEqual([0, 130, 2, 130, 1, 1]);
		const left = await alice.run(['squeue', '-h', '-r', '-j', array, '-t', 'PENDING,RUNNING', '-o', '%i']);
		expect(left.stdout).toBe('');
	});

	it("wait --for end returns the job's own code", async () => {
		const waiting = alice.startRayslurm(['wait', worker, '--for=end'], { cwd });
		await alice.run(['scancel', worker]);
		expect(await waiting.done).toMatchObject({ code: 143 });
	});
});
