// The test bed itself: what the other real tests take for granted.
import { expect, it } from 'vitest';
import {
	addressOf,
	cancelAll,
	controller,
	describeReal,
	HOST,
	jobInfo,
	jobState,
	NODES,
	node,
	nodeOf,
	onNode,
	outputOf,
	person,
	processesOf,
	rayFolder,
	until,
} from '../testbed/bed.ts';

const ended = (state: string) => state === 'COMPLETED' || state === 'FAILED' || state === 'GONE';

describeReal('the test bed', () => {
	const submit = async (words: string[], user: 'alice' | 'bob' = 'alice') => {
		const somebody = person(user);
		const cwd = await somebody.workspace();
		const { stdout, all, code } = await somebody.run(['sbatch', '--parsable', ...words], { cwd });
		expect({ all, code }).toMatchObject({ code: 0 });
		return stdout.trim();
	};

	it('runs two jobs on two nodes, each a machine of its own', async () => {
		const jobs = await Promise.all(
			['dws-01', 'dws-02'].map((name) => submit(['-w', name, '--wrap', 'hostname; id -un; touch /tmp/seen; ls /tmp'])),
		);
		for (const [index, job] of jobs.entries()) {
			await until(`job ${job} has ended`, () => jobState(job), { is: ended });
			expect(await nodeOf(job)).toBe(NODES[index]);
			expect((await outputOf(job)).split('\n').slice(0, 2)).toEqual([NODES[index], 'alice']);
		}
		expect((await onNode('dws-01', ['ls', '/tmp'])).stdout).toContain('seen');
		expect((await onNode('dws-03', ['ls', '/tmp'])).stdout).not.toContain('seen');
	});

	it.each(NODES)('%s has its address, and answers its neighbours', async (name) => {
		expect((await onNode(name, ['ip', '-brief', 'address', 'show', 'eth0'])).stdout).toContain(`${addressOf(name)}/24`);
		const knock = `exec 3<>/dev/tcp/${addressOf(name)}/22 && head -c 3 <&3`;
		const neighbour = name === 'dws-01' ? 'dws-02' : 'dws-01';
		expect(await onNode(neighbour, ['timeout', '5', 'bash', '-c', knock])).toMatchObject({ code: 0, stdout: 'SSH' });
	});

	it('has many small jobs of two users on one node at once, whatever memory they ask for', async () => {
		const words = ['-w', 'dws-03', '--mem=2000', '--wrap', 'sleep 60'];
		const jobs = await Promise.all(
			['alice', 'bob', 'alice', 'bob'].map((user) => submit(words, user as 'alice' | 'bob')),
		);
		for (const job of jobs) await until(`job ${job} runs`, () => jobState(job), { is: (state) => state === 'RUNNING' });
		expect((await processesOf('bob', 'dws-03')).filter(({ command }) => command === 'sleep 60')).toHaveLength(2);
		expect(await processesOf('bob', 'dws-04')).toEqual([]);
		await Promise.all([cancelAll('alice'), cancelAll('bob')]);
		await until('nothing of bob is left', () => processesOf('bob', 'dws-03'), { is: (left) => left.length === 0 });
	});

	it('runs commands as the user, in a login environment and nothing else', async () => {
		const alice = person('alice');
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/deep/er/file.txt`, 'hers\n');
		const { stdout } = await alice.run(['stat', '-c', '%U %a', '.', 'deep/er', 'deep/er/file.txt'], { cwd });
		expect(stdout).toBe('alice 755\nalice 755\nalice 644\n');
		const shown = await alice.run(['env'], { cwd, env: { SHELL: undefined, MORE: 'a b' } });
		const names = shown.stdout.split('\n').map((line) => line.split('=')[0]);
		expect(names.sort()).toEqual(['', 'HOME', 'LANG', 'LOGNAME', 'MORE', 'PATH', 'USER']);
		expect(await alice.run(['sh', '-c', 'cat; echo oops >&2; kill -TERM $$'], { input: 'in' })).toMatchObject({
			stdout: 'in',
			stderr: 'oops\n',
			code: 143,
		});
		expect(await person('bob').run(['touch', `${cwd}/mine`])).toMatchObject({ code: 1 });
	});

	it('gives ordinary users a Ray', async () => {
		const program = 'import ray, sys; print(ray.__version__, sys.prefix)';
		const seen = await person('bob').run([`${rayFolder}/bin/python3`, '-c', program], { cwd: '/' });
		expect(seen).toMatchObject({ stdout: `2.60.0 ${rayFolder}\n`, code: 0 });
	});

	it('ends a command whose time is over, and says what it printed', async () => {
		const late = person('alice').run(['sh', '-c', 'echo so far; exec sleep 4321'], { timeoutMs: 500 });
		await expect(late).rejects.toThrow(/sleep 4321: not done after 0.5 s. It printed:\nso far/);
		const sleepers = async () => (await processesOf('alice', HOST)).filter(({ command }) => command === 'sleep 4321');
		await until('the sleeper is gone', sleepers, { is: (left) => left.length === 0 });
	});

	it('loses its controller and gets it back, with its jobs', async () => {
		const job = await submit(['--wrap', 'sleep 60']);
		await until('it runs', () => jobState(job), { is: (state) => state === 'RUNNING' });
		const knock = ['timeout', '2', 'bash', '-c', 'exec 3<>/dev/tcp/10.77.0.254/6817'];
		const ask = ['timeout', '2', 'squeue'];
		await controller('stop');
		expect(await onNode('dws-01', knock)).toMatchObject({ code: 1 });
		await controller('start');
		expect((await jobInfo(job))['JobState']).toBe('RUNNING');
		await controller('freeze');
		expect(await onNode('dws-01', knock)).toMatchObject({ code: 0 });
		expect(await onNode('dws-01', ask)).toMatchObject({ code: 124 });
		await controller('thaw');
		expect(await onNode('dws-01', ask)).toMatchObject({ code: 0 });
		expect((await jobInfo(job))['JobState']).toBe('RUNNING');
	});

	it('loses a node as in a power cut, and gets it back', async () => {
		await node('kill', 'dws-04');
		expect(await onNode('dws-04', ['true'])).toMatchObject({ code: 1 });
		const knock = ['timeout', '1', 'bash', '-c', `exec 3<>/dev/tcp/${addressOf('dws-04')}/22`];
		expect((await onNode('dws-01', knock)).code).toBe(124);
		await node('revive', 'dws-04');
		await until('it answers', () => onNode('dws-01', knock), { is: ({ code }) => code === 0 });
	});

	it('lets jobs of high push aside those of low, and leaves those of main alone', async () => {
		await cancelAll('alice');
		const whole = ['--exclusive', '--requeue', '--wrap', 'sleep 60'];
		const low = await submit(['-p', 'low', '-w', 'dws-01', ...whole]);
		const main = await submit(['-w', 'dws-02', ...whole]);
		for (const job of [low, main]) await until('it runs', () => jobState(job), { is: (state) => state === 'RUNNING' });
		const high = await submit(['-p', 'high', '-w', 'dws-01', '--wrap', 'true']);
		const barred = await submit(['-p', 'high', '-w', 'dws-02', '--wrap', 'true']);
		await until('high has run', () => jobState(high), { is: ended, timeoutMs: 60_000 });
		expect(await jobInfo(low)).toMatchObject({ Restarts: '1' });
		expect([await jobState(main), await jobState(barred)]).toEqual(['RUNNING', 'PENDING']);
	});

	it('says what it last saw when it has waited long enough', async () => {
		let looks = 0;
		const look = () => ({ looks: ++looks });
		const waiting = until('a thing happens', look, { is: ({ looks }) => looks < 0, timeoutMs: 50, everyMs: 20 });
		await expect(waiting).rejects.toThrow(/^Waited 0.05 s until a thing happens; last seen: \{\s*"looks": \d/);
	});
});
