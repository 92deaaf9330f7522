// Ray's own tools, a person's own programs and a browser with a head: env, exec and dashboard, on one head with a dashboard.
import { chmod } from 'node:fs/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, controller, describeReal, person, rayFolder, until } from '../testbed/bed.ts';
import { type Head, infoOf, infoPath, SMALL, tokenOf } from './cluster.ts';

/** Counts what it is told, and says so by its exit code. */
const COUNTS = `
import signal, sys, time
told = 0
def hear(*_):
    global told
    told += 1
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"):
    signal.signal(getattr(signal, name), hear)
print("ready", sys.stdout.isatty(), flush=True)
end = time.monotonic() + 8
while told == 0 and time.monotonic() < end:
    time.sleep(0.02)
time.sleep(0.4)
sys.exit(40 + told)
`;

const DRIVER = 'import ray; ray.init(address="auto"); print("nodes:", len(ray.nodes()))';

/** In a terminal of its own: presses ctrl-C once the command is ready. */
const IN_TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen, pressed = b"", False
while True:
    try:
        more = os.read(terminal, 1000)
    except OSError:
        break
    if not more:
        break
    seen += more
    if not pressed and b"ready" in seen:
        pressed = True
        os.write(terminal, b"\\x03")
print(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

const PYTHON = '/usr/bin/python3';

describeReal('a head, for programs of one’s own', () => {
	const alice = person('alice');
	let head: Head;
	let cwd: string;
	const rayslurm = (...words: string[]) => alice.rayslurm(words, { cwd });
	const inShell = (text: string) =>
		alice.run(['bash', '-c', `rayslurm() { ${nodeForUsers()} ${bundle} "$@"; }\n${text}`], {
			cwd,
			env: { PATH: `${rayFolder}/bin:/usr/bin:/bin` },
		});

	beforeAll(async () => {
		cwd = await alice.workspace();
		const said = await rayslurm('head', 'submit', '--wait', ...SMALL);
		const job = /^Submitted head job (\d+)$/m.exec(said.stdout)?.[1] ?? '';
		expect(said.code, said.all).toBe(0);
		head = { job, cwd, said };
	});

	describe.concurrent('exec', () => {
		it('runs on the head’s node, in this folder, with the cluster’s environment and none of its token', async () => {
			const { RAY_ADDRESS, HEAD_NODE, DASHBOARD_PORT } = await infoOf(head);
			const told = await rayslurm('exec', head.job, '--', 'sh', '-c', 'hostname; pwd; env | grep ^RAY_ | sort');
			const token = await tokenOf(head);
			expect(told.stdout.split('\n')).toEqual([
				HEAD_NODE,
				cwd,
				`RAY_ADDRESS=${RAY_ADDRESS}`,
				`RAY_API_SERVER_ADDRESS=http://127.0.0.1:${DASHBOARD_PORT}`,
				'RAY_AUTH_MODE=token',
				expect.stringMatching(/^RAY_AUTH_TOKEN_PATH=\//),
				`RAY_HEAD_JOB_ID=${head.job}`,
				'',
			]);
			expect(told.all).not.toContain(token.trim());
		});

		it.each([[[]], [['--here']]])('--dry-run %j: what it shows does the same in any shell', async (options) => {
			const words = [...options, '--', 'sh', '-c', 'echo $(hostname) $RAY_ADDRESS $RAY_AUTH_TOKEN_PATH'];
			const shown = await rayslurm('exec', head.job, '--dry-run', ...words);
			expect(shown.stdout).toMatch(/^env RAY_ADDRESS=/);
			const pasted = await alice.run(['bash', '-c', shown.stdout], { cwd });
			const run = await rayslurm('exec', head.job, ...words);
			expect(pasted, pasted.all).toMatchObject({ code: 0, stdout: run.stdout });
		});

		it('a job of Ray begins when the dashboard is up', async () => {
			const submitted = await rayslurm('exec', head.job, '--', 'ray', 'job', 'submit', '--', 'echo', 'nine times 7');
			expect(submitted.code, submitted.all).toBe(0);
			expect(submitted.stdout).toContain('nine times 7');
		});

		it.each([
			['inside the job', []],
			['here', ['--here']],
		])('%s: words, input, output and code pass through', async (_, options) => {
			const run = (...program: string[]) => rayslurm('exec', head.job, ...options, '--', ...program);
			const words = ['', 'a b', "it's", '$(id)', 'new\nline', '--help', '--', '%j', 'é'];
			const [said, read, code, signal, missing, forbidden] = await Promise.all([
				run(PYTHON, '-c', 'import sys; print(sys.argv[1:])', ...words),
				alice.rayslurm(['exec', head.job, ...options, '--', 'sh', '-c', 'cat; echo err >&2'], { cwd, input: 'in\n' }),
				run('sh', '-c', 'exit 7'),
				run('sh', '-c', 'kill -TERM $$'),
				run('no-such-program'),
				run('/etc/passwd'),
			]);
			expect(said.stdout, said.all).toBe(`${PYTHON_WORDS}\n`);
			expect([read.stdout, read.stderr]).toEqual(['in\n', 'err\n']);
			expect([code.code, code.all]).toEqual([7, '']);
			expect([signal.code, missing.code, forbidden.code]).toEqual([143, 127, 126]);
			expect(missing.stderr).toMatch(/no-such-program/);
		});

		it.each([
			['inside the job', []],
			['here', ['--here']],
		])('%s: a command is told once, of ctrl-C too', async (_, options) => {
			const words = ['exec', head.job, ...options, '--', PYTHON, '-u', '-c', COUNTS];
			const told = async (signal: NodeJS.Signals) => {
				const running = alice.startRayslurm(words, { cwd });
				await until('it is ready', () => running.soFar().stdout.includes('ready False'));
				running.kill(signal);
				const { code, all } = await running.done;
				expect([code, all], signal).toEqual([41, 'ready False\n']);
			};
			const terminal = alice.run([PYTHON, '-c', IN_TERMINAL, nodeForUsers(), bundle, ...words], {
				cwd,
				env: { TERM: 'xterm', PATH: `${rayFolder}/bin:/usr/bin:/bin` },
			});
			await Promise.all([told('SIGTERM'), told('SIGINT'), told('SIGUSR1')]);
			const { code, all } = await terminal;
			expect(code, all).toBe(41);
			expect(all).toContain('ready True');
		});
	});

	it('is refused at once, with the reason; what is known needs no scheduler', async () => {
		const info = infoPath(head);
		await chmod(info, 0o664);
		const others = await rayslurm('env', head.job);
		await chmod(info, 0o600);
		expect([others.code, others.stdout]).toEqual([5, '']);
		const unknown = await rayslurm('env', '999999999');
		expect([unknown.code, unknown.stderr.split('\n')[0]]).toEqual([
			4,
			'ERROR: Connection file not found: outputs/ray_head_999999999.info',
		]);
		await controller('stop');
		try {
			const [known, here] = await Promise.all([
				rayslurm('env', head.job, '--json'),
				rayslurm('exec', head.job, '--here', '--', 'true'),
			]);
			expect([known.code, here.code]).toEqual([0, 0]);
			expect(JSON.parse(known.stdout)).toMatchObject({ schemaVersion: 1, head: head.job });
		} finally {
			await controller('start');
		}
		// For some seconds Slurm does not know what its nodes have, and refuses every step.
		const soon = await rayslurm('exec', head.job, '--', 'sh', '-c', 'echo begun; exit 7');
		expect(soon, soon.all).toMatchObject({ code: 7, stdout: 'begun\n' });
	});

	it('Ray’s tools find the cluster; dashboard --open keeps a tunnel for them, that comes back and goes with the head', async () => {
		const { DASHBOARD_PORT, RAY_AUTH_TOKEN_PATH = '' } = await infoOf(head);
		const token = (await tokenOf(head)).trim();
		const tunnel = alice.startRayslurm(['dashboard', head.job, '--open'], { cwd, timeoutMs: 90_000 });
		await until('the tunnel is up', () => tunnel.soFar().stdout);
		expect(tunnel.soFar().stdout).toBe(`http://127.0.0.1:${DASHBOARD_PORT}\n`);
		expect(tunnel.soFar().stderr).toContain(RAY_AUTH_TOKEN_PATH);
		const answers = async () => (await fetch(`http://127.0.0.1:${DASHBOARD_PORT}/api/gcs_healthz`)).status;
		await until('the dashboard answers', answers, { is: (status) => status === 200, timeoutMs: 40_000 });

		const { stdout: keeper } = await execa('pgrep', ['-P', String(tunnel.pid), '-x', 'sh']);
		const { stdout: ssh } = await execa('pgrep', ['-P', keeper, '-x', 'ssh']);
		await execa('kill', ['-KILL', ssh]);
		await until('it is there again', () => tunnel.soFar().stderr.includes(' again '));
		expect(await answers()).toBe(200);

		const driver = rayslurm('exec', head.job, '--', 'python', '-c', DRIVER);
		const through = await inShell(
			`eval "$(rayslurm env ${head.job})"; ray status & ray job submit -- python -c 'print("six times", 7)'; code=$?; wait; exit $code`,
		);
		expect(through.code, through.all).toBe(0);
		expect(through.stdout).toContain('six times 7');
		expect(through.stdout).toContain('Total Usage:');

		expect((await driver).stdout, (await driver).all).toContain('nodes: 1');

		await alice.run(['scancel', head.job]);
		const ended = await tunnel.done;
		expect(ended.code, ended.all).toBe(0);
		expect(ended.stderr).toMatch(new RegExp(`Tunnel closed: head ${head.job} has ended: .*\\n$`));
		expect(ended.all).not.toContain(token);
		const over = await rayslurm('env', head.job);
		expect([over.code, over.stderr.split('\n')[0]]).toEqual([3, `ERROR: Ray head node job ${head.job} is not running`]);
	}, 60_000);
});

const PYTHON_WORDS = `['', 'a b', "it's", '$(id)', 'new\\nline', '--help', '--', '%j', 'é']`;
