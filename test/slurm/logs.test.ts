// rayslurm logs: the output of real jobs, before their start, while they run and after their end; Ray's own logs from the
// node that has them; and those that are kept of a job that ended badly.
import { execFileSync } from 'node:child_process';
import { chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeReal, errorsOf, jobInfo, jobState, person, processesOf, until } from '../testbed/bed.ts';
import { type Head, jobOf, rayNodes, SMALL, startHead, tokenOf } from './cluster.ts';

/** Quiet for longer than anybody looks, and never a line's end at the end. */
const SCRIPT = `
import sys, time
print("begun", flush=True)
print("to err", file=sys.stderr, flush=True)
time.sleep(2)
sys.stdout.buffer.write(b"\\x00\\xff\\r\\n\\x1b[1mlast")
sys.exit(7)
`;
const WRITTEN = Buffer.from('begun\n\0\xff\r\n\x1b[1mlast', 'latin1');

describeReal('logs', () => {
	const alice = person('alice');
	let head: Head;
	const logs = (...words: string[]) => alice.rayslurm(['logs', ...words], { cwd: '/' });
	const connect = async (...words: string[]) => {
		const said = await alice.rayslurm(['connect', head.job, ...SMALL, ...words], { cwd: head.cwd });
		return { ...said, job: /^Submitted client job (\d+)$/m.exec(said.stdout)?.[1] ?? expect.fail(said.all) };
	};
	const keptOf = (job: string, { cwd }: Pick<Head, 'cwd'> = head) => join(cwd, `outputs/slurm_logs/${job}-ray-logs`);
	const ended = (job: string) =>
		until(`${job} has ended`, () => jobState(job), {
			is: (state) => ['FAILED', 'COMPLETED', 'CANCELLED'].includes(state),
		});

	beforeAll(async () => {
		head = await startHead(alice, ['-w', 'dws-01', '--name', 'logged']);
		await alice.write(`${head.cwd}/fails.py`, SCRIPT);
	});

	it('-f, from any folder: every byte as it comes, both streams, to the end of the job and no further', async () => {
		const { job, stderr } = await connect('-w', 'dws-02', 'fails.py');
		expect(stderr).toContain(`Its output: rayslurm logs -f ${job}\n`);
		const following = alice.startRayslurm(['logs', '-f', job], { cwd: '/' });
		const ofRay = alice.startRayslurm(['logs', job, '--ray', 'raylet.out', '-f'], { cwd: '/' });
		await until('its first line is shown', () => following.soFar().stdout.startsWith('begun\n'));
		await until("Ray's as well", () => ofRay.soFar().stdout.length > 0);
		expect(await logs(job, '--ray', 'raylet.out', '-n', '1')).toMatchObject({ code: 0 });
		expect(await jobState(job)).toBe('RUNNING');

		const said = await following.done;
		expect(said.code).toBe(0);
		expect(said.stderr).toContain('to err\n');
		expect(said.stderr).toMatch(new RegExp(`^Client ${job} ended with code 7: `, 'm'));
		expect(await until('it has ended', () => jobState(job), { is: (state) => state !== 'COMPLETING' })).toBe('FAILED');
		expect(await ofRay.done).toMatchObject({ code: 0, stdout: expect.stringContaining('raylet') });

		const again = execFileSync('cat', [(await jobInfo(job))['StdOut'] ?? '']);
		expect(again.equals(WRITTEN)).toBe(true);
		expect(await logs(job)).toMatchObject({ code: 0, stderr: '', stdout: again.toString() });
		expect((await logs(job, '-n', '1')).stdout).toBe('\x1b[1mlast');
		expect((await logs('--err', job)).stdout).toBe(await errorsOf(job));

		// It ended badly: Ray's logs of its node are kept, for nobody else, and without the token.
		const kept = keptOf(job);
		expect((await logs(job, '--ray')).stdout).toMatch(/^raylet\.out {2,}[1-9]/m);
		expect((await logs(job, '--ray', 'raylet.out')).stdout).toBe(readFileSync(`${kept}/dws-02/raylet.out`, 'utf8'));
		expect([kept, `${kept}/dws-02`].map((path) => (statSync(path).mode & 0o777).toString(8))).toEqual(['700', '700']);
		const token = await tokenOf(head);
		const all = filesBelow(dirname(kept)).map((path) => readFileSync(path, 'latin1'));
		expect(all.length).toBeGreaterThan(5);
		expect(all.filter((text) => text.includes(token))).toEqual([]);
	});

	it('of a head, by its name: what it says; Ray has a log on its node', async () => {
		expect((await logs('logged')).stdout).toContain(`Ray answers at `);
		const listed = JSON.parse((await logs('logged', '--ray', '--json')).stdout);
		expect(listed).toMatchObject({ schemaVersion: 1, job: head.job, from: 'session', nodes: [{ node: 'dws-01' }] });
		const printed = await logs('--ray', 'gcs_server.out', head.job);
		expect(printed.stdout).toContain('gcs_server');
		expect(await logs(head.job, '--ray', 'gcs_server.oot')).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('did you mean gcs_server.out'),
		});
		expect(await logs(head.job, '--ray', '../../../../../etc/passwd')).toMatchObject({ code: 2, stdout: '' });
	});

	it('before the start: why; -f waits, and ctrl-C leaves the job alone; what bob has planted is refused', async () => {
		const { job } = await connect('--begin=now+1hour', 'fails.py');
		const now = await logs(job);
		expect(now).toMatchObject({ code: 0, stdout: '' });
		expect(now.stderr).toMatch(/^Job \d+ is pending: .*\(BeginTime\)/);
		const waiting = alice.startRayslurm(['logs', '-f', job], { cwd: '/' });
		await until('it says so too', () => waiting.soFar().stderr.includes('(BeginTime)'));
		waiting.kill('SIGINT');
		expect(await waiting.done).toMatchObject({ code: 130, stderr: expect.stringContaining(`rayslurm stop ${job}`) });
		expect(await jobState(job)).toBe('PENDING');
		const planted = join(head.cwd, `outputs/slurm_logs/${job}-ray-client-fails.out`);
		writeFileSync(planted, 'nothing of hers');
		chownSync(planted, 0, 0);
		expect(await logs(job)).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('belongs to uid 0') });
		await alice.run(['scancel', job]);
	});

	it('a task of an array by its own name', async () => {
		await alice.write(`${head.cwd}/task.py`, 'import os\nprint("task", os.environ["SLURM_ARRAY_TASK_ID"])\n');
		const { job, stderr } = await connect('--array=1-2', '-w', 'dws-02', 'task.py');
		expect(stderr).toContain(`rayslurm logs -f ${job}_1\n`);
		expect(await logs('-f', `${job}_2`)).toMatchObject({ code: 0, stdout: 'task 2\n' });
		expect(await logs(job)).toMatchObject({ code: 2, stderr: expect.stringContaining(`${job}_[1-2]`) });
		expect((await logs('-f', `${job}_1`)).stdout).toBe('task 1\n');
	});

	it('Ray dies: the head keeps its logs, those of its other node too; -f ends with it', async () => {
		const lost = await startHead(alice, ['-N', '2', '-w', 'dws-03,dws-04', '--port-offset=4840']);
		await until('the other node has joined', () => rayNodes(lost), { is: ({ length }) => length === 2 });
		const following = alice.startRayslurm(['logs', '-f', lost.job], { cwd: '/' });
		const [store] = await namesOn('gcs_server', lost.job);
		process.kill(store ?? 0, 'SIGKILL');
		const said = await following.done;
		expect(said.stdout).toMatch(new RegExp(`^Head ${lost.job} ended: Ray died$`, 'm'));
		expect(readdirSync(keptOf(lost.job, lost)).toSorted()).toEqual(['dws-03', 'dws-04']);
		const { stdout, stderr } = await logs(lost.job, '--ray', 'raylet.out', '-n', '2');
		expect(stdout.split('\n')).toHaveLength(3);
		expect(stderr).toBe('On dws-03; --node names another: dws-04\n');
		expect((await logs(lost.job, '--ray', '--node', 'dws-04')).stdout).toMatch(/^raylet\.out /m);
	});

	it('its supervisor is killed: the guard keeps them; told to end or --keep-ray-logs=never: nothing is kept', async () => {
		const [killed, quiet] = [
			await startHead(alice, ['-w', 'dws-03']),
			await startHead(alice, ['-w', 'dws-04', '--keep-ray-logs=never']),
		];
		for (const each of [killed, quiet]) {
			const [supervisor] = await namesOn('idle-watch', each.job);
			process.kill(supervisor ?? 0, 'SIGKILL');
		}
		await Promise.all([killed, quiet].map(({ job }) => ended(job)));
		expect(readdirSync(keptOf(killed.job, killed))).toEqual(['dws-03']);
		expect((await logs(killed.job, '--ray', 'gcs_server.out')).stdout).toContain('gcs_server');
		expect(() => readdirSync(keptOf(quiet.job, quiet))).toThrow('ENOENT');
		await alice.run(['scancel', head.job]);
		expect(await logs('-f', head.job)).toMatchObject({
			code: 0,
			stdout: expect.stringContaining('ends: SIGTERM received\n'),
		});
		expect(await logs(head.job, '--ray')).toMatchObject({
			code: 3,
			stderr: expect.stringContaining('--keep-ray-logs'),
		});
		expect(() => readdirSync(keptOf(head.job))).toThrow('ENOENT');
	});

	async function namesOn(command: string, job: string): Promise<number[]> {
		const found = (await processesOf('alice')).filter((each) => each.command.includes(command));
		const jobs = await Promise.all(found.map(jobOf));
		return found.filter((_, index) => jobs[index] === job).map(({ hostPid }) => hostPid);
	}

	function filesBelow(folder: string): string[] {
		return readdirSync(folder, { withFileTypes: true, recursive: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name));
	}
});
