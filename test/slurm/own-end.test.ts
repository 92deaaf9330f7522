// A head that ends by itself: at its time limit, with all clients told and awaited, and when nobody uses it.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeReal, errorsOf, jobInfo, jobState, outputOf, person, until } from '../testbed/bed.ts';
import { infoPath, processesOfJob, SMALL, startHead } from './cluster.ts';

const SCRIPTS = {
	/** Handles the signal: a checkpoint, and a code of its own. */
	'catches.py': `
import signal, sys, time
def told(*_):
    print("checkpoint", flush=True)
    sys.exit(5)
signal.signal(signal.SIGUSR1, told)
print("begun", flush=True)
while True:
    time.sleep(0.1)
`,
	/** Knows of no signal: its \`finally\` must run all the same. */
	'plain.py': `
import time
print("begun", flush=True)
try:
    while True:
        time.sleep(0.1)
finally:
    print("finally", flush=True)
`,
	'ignores.py': `
import signal, time
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
print("begun", flush=True)
while True:
    time.sleep(0.1)
`,
};

describeReal("a head's own end", () => {
	const alice = person('alice');
	const ended = { is: (state: string) => ['COMPLETED', 'FAILED', 'GONE'].includes(state), timeoutMs: 60_000 };

	it('time limit: all clients are told at once and awaited, the grace ends the wait, the queue is emptied, code 0', async () => {
		const cwd = await alice.workspace();
		for (const [name, text] of Object.entries(SCRIPTS)) await alice.write(`${cwd}/${name}`, text);
		const head = await startHead(alice, ['-w', 'dws-01', '--grace', '8s'], { cwd });
		const connect = async (...words: string[]) =>
			(await alice.rayslurm(['connect', head.job, '--parsable', ...SMALL, ...words], { cwd })).stdout.trim();
		const clients: Record<string, string> = {};
		for (const name of Object.keys(SCRIPTS)) clients[name] = await connect('-w', 'dws-02', name);
		const waiting = await connect('--begin=now+1hour', 'plain.py');
		for (const job of Object.values(clients))
			await until(`client ${job} works`, () => outputOf(job), { is: (text) => text.includes('begun') });

		// As Slurm does near the limit.
		await alice.run(['scancel', '--batch', '--signal=USR1', head.job]);
		await until('the head has ended', () => jobState(head.job), ended);
		const said = await errorsOf(head.job);
		expect(said).toMatch(/Time limit: told 3 clients: /);
		expect(said).toContain(`Client ${clients['catches.py']} has ended`);
		expect(said).toContain(`Client ${clients['plain.py']} has ended`);
		expect(said).toContain(`the grace is over; still there: ${clients['ignores.py']}`);
		expect(said).toContain(`Still in the queue, and cancelled: ${waiting}`);
		expect(said.trimEnd().split('\n').at(-1)).toBe(`Head ${head.job} ended: time limit`);
		expect((await jobInfo(head.job))['ExitCode']).toBe('0:0');
		expect(existsSync(infoPath(head))).toBe(false);
		expect(await processesOfJob(head.job, 'alice')).toEqual([]);

		expect(await outputOf(clients['catches.py'] ?? '')).toBe('begun\ncheckpoint\n');
		expect((await jobInfo(clients['catches.py'] ?? ''))['ExitCode']).toBe('5:0');
		expect(await outputOf(clients['plain.py'] ?? '')).toBe('begun\nfinally\n');
		expect(await jobState(waiting)).toBe('CANCELLED');
	});

	it('idle: with no client, no driver and no work for as long as was asked, it ends with 0 and says what it saw', async () => {
		const head = await startHead(alice, ['-w', 'dws-01', '--idle-window', 'always', '--idle-after', '5s']);
		await until('the head has ended', () => jobState(head.job), { ...ended, timeoutMs: 120_000 });
		const said = await errorsOf(head.job);
		expect(said).toMatch(/Idle window: idle \d of 5 s: 1 node, 0 clients, last task ended \d\d:\d\d:\d\d\n/);
		expect(said.trimEnd().split('\n').at(-1)).toBe(`Head ${head.job} ended: idle`);
		expect((await jobInfo(head.job))['ExitCode']).toBe('0:0');
	});
});
