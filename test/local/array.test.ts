// An array of clients without Slurm: looked at, awaited and stopped task by task and as a whole.
import { afterEach, expect, it } from 'vitest';
import { describeReal, person, until } from '../testbed/bed.ts';
import { Here, SMALL } from './here.ts';

const alice = new Here(person('alice'));

/** Ends when it is let go, with its index as code. */
const TASK = `
import os, sys, time
index = os.environ["SLURM_ARRAY_TASK_ID"]
print("task", index, flush=True)
while not os.path.exists("go" + index):
    time.sleep(0.1)
sys.exit(int(index))
`;

interface Task {
	readonly task: string;
	readonly state: string;
	readonly exitCode?: number;
}

describeReal('an array on one machine', () => {
	afterEach(() => alice.cancelAll());

	it('is shown, awaited and stopped task by task, and as a whole although its first task is over', async () => {
		const { job: head, cwd } = await alice.head();
		const run = (...words: string[]) => alice.run(words, { cwd });
		await alice.who.write(`${cwd}/task.py`, TASK);
		const array = (await run('connect', head, '--parsable', ...SMALL, '--array=3-7%2', 'task.py')).stdout.trim();
		const tasks = async (): Promise<Task[]> =>
			JSON.parse((await run('status', '--json', array)).stdout).heads[0].clients;
		const reach = (index: number, state: string) =>
			until(`task ${index} is ${state}`, tasks, {
				is: (all) => all.find(({ task }) => task === `${array}_${index}`)?.state === state,
				timeoutMs: 60_000,
			});
		const all = alice.start(['wait', array, '--for=end', '--json'], { cwd });
		const one = alice.start(['wait', `${array}_3`, '--for=end'], { cwd });
		await Promise.all([reach(3, 'running'), reach(4, 'running')]);
		const { stdout: shown } = await run('status');
		expect(shown).toContain('Clients: 2 running, 3 pending');
		expect(shown).toMatch(new RegExp(`^ {4}${array}_4 +running .* task\\.py$`, 'm'));
		expect(shown).toMatch(new RegExp(`^ {4}${array}_\\[5-7\\] +pending .*\\(JobArrayTaskLimit\\)$`, 'm'));
		expect((await run('local', 'jobs', array)).stdout).toMatch(new RegExp(`^ *${array}_7  task  pending: `, 'm'));
		expect(await run('stop', `${array}_7`)).toMatchObject({
			code: 0,
			stdout: `Client ${array}_7 taken out of the queue\n`,
		});

		await alice.who.write(`${cwd}/go3`, '');
		expect((await one.done).code).toBe(3);
		expect((await run('logs', `${array}_3`)).stdout).toBe('task 3\n');
		await reach(5, 'running');
		const stopped = await run('stop', array);
		expect(stopped.code).toBe(0);
		expect(stopped.stdout).toContain(`Client ${array}_6 taken out of the queue\n`);
		expect(stopped.stdout).toMatch(/ended with code 130\n/);
		expect(stopped.stderr).toContain(`told to stop: client ${array}_[4-5]`);
		const { code, stdout: facts } = await all.done;
		expect(code).toBe(130);
		expect(JSON.parse(facts).tasks.map((each: { code: number }) => each.code)).toEqual([3, 130, 130, 1, 1]);
		expect((await tasks()).every(({ state }) => state === 'ended')).toBe(true);
		expect((await run('complete', 'fish', 'wait', array)).stdout).toBe('');
		expect((await run('stop', array)).stderr).toBe(`Client ${array}_[3-7] has ended already\n`);
	});
});
