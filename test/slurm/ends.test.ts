// However a head ends, it leaves nothing behind, and touches nothing of its neighbour.
import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { describeReal, errorsOf, jobInfo, onNode, outputOf, person, processesOf, until } from '../testbed/bed.ts';
import { type Head, infoOf, infoPath, processesOfJob, SMALL, startHead, temporaryOn } from './cluster.ts';

/** Runs a task on the head's node again and again, and writes down each answer. */
const TICKING = `
import ray, time
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On
ray.init()
head = next(node["NodeID"] for node in ray.nodes() if "node:__internal_head__" in node["Resources"])
@ray.remote(num_cpus=0, max_retries=0, scheduling_strategy=On(head, soft=False))
def tick():
    return "tick"
while True:
    print(ray.get(tick.remote()))
    time.sleep(0.2)
`;

const WAITING = `
import time
print("waiting")
time.sleep(300)
`;

const NODE = 'dws-01';
const nothing = { is: (left: readonly unknown[]) => left.length === 0 };

describeReal('the end of a head', () => {
	const alice = person('alice');
	let left: Head;
	let right: Head;
	let before: string[];

	const nestOf = async ({ job }: Head) => (await onNode(NODE, ['readlink', '-f', `/tmp/ray_head_${job}/..`])).stdout;
	const heads = async (cwd: string) => (await readdir(`${cwd}/outputs`)).filter((name) => name.endsWith('.info'));
	const tokens = async ({ cwd, job }: Head) =>
		(await readdir(`${cwd}/outputs/.rayslurm/heads/${job}`)).filter((name) => name.startsWith('token'));

	beforeAll(async () => {
		before = await temporaryOn(NODE);
		const cwd = await alice.workspace();
		await alice.write(`${cwd}/ticking.py`, TICKING);
		await alice.write(`${cwd}/waiting.py`, WAITING);
		[left, right] = await Promise.all([
			startHead(alice, ['-w', NODE], { cwd }),
			startHead(alice, ['-w', NODE], { cwd }),
		]);
	});

	it('scancel: no process, folder or file of it is left; its client ends with 3; its neighbour works on', async () => {
		const { cwd } = left;
		const connect = (head: Head, ...words: string[]) =>
			alice.startRayslurm(['connect', head.job, ...SMALL, '-w', 'dws-02', '--follow', ...words], {
				cwd,
				timeoutMs: 120_000,
			});
		const ticking = connect(right, 'ticking.py');
		const waiting = connect(left, 'waiting.py');
		await until('both scripts run', () => [ticking, waiting].map(({ soFar }) => soFar().stdout), {
			is: ([ticks, words]) => ticks !== '' && words !== '',
			timeoutMs: 60_000,
		});
		const nest = await nestOf(left);
		expect((await processesOfJob(left.job, 'alice')).length).toBeGreaterThan(5);
		expect(await tokens(left)).toHaveLength(1);

		const began = performance.now();
		await alice.run(['scancel', left.job]);
		await until('its processes are gone', () => processesOfJob(left.job, 'alice'), nothing);
		await until('its token is gone', () => tokens(left), nothing);
		expect(await onNode(NODE, ['ls', '-d', nest, `/tmp/ray_head_${left.job}`])).toMatchObject({ code: 2, stdout: '' });
		expect(await heads(cwd)).not.toContain(`ray_head_${left.job}.info`);
		expect(await outputOf(left.job).then(async (out) => out + (await errorsOf(left.job)))).toMatch(
			new RegExp(`^.*Head ${left.job} ended: stopped$`, 'm'),
		);

		const client = await waiting.done;
		expect((performance.now() - began) / 1000).toBeLessThan(30);
		expect(client).toMatchObject({ code: 3, stderr: expect.stringContaining('the head has ended') });

		const ticks = () => ticking.soFar().stdout.split('\n').length;
		const then = ticks();
		await until('the neighbour has answered ten times more', ticks, { is: (now) => now > then + 10 });
		expect(ticking.soFar().stdout.replaceAll('tick\n', '')).toBe('');
		expect((await infoOf(right))['SLURM_JOB_ID']).toBe(right.job);
		ticking.kill('SIGINT');
		expect(await ticking.done).toMatchObject({ code: 130 });
		const ids = ticking.soFar().stderr.match(/Submitted client job (\d+)/);
		await alice.run(['scancel', ids?.[1] ?? '']);
	});

	it('SIGKILL of its supervisor: all of it is gone within ten seconds, and its info file counts for nothing', async () => {
		const supervisors = (await processesOfJob(right.job, 'alice')).filter(({ command }) =>
			command.includes('idle-watch'),
		);
		expect(supervisors).toHaveLength(1);
		process.kill(supervisors[0]?.hostPid ?? 0, 'SIGKILL');
		await until('nothing of alice runs on the node', () => processesOf('alice', NODE), {
			...nothing,
			timeoutMs: 10_000,
		});
		expect(await temporaryOn(NODE, before)).toEqual([]);
		await until('Slurm knows', () => jobInfo(right.job), { is: ({ JobState }) => JobState === 'FAILED' });
		expect(await alice.rayslurm(['connect', right.job, 'waiting.py'], { cwd: right.cwd })).toMatchObject({
			code: 3,
			stdout: '',
			stderr: expect.stringMatching(new RegExp(`^ERROR: Ray head node job ${right.job} is not running\n`)),
		});
	});

	it('the control store dies: the head ends with 1, says so, and clears up', async () => {
		const head = await startHead(alice, ['-w', NODE], { cwd: left.cwd });
		const [store] = (await processesOfJob(head.job, 'alice')).filter(({ command }) => /\/gcs_server /.test(command));
		process.kill(store?.hostPid ?? 0, 'SIGKILL');
		await until('nothing of alice runs on the node', () => processesOf('alice', NODE), nothing);
		expect(await temporaryOn(NODE, before)).toEqual([]);
		const job = await until('Slurm knows', () => jobInfo(head.job), { is: ({ JobState }) => JobState === 'FAILED' });
		expect(job).toMatchObject({ ExitCode: '1:0' });
		expect((await errorsOf(head.job)).trimEnd().split('\n').at(-1)).toMatch(/Ray died$/);
		expect(await heads(head.cwd)).not.toContain(infoPath(head).split('/').at(-1));
		expect(await tokens(head)).toEqual([]);
		const events = (await readFile(`${head.cwd}/outputs/.rayslurm/heads/${head.job}/events.jsonl`, 'utf8')).trimEnd();
		const because = 'gcs_server has ended';
		const ended = { step: 'ended', reason: 'Ray died', because, code: 1 };
		expect(JSON.parse(events.split('\n').at(-1) ?? '')).toMatchObject(ended);
	});
});
