// Stopping in order: a client, a head with its clients, at once; the head that follows; and what is left is shown and removed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { describeReal, errorsOf, jobInfo, jobState, outputOf, person, until } from '../testbed/bed.ts';
import { type Head, infoPath, rayNodes, SMALL, startHead } from './cluster.ts';

/** Handles the signal: a checkpoint, and a code of its own. */
const CATCHES = `
import signal, sys, time
def told(*_):
    print("checkpoint", flush=True)
    sys.exit(5)
signal.signal(signal.SIGUSR1, told)
print("begun", flush=True)
while True:
    time.sleep(0.1)
`;

const IGNORES = `
import signal, time
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("begun", flush=True)
while True:
    time.sleep(0.1)
`;

describeReal('stop', () => {
	const alice = person('alice');
	let cwd = '';
	let head: Head;
	const clients: Record<'catches' | 'worker' | 'waiting', string> = { catches: '', worker: '', waiting: '' };
	const rayslurm = (...words: string[]) => alice.rayslurm(words, { cwd });
	const connect = async (job: string, ...words: string[]) =>
		(await rayslurm('connect', job, '--parsable', ...SMALL, ...words)).stdout.trim();
	const works = (job: string) =>
		until(`client ${job} works`, () => outputOf(job), { is: (text) => text.includes('begun') });
	const stateOf = (job: string) => `${cwd}/outputs/.rayslurm/heads/${job}`;

	beforeAll(async () => {
		cwd = await alice.workspace();
		await alice.write(`${cwd}/catches.py`, CATCHES);
		await alice.write(`${cwd}/ignores.py`, IGNORES);
		head = await startHead(alice, ['-w', 'dws-01', '--name', 'tune'], { cwd });
		clients.catches = await connect(head.job, '-w', 'dws-02', 'catches.py');
		clients.worker = await connect(head.job, '-w', 'dws-03');
		clients.waiting = await connect(head.job, '--begin=now+1hour', 'catches.py');
		await works(clients.catches);
		await until('the worker has joined', () => rayNodes(head), { is: (nodes) => nodes.length === 3 });
	});

	it('asks where clients are connected: without a terminal that is a usage error, and nothing is stopped', async () => {
		expect(await rayslurm('stop', 'tune')).toMatchObject({
			code: 2,
			stdout: '',
			stderr: expect.stringContaining(`Stop head ${head.job} with 2 connected clients`),
		});
		const dry = await rayslurm('stop', head.job, '--dry-run', '--json');
		expect(JSON.parse(dry.stdout)).toMatchObject({
			schemaVersion: 1,
			wouldTell: [{ job: head.job, role: 'head' }],
			waiting: [clients.waiting],
		});
		expect(await rayslurm('stop', '1')).toMatchObject({ code: 3 });
		expect(await jobState(head.job)).toBe('RUNNING');
	});

	it('a worker leaves, and its job is over when the command is', async () => {
		const stopped = await rayslurm('stop', clients.worker);
		expect(stopped).toMatchObject({ code: 0, stdout: `Client ${clients.worker} ended with code 0\n` });
		expect(await jobState(clients.worker)).toBe('COMPLETED');
		expect(await rayNodes(head)).toHaveLength(2);
		expect(await errorsOf(clients.worker)).toContain('told to stop: rayslurm stop\n');
	});

	it('head restart: the head tells its clients, waits, empties the queue and ends with 0; then comes the next', async () => {
		const again = await rayslurm('head', 'restart', 'tune', '--yes', '--wait', '--json');
		expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('joinable') });
		const next = JSON.parse(again.stdout);
		expect(next).toMatchObject({ schemaVersion: 1, predecessor: head.job, stopped: true });
		expect(await jobInfo(head.job)).toMatchObject({ JobState: 'COMPLETED', ExitCode: '0:0' });
		expect((await jobInfo(clients.catches))['ExitCode']).toBe('5:0');
		expect(await outputOf(clients.catches)).toBe('begun\ncheckpoint\n');
		expect(await jobState(clients.waiting)).toBe('CANCELLED');
		expect((await errorsOf(head.job)).trimEnd().split('\n').at(-1)).toBe(`Head ${head.job} ended: stop`);
		expect(readdirSync(`${cwd}/outputs/.rayslurm/stop`)).toEqual([]);
		const record = JSON.parse(readFileSync(`${stateOf(next.job)}/head.json`, 'utf8'));
		expect(record).toMatchObject({ name: 'tune', predecessor: head.job });
		const over = await rayslurm('stop', head.job);
		expect(over).toMatchObject({
			code: 0,
			stderr: `Head ${head.job} has ended already; head ${next.job} follows it: rayslurm stop ${next.job}\n`,
		});
		head = { ...head, job: next.job };
	});

	it('a script that listens to nobody: --force ends it', async () => {
		const stubborn = await connect(head.job, '-w', 'dws-02', 'ignores.py');
		await works(stubborn);
		const stopped = await rayslurm('stop', stubborn, '--force', '--json');
		expect(stopped.code).toBe(0);
		expect(JSON.parse(stopped.stdout)).toEqual({
			schemaVersion: 1,
			ended: [{ job: stubborn, role: 'client', reason: 'told to stop: rayslurm stop --force', code: 138 }],
			left: [],
			waiting: [],
			over: [],
		});
		expect(await jobState(stubborn)).toBe('FAILED');
	});

	it('clean removes what ended heads have left, and touches nothing of a head that runs', async () => {
		const [over] = readdirSync(`${cwd}/outputs/.rayslurm/heads`).filter((job) => job !== head.job);
		const stale = { cwd, job: over ?? '' };
		const info = readFileSync(infoPath(head), 'utf8').replace(/^SLURM_JOB_ID=.*$/m, `SLURM_JOB_ID=${over}`);
		await alice.write(infoPath(stale), info, 0o600);
		await alice.write(`${stateOf(stale.job)}/token-0-abcdef`, 'x', 0o600);
		expect(await rayslurm('clean')).toMatchObject({
			code: 2,
			stdout: expect.stringContaining(infoPath(stale).slice(cwd.length + 1)),
		});
		const cleaned = await rayslurm('clean', '--yes', '--json');
		expect(
			JSON.parse(cleaned.stdout)
				.removed.map(({ what }: { what: string }) => what)
				.sort(),
		).toEqual(['info file', 'token']);
		expect(existsSync(infoPath(stale))).toBe(false);
		expect(existsSync(infoPath(head))).toBe(true);
		expect(await rayslurm('clean', '--older-than=0', '--logs', '--yes')).toMatchObject({ code: 0 });
		expect(readdirSync(`${cwd}/outputs/.rayslurm/heads`)).toEqual([head.job]);
		expect(readdirSync(`${cwd}/outputs/slurm_logs`).every((name) => name.startsWith(head.job))).toBe(true);
		expect(await rayNodes(head)).toHaveLength(1);
		expect(await rayslurm('stop', '--all')).toMatchObject({ code: 0, stdout: `Head ${head.job} ended: stop\n` });
	});
});
