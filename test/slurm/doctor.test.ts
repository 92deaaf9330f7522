// rayslurm doctor, typed by an ordinary user: on a healthy cluster, with what is wrong with it, and without its controller.
import { readdir } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, controller, describeReal, jobsOf, type Person, person, rayFolder, until } from '../testbed/bed.ts';

interface Found {
	group: string;
	node?: string;
	level: 'ok' | 'warning' | 'problem';
	what: string;
	fix?: string;
}

interface Facts {
	schemaVersion: number;
	scheduler: string;
	healthy: boolean;
	job: unknown;
	findings: Found[];
}

describeReal('doctor', () => {
	const alice: Person = person('alice');
	let cwd: string;
	beforeAll(async () => {
		cwd = await alice.workspace();
	});

	const doctor = async (words: string[] = [], more: { env?: Record<string, string>; before?: string[] } = {}) => {
		const argv = [...(more.before ?? []), nodeForUsers(), bundle, 'doctor', '--json', ...words];
		const env = { PATH: `${rayFolder}/bin:/usr/bin:/bin`, ...more.env };
		const { code, stdout, all } = await alice.run(argv, { cwd, env });
		const facts = JSON.parse(stdout) as Facts;
		expect(facts.schemaVersion, all).toBe(1);
		for (const { level, what, fix } of facts.findings) expect(fix === undefined, what).toBe(level === 'ok');
		const said = (level: Found['level'], of?: (finding: Found) => boolean) =>
			facts.findings.filter((each) => each.level === level && (of?.(each) ?? true)).map(({ what }) => what);
		return { code, all, facts, said };
	};
	const left = async () => ({
		jobs: await jobsOf('alice'),
		folders: (await readdir(`${cwd}/outputs/.rayslurm`).catch(() => [])).filter((name) => name.startsWith('doctor-')),
	});

	it('a healthy cluster: exit 0, with what is to be known of it', async () => {
		const { code, facts, said } = await doctor();
		expect(said('problem')).toEqual([]);
		expect({ code, healthy: facts.healthy, job: facts.job }).toEqual({ code: 0, healthy: true, job: null });
		expect(said('ok')).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^Slurm 22\.05\.8 answered in \d/),
				expect.stringMatching(/^Partition main: no time limit, 8 CPUs a node/),
				expect.stringMatching(/^Ray 2\.60\.0, Python 3\.\d+\.\d+ \(ray in PATH/),
			]),
		);
		expect(said('warning')).toEqual([
			expect.stringMatching(/^KillWait is 5 s/),
			expect.stringMatching(/^proctrack\/linuxproc/),
			expect.stringMatching(/^TaskPlugin is task\/none/),
			expect.stringMatching(/^SelectTypeParameters is CR_CORE/),
			expect.stringMatching(/do compute nodes see it\?$/),
		]);
	});

	it('for people: groups, marks, a fix line for each, and preemption of a partition', async () => {
		const { code, stdout, stderr } = await alice.rayslurm(['doctor', '-p', 'low'], { cwd });
		expect({ code, stderr }).toEqual({ code: 0, stderr: '\n6 ! to be known.\n' });
		expect(stdout).toMatch(/^Slurm\n {2}✓ Slurm 22/);
		expect(stdout).toMatch(/^ {2}! Jobs in low can be preempted \(REQUEUE\) without warning.*\n {4}→ put heads into/m);
	});

	it('--job: one job, both ways between here and its node, Ray there; nothing is left', async () => {
		const { code, said, facts } = await doctor(['--job', '-w', 'dws-02', '--comment=mine']);
		const there = ({ node }: Found) => node === 'dws-02';
		expect(said('problem')).toEqual([]);
		expect({ code, job: facts.job }).toEqual({ code: 0, job: { id: expect.stringMatching(/^\d+$/), node: 'dws-02' } });
		expect(said('ok', there)).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^Ray 2\.60\.0, Python/),
				expect.stringMatching(/^A file in .*\/outputs is seen there, and the answer here, after \d/),
				'10.77.0.2 (eth0) would be advertised',
				'10.77.0.2 is reached from here',
				'This machine is reached from there',
				expect.stringMatching(/^Ports from offset 4840 are free/),
				expect.stringMatching(/^Its clock agrees/),
				expect.stringMatching(/^\/tmp: .* free$/),
			]),
		);
		expect(said('ok')).toContain('The site left the job as it was asked for (comment, time limit, partition)');
		expect(said('warning').join()).not.toContain('do compute nodes see it?');
		await until('the job is over', left, { is: ({ jobs }) => jobs.length === 0 });
		expect(await left()).toEqual({ jobs: [], folders: [] });
	});

	it('--job with a proxy, a long TMPDIR, few processes, and no Ray on the node', async () => {
		const env = {
			http_proxy: 'http://alice:sesame@proxy:3128',
			TMPDIR: `${cwd}/temporary`,
			PATH: '/usr/bin:/bin',
		};
		const { code, said, all } = await doctor(['--job', '--setup', '/dev/null'], { env });
		expect(code).toBe(5);
		expect(all).not.toContain('sesame');
		expect(said('problem')).toEqual([expect.stringMatching(/^Ray is missing: .*python3.* has no Ray$/)]);
		for (const finding of [
			/^TMPDIR is too long/,
			/^http_proxy=http:\/\/\*\*\*@proxy:3128, and no_proxy does not name/,
		]) {
			expect(said('warning', ({ node }) => node === undefined)).toContainEqual(expect.stringMatching(finding));
			expect(said('warning', ({ node }) => node !== undefined)).toContainEqual(expect.stringMatching(finding));
		}
	});

	it('limits of the shell: those that jobs inherit, and those of this machine where it runs them', async () => {
		const few = { before: ['prlimit', '--nofile=256:256', '--nproc=300:300', '--'] };
		const [cluster, machine] = await Promise.all([doctor([], few), doctor(['--scheduler=local'], few)]);
		expect(cluster.code).toBe(0);
		expect(cluster.said('warning')).toContainEqual(
			expect.stringMatching(/^ulimit -u is 300 here, and jobs inherit it/),
		);
		expect(machine.code).toBe(5);
		expect(machine.said('problem')).toEqual([
			'Only 256 open files (ulimit -n): Ray fails under load',
			expect.stringMatching(/^\d+ of 300 processes and threads are in use \(ulimit -u\): Ray cannot start its own$/),
		]);
	});

	it('a job that does not start in time: why, exit 4, and it is cancelled', async () => {
		const { code, said } = await doctor(['--job', '--hold', '--timeout=5s']);
		expect(code).toBe(4);
		expect(said('warning')).toContainEqual(
			expect.stringMatching(/^Job \d+ did not start in time: held by its owner \(JobHeldUser\)$/),
		);
		expect(await left()).toEqual({ jobs: [], folders: [] });
	});

	it('ctrl-C while it waits: exit 130, and the job is cancelled', async () => {
		const running = alice.startRayslurm(['doctor', '--job', '--hold'], { cwd });
		await until('the job is submitted', () => /submitted as job (\d+)/.exec(running.soFar().stderr));
		running.kill('SIGINT');
		expect(await running.done).toMatchObject({ code: 130, stderr: expect.stringMatching(/^Cancelling job \d+$/m) });
		expect(await left()).toEqual({ jobs: [], folders: [] });
	});

	it('the job is refused: what Slurm says', async () => {
		const { code, said } = await doctor(['--job', '-p', 'nosuch']);
		expect(code).toBe(5);
		expect(said('problem')).toEqual([
			'There is no partition nosuch; there are main, low, high, crowd',
			expect.stringMatching(/^sbatch refused: .*[Ii]nvalid partition/),
		]);
		expect(await left()).toEqual({ jobs: [], folders: [] });
	});

	it('without Slurm: a job of this machine; and with nothing at all, not even Python or a home', async () => {
		const nothing = { env: { PATH: '/nowhere', HOME: `${cwd}/nobody` } };
		const [machine, bare] = await Promise.all([doctor(['--job', '--scheduler=local']), doctor([], nothing)]);
		expect(machine.said('problem')).toEqual([]);
		expect(machine.said('ok', ({ node }) => node !== undefined)).toEqual(
			expect.arrayContaining([
				expect.stringMatching(/^Ray 2\.60\.0, Python/),
				'Heads and clients of this machine meet at 127.0.0.2',
				'127.0.0.2 is reached from here',
			]),
		);
		expect(machine.code).toBe(0);
		expect(bare.code).toBe(5);
		expect(bare.facts).toMatchObject({ scheduler: 'local', healthy: false });
		expect(bare.said('problem')).toEqual(['Ray is missing: there is no python in PATH']);
		expect(await left()).toEqual({ jobs: [], folders: [] });
	});

	it('the controller hangs: said after ten seconds, everything else is looked at, and no job is submitted', async () => {
		await controller('freeze');
		const began = performance.now();
		const { code, said } = await doctor(['--job']).finally(() => controller('thaw'));
		expect((performance.now() - began) / 1000).toBeLessThan(15);
		expect(code).toBe(5);
		expect(said('problem')).toEqual([
			expect.stringMatching(/^Slurm did not answer/),
			'No job was submitted: Slurm does not answer',
		]);
		expect(said('ok')).toContainEqual(expect.stringMatching(/^Ray 2\.60\.0/));
		expect(await left()).toEqual({ jobs: [], folders: [] });
	});
});
