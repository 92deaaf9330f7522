// The whole path on one machine, with a real Ray and without Slurm: a head, a worker, a script; every way to end; and
// nothing is left.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReal, examples, type Process, person, until } from '../testbed/bed.ts';
import { Here, SIZE, SMALL, temporary } from './here.ts';

const alice = new Here(person('alice'));
const bob = new Here(person('bob'));

describeReal('one machine', () => {
	const known = temporary();
	afterEach(() => Promise.all([alice.cancelAll(), bob.cancelAll()]));

	it('a head, a worker and a script: its output and its code come back, and nothing is left', async () => {
		const { job, cwd, said } = await alice.head(['--workers=1', '--worker-cpus=1', '--worker-object-store=0.2']);
		expect(said.stderr).not.toContain('Dashboard');
		expect(readFileSync(join(cwd, `outputs/ray_head_${job}.info`), 'utf8')).toMatch(/^RAY_ADDRESS=127\.0\.0\.2:\d+$/m);
		const script = ['import ray, sys', 'ray.init()', 'import time'];
		script.push('while len(ray.nodes()) < 3: time.sleep(0.1)', 'print(sys.argv[1:], len(ray.nodes()))', 'sys.exit(7)');
		await alice.who.write(join(cwd, 'three.py'), `${script.join('\n')}\n`);
		// The scheduler need not be said again.
		const own = { cwd, env: { RAYSLURM_SCHEDULER: undefined } };
		const ran = await alice.run(['connect', job, '--follow', ...SIZE, 'three.py', '--lr', '1e-3', ''], own);
		expect(ran.stdout).toBe("['--lr', '1e-3', ''] 3\n");
		expect(ran.code).toBe(7);
		// It leaves the cluster in its own time.
		await alice.ended(/^Submitted client job (\d+)$/m.exec(ran.stderr)?.[1] ?? '');
		const listed = await alice.run(['local', 'jobs']);
		expect(listed.stdout).toMatch(new RegExp(`^ *${job}  ray  running until `));
		expect((await alice.run(['local', 'cancel', job])).code).toBe(0);
		expect(await alice.ended(job)).toMatchObject({ how: 'CANCELLED' });
		const worker = /as job (\d+)/.exec(said.stderr)?.[1] ?? '';
		await alice.run(['local', 'cancel', worker]);
		await alice.ended(worker);
		await until('no process is left', async () => (await alice.processes()).length === 0);
		expect(alice.temporary(known)).toEqual([]);
		expect(existsSync(join(cwd, `outputs/ray_head_${job}.info`))).toBe(false);
	});

	it('ctrl-C leaves the head running, and says what ends it', async () => {
		const cwd = await alice.who.workspace();
		const waiting = alice.start(['head', 'submit', '--wait', ...SMALL, '--', '--include-dashboard=false'], { cwd });
		await until('it runs', () => waiting.soFar().stderr.includes('running on'));
		waiting.kill('SIGINT');
		const said = await waiting.done;
		expect(said.code).toBe(130);
		const job = /^Submitted head job (\d+)$/m.exec(said.stdout)?.[1] ?? '';
		expect(said.stderr).toContain(`End it with: rayslurm stop ${job}`);
		await until('clients can join', () => existsSync(join(cwd, `outputs/ray_head_${job}.info`)));
		expect(await alice.state(job)).toMatchObject({ kind: 'running' });
	});

	it('stop ends a head in order, and is there until nothing is left', async () => {
		const { job, cwd } = await alice.head();
		expect(await alice.run(['stop', job, '--scheduler=slurm'], { cwd })).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('--scheduler=local'),
		});
		expect(await alice.run(['stop', 'latest'], { cwd })).toMatchObject({
			code: 0,
			stdout: `Head ${job} ended: stop\n`,
		});
		expect(await alice.state(job)).toMatchObject({ kind: 'ended', how: 'COMPLETED', exitCode: 0 });
		await until('no process is left', async () => (await alice.processes()).length === 0);
		expect(alice.temporary(known)).toEqual([]);
	});

	describe('a kill of', () => {
		const named = (pattern: RegExp) => (processes: readonly Process[]) =>
			processes.filter(({ command }) => pattern.test(command)).toSorted((a, b) => a.born - b.born);
		it.each([
			['the keeper', (all: Process[]) => named(/keep-job-\w+\.sh keep/)(all).slice(0, 1), 'NODE_FAIL'],
			['the listener', (all: Process[]) => named(/keep-job-\w+\.sh keep/)(all).slice(1), 'NODE_FAIL'],
			['the batch shell', named(/^\/bin\/bash .*\/script$/), 'FAILED'],
			["the head's supervisor", named(/rayslurm\.cjs idle-watch/), 'FAILED'],
			['Ray', named(/gcs_server/), 'FAILED'],
		])('%s: told, and nothing is left', async (_, victims, how) => {
			const { job, cwd } = await alice.head();
			const chosen = victims(await alice.processes());
			expect(chosen.length).toBeGreaterThan(0);
			for (const { hostPid } of chosen) process.kill(hostPid, 'SIGKILL');
			expect((await alice.ended(job)).how).toMatch(how);
			await until('no process is left', async () => (await alice.processes()).length === 0);
			await until('no folder is left', () => alice.temporary(known).length === 0, { timeoutMs: 5_000 });
			expect(existsSync(join(cwd, `outputs/ray_head_${job}.info`))).toBe(false);
		});
	});

	it('two people have their own heads, jobs and ids', async () => {
		const [hers, his] = await Promise.all([alice.head(), bob.head()]);
		const ran = await bob.run(['connect', his.job, '--follow', ...SMALL, join(examples, 'hello.py'), '--seed', '1'], {
			cwd: his.cwd,
		});
		expect(ran.stdout).toContain('2 nodes');
		await alice.run(['local', 'cancel', hers.job]);
		await alice.ended(hers.job);
		expect(await bob.state(his.job)).toMatchObject({ kind: 'running' });
	});

	it('a client without room waits, and says why', async () => {
		const { job, cwd } = await alice.head();
		const client = await alice.run(['connect', job, '--parsable', ...SMALL, '-c', '8', join(examples, 'hello.py')], {
			cwd,
		});
		const listed = await alice.run(['local', 'jobs', client.stdout.trim()]);
		expect(listed.stdout).toMatch(
			new RegExp(
				`waits for 8 CPUs: \\d of 8 (?:is|are) free; head ${job} .*; ask for less with -c, or let jobs share`,
				'm',
			),
		);
		for (const dry of [[], ['--dry-run']]) {
			const tooMuch = await alice.run(['connect', job, ...dry, ...SMALL, '-c', '9', join(examples, 'hello.py')], {
				cwd,
			});
			expect(tooMuch).toMatchObject({
				code: 1,
				stderr: expect.stringContaining('asks for 9 CPUs, and this machine has 8'),
			});
		}
	});
});
