// What goes wrong, and what a person is told: the contract's words and codes, sooner than Ray or Slurm would say them.
import { chmod, readFile, rm, symlink } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import {
	addressOf,
	controller,
	describeReal,
	errorsOf,
	jobInfo,
	jobState,
	jobsOf,
	onNode,
	outputOf,
	person,
	rayFolder,
	until,
} from '../testbed/bed.ts';
import { infoOf, infoPath, SMALL } from './cluster.ts';

/** Adds a byte to its first argument with .ticks ten times a second, until there is a file of that name. */
const TICKING = `
import os, sys, time
path, code = sys.argv[1:]
while not os.path.exists(path):
    with open(path + ".ticks", "a") as ticks:
        ticks.write(".")
    time.sleep(0.1)
sys.exit(int(code))
`;

const ENDING = 'import sys; sys.exit(int(sys.argv[1]))';

const LISTENING = (port: number) =>
	`exec python3 -uc 'import socket, time; s = socket.create_server(("", ${port})); print("listens"); time.sleep(600)'`;

/** Takes every job and says what Slurm says when its answer got lost. */
const FORGETFUL_SBATCH = `#!/bin/sh
/usr/bin/sbatch "$@" >/dev/null 2>&1
echo "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation" >&2
exit 1
`;

describeReal('trouble', () => {
	const alice = person('alice');
	const bob = person('bob');
	let cwd: string;
	let job: string;

	const connect = (words: string[], more: { env?: Record<string, string> } = {}) =>
		alice.rayslurm(['connect', ...words], { cwd, ...more });
	const heldHead = async () => {
		const { stdout } = await alice.rayslurm(['head', 'submit', '--hold', '--parsable', ...SMALL], { cwd });
		return stdout.trim();
	};
	const submittedSince = async (before: readonly string[]) =>
		(await jobsOf('alice')).filter((id) => !before.includes(id));
	const ended = (id: string) =>
		until(`job ${id} has ended`, () => jobInfo(id), { is: ({ JobState }) => JobState === 'FAILED' });

	/** A client of a job that runs and is no head: its wait for the info file is two minutes, in which the others go on. */
	let inVain: ReturnType<typeof alice.startRayslurm>;
	beforeAll(async () => {
		const elsewhere = await alice.workspace();
		await alice.write(`${elsewhere}/ending.py`, ENDING);
		const noHead = await alice.run(['sbatch', '--parsable', '--time=4', '-o', '/dev/null', '--wrap', 'sleep 240'], {
			cwd: elsewhere,
		});
		const words = ['connect', noHead.stdout.trim(), ...SMALL, '-w', 'dws-04', '--follow', 'ending.py', '0'];
		inVain = alice.startRayslurm(words, { cwd: elsewhere, timeoutMs: 300_000 });
		cwd = await alice.workspace();
		await alice.write(`${cwd}/ending.py`, ENDING);
		await alice.write(`${cwd}/ticking.py`, TICKING);
	});

	it('a head that is pending: the client starts after it. USER_PORT_OFFSET=0 counts as given', async () => {
		const words = ['head', 'submit', '--parsable', '--begin=now+5', '-w', 'dws-01', ...SMALL];
		const env = { USER_PORT_OFFSET: '0' };
		const submitted = await alice.rayslurm([...words, '--', '--include-dashboard=false'], { cwd, env });
		job = submitted.stdout.trim();
		const running = alice.startRayslurm(['connect', job, ...SMALL, '--follow', 'ending.py', '7'], { cwd });
		const client = await until('it is submitted', () => /client job (\d+)/.exec(running.soFar().stderr)?.[1]);
		expect(await jobInfo(client ?? '')).toMatchObject({
			JobState: 'PENDING',
			Dependency: expect.stringMatching(`^after:${job}`),
		});
		expect(running.soFar().stderr).toMatch(/^Note: the head is pending: the client starts after it$/m);
		expect(await running.done).toMatchObject({ code: 7 });
		expect(await infoOf({ cwd, job })).toMatchObject({
			RAY_ADDRESS: `${addressOf('dws-01')}:6379`,
			USER_PORT_OFFSET: '0',
			DASHBOARD_PORT: '8265',
			DASHBOARD: 'none',
			CLIENT_SERVER_PORT: '10001',
			MIN_WORKER_PORT: '11000',
			MAX_WORKER_PORT: '13411',
		});
	});

	it('a head that has ended, or never was: exit 3, and nothing is submitted', async () => {
		const held = await heldHead();
		await alice.run(['scancel', held]);
		const before = await jobsOf('alice');
		for (const gone of [held, '4000000000']) {
			expect(await connect([gone, 'ending.py', '0'])).toEqual({
				code: 3,
				stdout: '',
				stderr: expect.stringMatching(
					new RegExp(`^ERROR: Ray head node job ${gone} is not running\n {2}→ .*head submit`),
				),
				all: expect.anything(),
			});
		}
		const facts = await connect([held, '--json', 'ending.py', '0']);
		expect(JSON.parse(facts.stdout)).toEqual({
			schemaVersion: 1,
			error: {
				code: 'head-not-running',
				message: `Ray head node job ${held} is not running`,
				hint: expect.stringContaining('head submit'),
			},
		});
		expect(await submittedSince(before)).toEqual([]);
	});

	it('Ray is missing where one types: said at once, with what to type, and nothing is submitted', async () => {
		const before = await jobsOf('alice');
		for (const words of [
			['head', 'submit', ...SMALL],
			['connect', job, ...SMALL, 'ending.py', '0'],
		]) {
			expect(await alice.rayslurm(words, { cwd, ray: false })).toMatchObject({
				code: 127,
				stdout: '',
				stderr: expect.stringMatching(/^ERROR: Ray is missing: .*python3.* has no Ray\n {2}→ --ray latest makes/),
			});
		}
		expect(await submittedSince(before)).toEqual([]);
	});

	it('Ray is missing in what was named: the head fails within seconds, and --wait says why', async () => {
		await alice.run(['python3', '-m', 'venv', '--without-pip', `${cwd}/bare`]);
		const began = performance.now();
		const words = ['head', 'submit', '--wait', '--venv', 'bare', ...SMALL];
		const said = await alice.rayslurm(words, { cwd, ray: false });
		expect((performance.now() - began) / 1000).toBeLessThan(15);
		const id = /head job (\d+)/.exec(said.stdout)?.[1] ?? expect.fail(said.all);
		expect({ code: said.code, said: said.stderr }).toEqual({
			code: 1,
			said: expect.stringContaining('Ray is missing'),
		});
		await ended(id);
		expect(await errorsOf(id)).toMatch(/^ERROR: Ray is missing: .*python3 \(Python 3\.\d+\.\d+\) has no Ray$/m);
	});

	it('another version of Ray than the head: said before joining', async () => {
		const metadata = 'Metadata-Version: 2.1\nName: ray\nVersion: 2.59.0\n';
		await alice.write(`${cwd}/other/ray-2.59.0.dist-info/METADATA`, metadata);
		const env = { PYTHONPATH: `${cwd}/other` };
		const { code, stderr } = await connect([job, ...SMALL, '--follow', 'ending.py', '0'], { env });
		expect({ code, stderr }).toEqual({
			code: 1,
			stderr: expect.stringMatching(/^ERROR: Ray 2\.59\.0 here, but Ray 2\.60\.0 at the head$/m),
		});
		expect(stderr).not.toMatch(/joined/i);
	});

	it('a stranger listens on a port of the plan: the next slot is taken, and said', async () => {
		const words = ['sbatch', '--parsable', '-w', 'dws-02', '--mem=100M', '--wrap', LISTENING(6821)];
		const stranger = (await bob.run(words, { cwd: await bob.workspace() })).stdout.trim();
		await until('the stranger listens', () => outputOf(stranger), { is: (text) => text === 'listens\n' });
		const { code, stderr } = await connect([job, ...SMALL, '-w', 'dws-02', '--follow', 'ending.py', '0']);
		expect({ code, stderr }).toEqual({
			code: 0,
			stderr: expect.stringContaining('port 6821 (node manager) is taken by a program of bob; the next slot is tried'),
		});
		await bob.run(['scancel', stranger]);
	});

	it('no room in /tmp: said within seconds', async () => {
		const mount = ['mount', '-t', 'tmpfs', '-o', 'size=2m,mode=1777', 'tmpfs', '/tmp'];
		expect(await onNode('dws-04', mount)).toMatchObject({ code: 0 });
		try {
			const { code, stderr } = await alice.rayslurm(['head', 'submit', '--wait', '-w', 'dws-04', ...SMALL], { cwd });
			expect({ code, stderr }).toEqual({
				code: 1,
				stderr: expect.stringMatching(/No space for Ray below \/tmp\/rs-\w+: \d MB are free/),
			});
		} finally {
			expect(await onNode('dws-04', ['umount', '/tmp'])).toMatchObject({ code: 0 });
		}
	});

	it('sbatch says that the time is over, though the job was taken: one job, and its id', async () => {
		await alice.write(`${cwd}/bin/sbatch`, FORGETFUL_SBATCH, 0o755);
		const before = await jobsOf('alice');
		const env = { PATH: `${cwd}/bin:${rayFolder}/bin:/usr/bin:/bin` };
		const words = ['head', 'submit', '--hold', '--parsable', ...SMALL];
		const { code, stdout } = await alice.rayslurm(words, { cwd, env });
		expect(code).toBe(0);
		expect(await submittedSince(before)).toEqual([stdout.trim()]);
		await alice.run(['scancel', stdout.trim()]);
	});

	it('the controller is away for 20 seconds during connect --wait: the wait survives, and returns the code', async () => {
		const running = alice.startRayslurm(['connect', job, ...SMALL, '--wait', 'ticking.py', `${cwd}/go`, '9'], { cwd });
		const ticks = () => readFile(`${cwd}/go.ticks`, 'utf8').then(({ length }) => length);
		await until('the script runs', ticks);
		await controller('stop');
		const then = await ticks();
		await until('20 seconds have passed', ticks, { is: (now) => now > then + 200 });
		await controller('start');
		await alice.write(`${cwd}/go`, '');
		expect(await running.done).toMatchObject({ code: 9 });
	});

	it('the controller hangs with its port open: connect says within half a minute that it did not answer, exit 75', async () => {
		const before = await jobsOf('alice');
		await controller('freeze');
		const began = performance.now();
		const answer = await connect([job, ...SMALL, 'ending.py', '0']).finally(() => controller('thaw'));
		expect((performance.now() - began) / 1_000).toBeLessThan(40);
		expect(answer).toMatchObject({ code: 75, stderr: expect.stringContaining('nothing was submitted') });
		expect(await submittedSince(before)).toEqual([]);
	});

	it('ctrl-C during --wait: exit 130, and the client goes on', async () => {
		const running = alice.startRayslurm(['connect', job, ...SMALL, '--wait', 'ticking.py', `${cwd}/on`, '0'], { cwd });
		await until('the script runs', () => readFile(`${cwd}/on.ticks`));
		running.kill('SIGINT');
		const { code, stdout, stderr } = await running.done;
		const client = /client job (\d+)/.exec(stdout)?.[1] ?? expect.fail(stdout);
		expect({ code, stderr }).toEqual({
			code: 130,
			stderr: expect.stringMatching(new RegExp(`goes on.*rayslurm stop ${client}`)),
		});
		expect(await jobState(client)).toBe('RUNNING');
		await alice.write(`${cwd}/on`, '');
		await until('it ends by itself', () => jobState(client), { is: (state) => state === 'COMPLETED' });
	});

	describe('an info file that is not to be trusted: exit 5, and nothing of it is run', () => {
		let held: string;
		let path: string;
		beforeAll(async () => {
			held = await heldHead();
			path = infoPath({ cwd, job: held });
		});

		const good = async () => (await readFile(infoPath({ cwd, job }), 'utf8')).replaceAll(job, held);
		it.each([
			['a symbolic link', async () => symlink(await alice.write(`${cwd}/elsewhere.info`, await good(), 0o600), path)],
			['writable by the group', async () => chmod(await alice.write(path, await good()), 0o664)],
			['garbage', async () => alice.write(path, 'RAY_ADDRESS=$(touch pwned)\n`touch pwned`\n', 0o600)],
			['cut short', async () => alice.write(path, (await good()).slice(0, 250), 0o600)],
			['of another job', async () => alice.write(path, (await good()).replaceAll(held, '1'), 0o600)],
			['of another user', async () => bob.write(path, await good(), 0o600)],
			['a FIFO', async () => alice.run(['mkfifo', '-m', '600', path])],
		])('%s', async (_, plant) => {
			await plant();
			const before = await jobsOf('alice');
			const { code, stdout, stderr } = await connect([held, 'ending.py', '0']);
			await rm(path);
			expect({ code, stdout, stderr }).toEqual({
				code: 5,
				stdout: '',
				stderr: expect.stringMatching(
					new RegExp(`^ERROR: Connection file refused: outputs/ray_head_${held}\\.info: .+\n`),
				),
			});
			expect(await submittedSince(before)).toEqual([]);
			expect((await alice.run(['ls'], { cwd })).stdout).not.toContain('pwned');
		});
	});

	it.each([
		[['connect', 'JOB', 'experiments/tune.py'], 'Python script not found: experiments/tune.py'],
		[['connect'], 'TARGET is missing'],
		[['connect', 'ending.py'], "No cluster is named before 'ending.py'"],
		[['connect', '1;rm', 'ending.py'], '1;rm'],
		[['connect', '1_2', 'ending.py'], '1_2'],
		[['connect', '1+0', 'ending.py'], '1+0'],
		[['connect', '-1', 'ending.py'], "unknown option '-1'"],
		[['connect', '10.0.0.1:99999', 'ending.py'], 'Not a port: 99999'],
		[['connect', 'JOB', '--output=here', 'ending.py'], '--output-dir'],
		[['connect', 'JOB', '--signal=USR2', 'ending.py'], 'USR2'],
		[['connect', 'JOB', '--wrap=true'], '--wrap'],
		[['connect', 'JOB', '--tiem=5', 'ending.py'], '--tiem'],
		[['connect', 'JOB', 'hello.txt'], 'a script ends in .py'],
		[['connect', 'JOB', '--', '--port=1', 'ending.py'], '--port-offset'],
		[['connect', 'JOB', '--wait', '--array=1-2', 'ending.py'], '--array'],
		[['head', 'submit', '--array=1-2'], '--array'],
		[['head', 'submit', '--test-only'], '--dry-run'],
		[['head', 'submit', 'ending.py'], 'connect'],
		[['head', 'submit', '--name', '1;rm'], '1;rm'],
		[['head', 'submit', '--port-offset', '60000'], '60000'],
		[['head', 'submit', '--', '--temp-dir=/tmp/x'], '--temp-dir'],
		[['head', 'sbumit'], 'head submit'],
	])('%j: exit 2, with a word about it, and nothing is submitted', async (words, told) => {
		const before = await jobsOf('alice');
		const typed = words.map((word) => (word === 'JOB' ? job : word));
		const { code, stdout, stderr } = await alice.rayslurm(typed, { cwd });
		expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(told) });
		expect(stderr).toMatch(/^ERROR: /);
		expect(await submittedSince(before)).toEqual([]);
	});

	it('a head that ends before its client starts: the client ends within seconds, with 3', async () => {
		const held = await heldHead();
		const words = [...SMALL, '--parsable', 'ending.py', '0'];
		const clients = await Promise.all([connect([held, ...words]), connect([job, '--begin=now+4', ...words])]);
		await alice.run(['scancel', held, job]);
		for (const [index, head] of [held, job].entries()) {
			const client = clients[index]?.stdout.trim() ?? '';
			const { ExitCode, StartTime = '', EndTime = '' } = await ended(client);
			expect(ExitCode).toBe('3:0');
			expect(Date.parse(EndTime) - Date.parse(StartTime)).toBeLessThanOrEqual(10_000);
			expect(await errorsOf(client)).toMatch(new RegExp(`^ERROR: Ray head node job ${head} is not running$`, 'm'));
		}
	});

	it('a job that runs and is no head: its client waits two minutes for the info file, and ends with 4', async () => {
		const { code, stderr } = await inVain.done;
		expect({ code, stderr }).toEqual({
			code: 4,
			stderr: expect.stringMatching(/^ERROR: Connection file not found: .*ray_head_\d+\.info$/m),
		});
	});
});
