// One head after another: a successor that is submitted in time, and clients that go on with it.
import { existsSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { describeReal, errorsOf, jobInfo, jobState, person, until } from '../testbed/bed.ts';
import { type Head, infoOf, infoPath, SMALL, startHead } from './cluster.ts';

/** Works until it is told to end; with the next head it asks the cluster something and ends well. */
const RESUMES = `
import os, ray, time
ray.init()
resumed = os.environ.get("RAYSLURM_RESUMED")
print("begun" if resumed is None else "resumed " + resumed, os.environ["RAY_HEAD_JOB_ID"], flush=True)
if resumed:
    print("answer", ray.get(ray.remote(lambda: 42).remote()))
else:
    try:
        time.sleep(600)
    finally:
        print("checkpoint", flush=True)
`;

const WORKER = ['--workers=1', '--worker-cpus=1', '--worker-object-store=0.2'];
const WORKER_SIZE = { SBATCH_MEM_PER_NODE: '3G' };

/** Without what Ray tells on its own account. */
const ownLines = (text: string) => text.replaceAll(/^(?!begun|checkpoint|resumed|answer).*\n/gm, '');

describeReal('a succession of heads', () => {
	const alice = person('alice');
	const over = {
		is: (state: string) => ['COMPLETED', 'FAILED', 'CANCELLED', 'GONE'].includes(state),
		timeoutMs: 60_000,
	};
	const successorOf = ({ cwd, job }: Pick<Head, 'cwd' | 'job'>) =>
		`${cwd}/outputs/.rayslurm/heads/${job}/successor.json`;
	const successor = (head: Pick<Head, 'cwd' | 'job'>, timeoutMs = 60_000): Promise<string> =>
		until('a successor is submitted', () => existsSync(successorOf(head)), { timeoutMs }).then(
			async () => JSON.parse(await readFile(successorOf(head), 'utf8')).job,
		);
	const signal = (job: string) => alice.run(['scancel', '--batch', '--signal=USR1', job]);
	const connect = (head: Head, ...words: string[]) =>
		alice.startRayslurm(['connect', ...words.slice(0, 1), ...SMALL, '-w', 'dws-02', '--follow', ...words.slice(1)], {
			cwd: head.cwd,
			timeoutMs: 150_000,
		});

	const workersOf = async ({ cwd, job }: Pick<Head, 'cwd' | 'job'>): Promise<string> =>
		JSON.parse(await readFile(`${cwd}/outputs/.rayslurm/heads/${job}/head.json`, 'utf8')).workers?.job;

	let early: Head;
	beforeAll(async () => {
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/resumes.py`, RESUMES);
		// Its successor is due 90 s from its start; the other tests pass that time.
		early = await startHead(alice, ['-w', 'dws-03', '--time=3', '--signal=USR1@10', '--name', 'tune', '--renew'], {
			cwd,
		});
	});

	it('--renew=after: the successor waits for the end; clients in the queue are kept for it, others are turned away', async () => {
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/resumes.py`, RESUMES);
		const head = await startHead(alice, ['-w', 'dws-01', '--renew=after', ...WORKER], { cwd, env: WORKER_SIZE });
		const client = connect(head, head.job, '-N', '2', '-w', 'dws-02,dws-04', '--rejoin', 'resumes.py');
		const leaving = connect(head, head.job, 'resumes.py');
		await until('both scripts run', () => [client, leaving].map(({ soFar }) => soFar().stdout), {
			is: (texts) => texts.every((text) => text.includes('begun')),
			timeoutMs: 60_000,
		});
		const waits = async (...words: string[]) =>
			(
				await alice.rayslurm(
					['connect', head.job, '--parsable', ...SMALL, '--begin=now+1hour', ...words, 'resumes.py'],
					{ cwd },
				)
			).stdout.trim();
		const [kept, turnedAway] = [await waits('--rejoin'), await waits()];
		await signal(head.job);
		const next = await successor(head);
		expect((await jobInfo(next))['Dependency'] ?? '').toMatch(/afterany|null/);
		const ended = await client.done;
		expect(ownLines(ended.stdout)).toBe(`begun ${head.job}\ncheckpoint\nresumed 1 ${next}\nanswer 42\n`);
		expect(ended.code).toBe(0);
		expect(ownLines((await leaving.done).stdout)).toBe(`begun ${head.job}\ncheckpoint\n`);
		expect((await leaving.done).code).not.toBe(0);
		expect(await jobState(turnedAway)).toBe('CANCELLED');
		expect(await jobState(kept)).toBe('PENDING');
		expect(await errorsOf(head.job)).toContain(`Still in the queue, for the head that follows: ${kept}`);
		expect(existsSync(`${cwd}/outputs/.rayslurm/heads/${next}/clients/${kept}.json`)).toBe(true);
		const workers = await workersOf({ cwd, job: next });
		expect((await jobInfo(workers))['Comment']).toBe(`rayslurm client of ${next}`);
		await alice.run(['scancel', next, kept, workers]);
	});

	it('a head that is put back into the queue is a new incarnation, with workers again: --rejoin goes on with it, others end', async () => {
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/resumes.py`, RESUMES);
		const head = await startHead(alice, ['-w', 'dws-01', ...WORKER], { cwd, env: WORKER_SIZE });
		const workers = await workersOf(head);
		const first = await infoOf(head);
		const staying = connect(head, head.job, '--rejoin', 'resumes.py');
		const leaving = connect(head, head.job, 'resumes.py');
		await until('both scripts run', () => [staying, leaving].map(({ soFar }) => soFar().stdout), {
			is: (texts) => texts.every((text) => text.includes('begun')),
			timeoutMs: 60_000,
		});
		const began = performance.now();
		await alice.run(['scontrol', 'requeue', head.job]);
		expect((await leaving.done).code).not.toBe(0);
		expect((performance.now() - began) / 1000).toBeLessThan(30);
		expect((await leaving.done).stderr).toMatch(/the head has ended|the head was started anew/);
		await until('it waits in the queue', () => jobState(head.job), {
			is: (state) => state === 'PENDING',
			timeoutMs: 60_000,
		});
		expect(existsSync(first['RAY_AUTH_TOKEN_PATH'] ?? '')).toBe(false);
		await alice.run(['scontrol', 'update', `JobId=${head.job}`, 'StartTime=now']);
		const ended = await staying.done;
		expect(ownLines(ended.stdout)).toBe(`begun ${head.job}\ncheckpoint\nresumed 1 ${head.job}\nanswer 42\n`);
		expect(ended.code).toBe(0);
		const second = await infoOf(head);
		expect(second['INCARNATION']).toMatch(/^1-/);
		const status = await alice.rayslurm(['status', head.job], { cwd: head.cwd });
		expect(status.stdout).toMatch(/^Head \d+.*, ready on \S+, requeued once, [\d:-]+ left$/m);
		expect(second['RAY_AUTH_TOKEN_PATH']).not.toBe(first['RAY_AUTH_TOKEN_PATH']);
		expect(await readlink(`${cwd}/outputs/ray_head_latest.info`).catch(() => 'a file')).toBe('a file');
		const brought = await until('it has workers again', () => workersOf(head), { is: (job) => job !== workers });
		await until('they run', () => jobState(brought), { is: (state) => state === 'RUNNING', timeoutMs: 30_000 });
		await alice.run(['scancel', head.job, brought]);
	});

	it('--renew: the successor runs before the end; a client with --rejoin goes on there, under the same name', async () => {
		const head = early;
		const { cwd } = head;
		const client = connect(head, 'tune', '--rejoin', 'resumes.py');
		await until('the script runs', () => client.soFar().stdout, {
			is: (text) => text.includes('begun'),
			timeoutMs: 60_000,
		});
		const next = await successor(head, 120_000);
		const second = { cwd, job: next };
		await until('its successor can be joined', () => existsSync(infoPath(second)), { timeoutMs: 60_000 });
		// Both are there; the newer one is the latest; the client still works with the first.
		expect(existsSync(infoPath(head))).toBe(true);
		expect(await readFile(`${cwd}/outputs/ray_head_latest.info`, 'utf8')).toContain(`SLURM_JOB_ID=${next}\n`);
		expect((await infoOf(second))['CLUSTER_NAME']).toBe('tune');
		expect((await infoOf(second))['INCARNATION']).not.toBe((await infoOf(head))['INCARNATION']);

		const ended = await client.done;
		expect(ownLines(ended.stdout)).toBe(`begun ${head.job}\ncheckpoint\nresumed 1 ${next}\nanswer 42\n`);
		expect(ended.stderr).toMatch(/left its head: the head's time limit is near; waiting for the next/);
		expect(ended.stderr).toMatch(new RegExp(`goes on with head ${next}`));
		expect(ended.code).toBe(0);
		await until('the first head has ended', () => jobState(head.job), over);
		expect((await errorsOf(head.job)).trimEnd().split('\n').at(-1)).toBe(`Head ${head.job} ended: time limit`);
		// A row for each run.
		const rows = (await readFile(`${cwd}/outputs/experiment_overview.csv`, 'utf8')).trimEnd().split('\n').slice(1);
		expect(rows.map((row) => row.split(',').at(-4))).toEqual([head.job, next]);

		// The second submits no third while nobody uses it... and stopped, takes away what it has submitted.
		await alice.run(['scancel', next]);
		await until('the second head has ended', () => jobState(next), over);
		expect(existsSync(successorOf(second))).toBe(false);
		const refused = await alice.rayslurm(['connect', head.job, 'resumes.py'], { cwd });
		expect(refused).toMatchObject({
			code: 3,
			stderr: expect.stringContaining(`head ${next} was submitted to follow it`),
		});
	});
});
