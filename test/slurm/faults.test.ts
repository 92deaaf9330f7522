// What befalls the jobs of a cluster, one row of the table each: told too early, too often, pushed aside, cut off, put to
// sleep, full. After each: no process, no folder, no file that promises a head, and the reason in words.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
	describeReal,
	errorsOf,
	jobInfo,
	jobState,
	type Node,
	node,
	nodeOf,
	onNode,
	outputOf,
	person,
	until,
} from '../testbed/bed.ts';
import { type Head, infoOf, infoPath, processesOfJob, SMALL, startHead, temporaryOn } from './cluster.ts';
import { gatherCrowd } from './crowd.ts';

/** Counts how often it is told, and goes on for a moment after the first time. */
const COUNTS = `
import signal, time
told = 0
def hear(*_):
    global told
    told += 1
signal.signal(signal.SIGUSR1, hear)
print("begun", flush=True)
while told == 0:
    time.sleep(0.05)
time.sleep(3)
print("told", told, flush=True)
`;
const WORKS = `
import ray, sys, time
ray.init()
print("begun", flush=True)
for _ in range(int(sys.argv[1])):
    ray.get(ray.remote(lambda: 1).remote())
    time.sleep(1)
print("done", flush=True)
`;

describeReal('what befalls a cluster', () => {
	const alice = person('alice');
	const over = {
		is: (state: string) => ['COMPLETED', 'FAILED', 'CANCELLED', 'NODE_FAIL', 'GONE'].includes(state),
		timeoutMs: 90_000,
	};
	const gone = { is: (left: readonly unknown[]) => left.length === 0, timeoutMs: 20_000 };
	const scripts = async (): Promise<string> => {
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/counts.py`, COUNTS);
		await alice.write(`${cwd}/works.py`, WORKS);
		return cwd;
	};
	const connect = (head: Head, ...words: string[]) =>
		alice.startRayslurm(['connect', head.job, ...SMALL, '--follow', ...words], { cwd: head.cwd, timeoutMs: 170_000 });
	const begun = (client: ReturnType<typeof connect>) =>
		until('the script runs', () => client.soFar().stdout, { is: (text) => text.includes('begun'), timeoutMs: 60_000 });
	const clientOf = (client: ReturnType<typeof connect>) => /client job (\d+)/.exec(client.soFar().stderr)?.[1] ?? '';
	const usr1 = (job: string) => alice.run(['scancel', '--batch', '--signal=USR1', job]);
	const left = async ({ cwd, job }: Head) => [
		...(await processesOfJob(job, 'alice')).map(({ command }) => command),
		...(await readdir(`${cwd}/outputs`)).filter((name) => name === `ray_head_${job}.info`),
		...(await readdir(`${cwd}/outputs/.rayslurm/heads/${job}`)).filter((name) => name.startsWith('token')),
	];
	/** Not on the nodes that these tests lose; and now, not in two minutes. */
	const elsewhere = (job: string) =>
		alice.run(['scontrol', 'update', `JobId=${job}`, 'ExcNodeList=dws-03,dws-04', 'StartTime=now']);
	const lastLine = async (job: string) => (await errorsOf(job)).trimEnd().split('\n').at(-1);

	it('SIGUSR1 while it starts: the start is abandoned, with 0 and nothing left', async () => {
		const cwd = await scripts();
		const submit = ['head', 'submit', '--parsable', ...SMALL, '-w', 'dws-01', '--', '--include-dashboard=false'];
		const heads = await Promise.all(
			[0, 250, 500].map(async (afterMs) => {
				const job = (await alice.rayslurm(submit, { cwd })).stdout.trim();
				const events = `${cwd}/outputs/.rayslurm/heads/${job}/events.jsonl`;
				await until('it runs', () => existsSync(events), { timeoutMs: 30_000, everyMs: 5 });
				await alice.run(['sleep', String(afterMs / 1_000)]); // Somewhere in its start, which takes a second.
				await usr1(job);
				return { cwd, job } as Head;
			}),
		);
		for (const head of heads) {
			await until('it has ended', () => jobState(head.job), over);
			expect(await lastLine(head.job)).toBe(`Head ${head.job} ended: time limit`);
			expect((await jobInfo(head.job))['ExitCode']).toBe('0:0');
			await until('nothing is left', () => left(head), gone);
		}
	});

	it('SIGUSR1 again and again: the script hears it once, and the head ends as if it had come once', async () => {
		const head = await startHead(alice, ['-w', 'dws-01'], { cwd: await scripts() });
		const client = connect(head, '-w', 'dws-02', 'counts.py');
		await begun(client);
		for (let times = 0; times < 3; times++) await usr1(head.job);
		await usr1(clientOf(client));
		expect(await client.done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^told 1$/m) });
		await until('the head has ended', () => jobState(head.job), over);
		await usr1(head.job);
		expect(await lastLine(head.job)).toBe(`Head ${head.job} ended: time limit`);
		await until('nothing is left', () => left(head), gone);
	});

	it('200 clients are told at once, and noticed as they end', async () => {
		const head = await startHead(alice, ['-w', 'dws-01']);
		const crowd = await gatherCrowd(alice, head, 200);
		const began = Date.now();
		await usr1(head.job);
		await until('the head has ended', () => jobState(head.job), over);
		const told = await crowd.told();
		expect(told).toHaveLength(200);
		expect((Math.max(...told) - began) / 1_000).toBeLessThan(5);
		const said = await errorsOf(head.job);
		expect(said).toMatch(/Time limit: told 200 clients: /);
		expect(said).toMatch(/Time limit: every client has ended/);
	});

	it('the raylet dies: a head ends with 1, a client with 1, each says so and clears up', async () => {
		const head = await startHead(alice, ['-w', 'dws-01'], { cwd: await scripts() });
		const client = connect(head, '-w', 'dws-02', 'works.py', '600');
		await begun(client);
		const kill = async (job: string) => {
			const raylet = (await processesOfJob(job, 'alice')).find(({ command }) => /raylet\/raylet /.test(command));
			process.kill(raylet?.hostPid ?? 0, 'SIGKILL');
		};
		await kill(clientOf(client));
		expect((await client.done).code).not.toBe(0);
		expect(client.soFar().stderr).toMatch(/this client's Ray node has ended|ended with code 1/);
		await kill(head.job);
		await until('the head has ended', () => jobState(head.job), over);
		expect((await jobInfo(head.job))['ExitCode']).toBe('1:0');
		expect(await lastLine(head.job)).toBe(`Head ${head.job} ended: Ray died`);
		await until('nothing is left', () => left(head), gone);
	});

	it('its supervisor is killed at any instant of its start: no half of an info file, and nothing left in ten seconds', async () => {
		const known = await temporaryOn('dws-04');
		const cwd = await scripts();
		const submit = ['head', 'submit', '--parsable', ...SMALL, '-w', 'dws-04', '--', '--include-dashboard=false'];
		for (const afterMs of [0, 150, 600]) {
			const job = (await alice.rayslurm(submit, { cwd })).stdout.trim();
			const head = { cwd, job } as Head;
			const supervisor = async () =>
				(await processesOfJob(job, 'alice')).find(({ command }) => command.includes('idle-watch'))?.hostPid;
			const pid = await until('its supervisor is there', supervisor, { is: (seen) => seen !== undefined, everyMs: 5 });
			await alice.run(['sleep', String(afterMs / 1_000)]);
			process.kill(pid ?? 0, 'SIGKILL');
			await until('it has ended', () => jobState(job), over);
			await until(
				'nothing is left',
				async () => [...(await processesOfJob(job, 'alice')), ...(await left(head).catch(() => []))],
				{
					...gone,
					timeoutMs: 10_000,
				},
			);
			expect(await temporaryOn('dws-04', known)).toEqual([]);
		}
	});

	it('its disk is full: a head that runs goes on and ends in order, one that starts says why within seconds', async () => {
		const cwd = await scripts();
		const outputs = `${cwd}/outputs`;
		const uid = (await alice.run(['id', '-u'])).stdout.trim();
		await alice.run(['mkdir', outputs]);
		const small = `size=2m,uid=${uid},mode=755`;
		await onNode('dws-04', ['mount', '-t', 'tmpfs', '-o', small, 'small', outputs]);
		const asAlice = (...words: string[]) => onNode('dws-04', ['setpriv', `--reuid=${uid}`, '--clear-groups', ...words]);
		const said = async (job: string) => (await asAlice('cat', `${outputs}/slurm_logs/${job}-ray-head-ray.err`)).stdout;
		try {
			await asAlice('mkdir', `${outputs}/slurm_logs`);
			const submit = ['head', 'submit', '--parsable', ...SMALL, '-w', 'dws-04', '--', '--include-dashboard=false'];
			const job = (await alice.rayslurm(submit, { cwd })).stdout.trim();
			await until('it can be joined', () => said(job), { is: (text) => text.includes('Ready'), timeoutMs: 60_000 });
			await asAlice('sh', '-c', `cat /dev/zero >${outputs}/filler || true`);
			await usr1(job);
			await until('it has ended', () => jobState(job), over);
			expect((await jobInfo(job))['ExitCode']).toBe('0:0');
			expect((await asAlice('ls', outputs)).stdout).not.toContain('.info');
			await until('no process is left', () => processesOfJob(job, 'alice'), gone);

			const began = performance.now();
			const second = (await alice.rayslurm(submit, { cwd })).stdout.trim();
			await until('it has ended', () => jobState(second), { ...over, timeoutMs: 20_000 });
			expect((performance.now() - began) / 1_000).toBeLessThan(10);
			expect((await jobInfo(second))['ExitCode']).toBe('1:0');
			await until('no process is left', () => processesOfJob(second, 'alice'), gone);
		} finally {
			await onNode('dws-04', ['umount', outputs]);
		}
	});

	it('pushed aside by a partition of higher priority: clients are told why, and the head waits in the queue again', async () => {
		const cwd = await scripts();
		const head = await startHead(alice, ['-p', 'low', '-w', 'dws-03'], { cwd });
		const client = connect(head, '-w', 'dws-02', 'works.py', '600');
		await begun(client);
		const whole = ['-w', 'dws-03', '-c', '8', '--mem=1', '-o', '/dev/null'];
		await alice.run(['sbatch', '-p', 'high', ...whole, '--wrap', 'sleep 2'], { cwd });
		const ended = await client.done;
		expect(ended.code).not.toBe(0);
		expect(ended.stderr).toMatch(/the script was sent SIGINT: the head has ended: SIGTERM received/);
		await until('it waits in the queue', () => jobState(head.job), {
			is: (state) => state === 'PENDING',
			timeoutMs: 60_000,
		});
		expect(await errorsOf(head.job)).toContain(`Head ${head.job} ended: stopped`);
		await until('nothing is left', () => left(head), gone);
		await alice.run(['scancel', head.job]);
	});

	it('inside its window it stays for a client that waits in the queue, and ends when that one is gone', async () => {
		const head = await startHead(alice, ['-w', 'dws-01', '--idle-window', 'always', '--idle-after', '3s'], {
			cwd: await scripts(),
		});
		const waiting = (
			await alice.rayslurm(['connect', head.job, '--parsable', ...SMALL, '--begin=now+1hour', 'works.py', '1'], {
				cwd: head.cwd,
			})
		).stdout.trim();
		const decisions = async () =>
			(await alice.run(['cat', `${head.cwd}/outputs/.rayslurm/heads/${head.job}/decisions.jsonl`])).stdout
				.split('\n')
				.filter(Boolean)
				.map((line) => JSON.parse(line));
		await until('it has looked at the client five times', decisions, {
			is: (seen) => seen.filter(({ because }) => because === 'in use: 1 client on the way').length >= 5,
			timeoutMs: 30_000,
		});
		expect(await jobState(head.job)).toBe('RUNNING');
		await alice.run(['scancel', waiting]);
		await until('the head has ended', () => jobState(head.job), over);
		expect(await lastLine(head.job)).toBe(`Head ${head.job} ended: idle`);
		expect((await decisions()).at(-1)).toMatchObject({
			do: 'end',
			window: 'open',
			seen: { connected: 0, coming: 0 },
		});
	});

	describe.concurrent('in its own time', () => {
		it("a short job's own limit: not told at its birth, and in order before Slurm's end", async () => {
			const head = await startHead(alice, ['-w', 'dws-01', '--time=2'], { cwd: await scripts() });
			const client = connect(head, '-w', 'dws-02', 'counts.py');
			await begun(client);
			const began = performance.now();
			expect(await client.done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^told 1$/m) });
			// The lead is a quarter of two minutes, and Slurm may be a minute early.
			expect((performance.now() - began) / 1_000).toBeGreaterThan(10);
			await until('the head has ended', () => jobState(head.job), { ...over, timeoutMs: 30_000 });
			expect(await jobState(head.job)).toBe('COMPLETED');
			expect(await lastLine(head.job)).toBe(`Head ${head.job} ended: time limit`);
		});

		it('put to sleep and woken up, head and client: nobody is reported dead, and the script goes on', async () => {
			const head = await startHead(alice, ['-w', 'dws-01'], { cwd: await scripts() });
			const client = connect(head, '-w', 'dws-02', 'works.py', '8');
			await begun(client);
			const both = `${head.job},${clientOf(client)}`;
			await onNode('dws-01', ['scontrol', 'suspend', both]);
			await until('it sleeps', () => jobState(head.job), { is: (state) => state === 'SUSPENDED' });
			await alice.run(['sleep', '20']); // This is the time that must count for nothing.
			await onNode('dws-01', ['scontrol', 'resume', both]);
			expect(await client.done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^done$/m) });
			expect(await jobState(head.job)).toBe('RUNNING');
			expect(await errorsOf(head.job)).not.toMatch(/ends:|has not answered/);
			await alice.run(['scancel', head.job]);
		});
	});

	describe.concurrent('its node', () => {
		it('a node is lost under a client: the head stays, and the client, put back by Slurm, does its work elsewhere', async () => {
			const head = await startHead(alice, ['-w', 'dws-01'], { cwd: await scripts() });
			const client = connect(head, '--exclude=dws-01,dws-02,dws-04', 'works.py', '3');
			await begun(client);
			const job = clientOf(client);
			const lost = (await nodeOf(job)) as Node;
			await node('kill', lost);
			try {
				await until('Slurm has put it back', () => jobState(job), {
					is: (state) => state === 'PENDING',
					timeoutMs: 120_000,
				});
				await elsewhere(job);
				expect(await client.done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^done$/m) });
				expect((await jobInfo(job))['Restarts']).toBe('1');
				expect(await jobState(head.job)).toBe('RUNNING');
			} finally {
				await node('revive', lost);
			}
			await alice.run(['scancel', head.job]);
		});

		it('a node is lost under a head: its client ends with the reason, and the head that Slurm puts back is a new one', async () => {
			const head = await startHead(alice, ['--exclude=dws-01,dws-02,dws-03'], { cwd: await scripts() });
			const first = await infoOf(head);
			const client = connect(head, '-w', 'dws-02', 'works.py', '600');
			await begun(client);
			const lost = (await nodeOf(head.job)) as Node;
			const began = performance.now();
			await node('kill', lost);
			try {
				expect((await client.done).code).not.toBe(0);
				expect((performance.now() - began) / 1_000).toBeLessThan(90);
				expect(client.soFar().stderr).toMatch(
					/the head has not answered for a minute|the head was started anew|the head has ended/,
				);
				await until('Slurm has put it back', () => jobState(head.job), {
					is: (state) => state === 'PENDING',
					timeoutMs: 120_000,
				});
				await elsewhere(head.job);
				await until('a new incarnation can be joined', () => infoOf(head).catch(() => first), {
					is: (info) => info['INCARNATION'] !== first['INCARNATION'],
					timeoutMs: 60_000,
				});
				expect((await jobInfo(head.job))['Restarts']).toBe('1');
				expect(existsSync(infoPath(head))).toBe(true);
				expect(existsSync(first['RAY_AUTH_TOKEN_PATH'] ?? '')).toBe(false);
			} finally {
				await node('revive', lost);
			}
			await alice.run(['scancel', head.job]);
			expect(await outputOf(head.job)).toBe('');
		});
	});
});
