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

async function submit(indices: string) {
	const { job: head, cwd } = await alice.head();
	await alice.who.write(`${cwd}/task.py`, TASK);
	const { stdout } = await alice.run(['connect', head, '--parsable', ...SMALL, `--array=${indices}`, 'task.py'], {
		cwd,
	});
	const array = stdout.trim();
	const run = (...words: string[]) => alice.run(words, { cwd });
	const letGo = (index: number) => alice.who.write(`${cwd}/go${index}`, '');
	const tasks = async (): Promise<Task[]> => JSON.parse((await run('status', '--json', array)).stdout).heads[0].clients;
	const reach = (index: number, state: string) =>
		until(`task ${index} is ${state}`, tasks, {
			is: (all) => all.find(({ task }) => task === `${array}_${index}`)?.state === state,
			timeoutMs: 60_000,
		});
	return { head, cwd, array, run, letGo, tasks, reach };
}

describeReal('an array on one machine', () => {
	afterEach(() => alice.cancelAll());

	it('is shown task by task; wait ends with its last one, with the highest code', async () => {
		const { array, cwd, run, letGo, tasks, reach } = await submit('0-4%2');
		await reach(0, 'running');
		await reach(1, 'running');
		const { stdout } = await run('status');
		expect(stdout).toContain('Clients: 2 running, 3 pending');
		expect(stdout).toMatch(new RegExp(`^ {4}${array}_1 +running .* task\\.py$`, 'm'));
		expect(stdout).toMatch(new RegExp(`^ {4}${array}_\\[2-4\\] +pending .*\\(JobArrayTaskLimit\\)$`, 'm'));
		expect((await run('local', 'jobs', array)).stdout).toMatch(new RegExp(`^ *${array}_4  task  pending: `, 'm'));
		const all = alice.start(['wait', array, '--for=end', '--json'], { cwd });
		const one = alice.start(['wait', `${array}_3`, '--for=end'], { cwd });
		expect(await run('stop', `${array}_4`)).toMatchObject({
			code: 0,
			stdout: `Client ${array}_4 taken out of the queue\n`,
		});
		for (const index of [0, 1, 2, 3]) await letGo(index);
		expect((await one.done).code).toBe(3);
		const { code, stdout: facts } = await all.done;
		expect(code).toBe(3);
		expect(JSON.parse(facts).tasks.map((each: { code: number }) => each.code)).toEqual([0, 1, 2, 3, 1]);
		expect((await tasks()).map(({ state, exitCode }) => [state, exitCode])).toEqual([
			...[0, 1, 2, 3].map((exit) => ['ended', exit]),
			['ended', undefined],
		]);
		expect((await run('logs', `${array}_3`)).stdout).toBe('task 3\n');
	});

	it('whose first task is over is stopped as a whole: those that run are told, the others never begin', async () => {
		const { array, run, letGo, tasks, reach } = await submit('0-5%2');
		await reach(0, 'running');
		await letGo(0);
		await reach(0, 'ended');
		await reach(1, 'running');
		await reach(2, 'running');
		const { code, stdout, stderr } = await run('stop', array);
		expect(code).toBe(0);
		expect(stdout).toContain(`Client ${array}_[3-5] taken out of the queue\n`);
		expect(stdout).toMatch(/ended with code 130\n/);
		expect(stderr).toContain(`told to stop: client ${array}_[1-2]`);
		expect((await tasks()).every(({ state }) => state === 'ended')).toBe(true);
		expect((await run('complete', 'fish', 'wait', array)).stdout).toBe('');
		expect((await run('stop', array)).stderr).toBe(`Client ${array}_[0-5] has ended already\n`);
	});
});
