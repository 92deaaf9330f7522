// From nothing to a head: an ordinary user with python3 and no Ray, and real packages. The one real making of the suite.
import { readdir } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { infoOf, SMALL } from '../slurm/cluster.ts';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, describeReal, jobState, person, until } from '../testbed/bed.ts';
import { RAY_VERSION } from '../testbed/ray-environment.ts';
import { Terminal } from '../testbed/terminal.ts';

/** How this machine reaches packages. */
const WAYS_OUT = Object.fromEntries(
	Object.entries(process.env).filter(([name]) => /^(?:PIP|UV)_|_proxy$/i.test(name)),
) as Record<string, string>;

describeReal('a Ray environment from nothing', () => {
	const alice = person('alice');
	let cwd: string;
	let env: Record<string, string>;
	let job: string;
	const rayslurm = (words: string[]) => alice.rayslurm(words, { cwd, env, ray: false });

	beforeAll(async () => {
		cwd = await alice.workspace();
		env = { ...WAYS_OUT, XDG_CACHE_HOME: `${cwd}/cache` };
	});

	it('demo makes it, drawn on one line of a terminal, and shows an answer; ctrl-C in its midst leaves none', {
		timeout: 400_000,
	}, async () => {
		const terminal = new Terminal(alice, cwd);
		const PATH = '/usr/bin:/bin';
		const made = `${cwd}/cache/rayslurm/python/made`;
		await terminal.open({ ...env, PATH, TERM: 'xterm-256color', RAYSLURM_LOCAL_CPUS: '8' }, cwd);
		try {
			const demo = `clear; ${nodeForUsers()} ${bundle} demo --ray ${RAY_VERSION}; echo code $?`;
			await terminal.type(demo, 'Enter');
			await terminal.until(/^… installing \d+ packages.*\(\d.* s\)$/m, 120_000);
			await terminal.type('C-c');
			await terminal.until('code 130');
			expect(await readdir(made)).toEqual([]);

			await terminal.resize(100, 150); // All of it, on one screen.
			await terminal.type(demo, 'Enter');
			const shown = await terminal.until(/^code \d+$/m, 360_000);
			for (const told of [
				/^✓ virtual environment of Python 3/m,
				/^✓ Ray .* can be imported/m,
				/^pi is about 3\.1\d+, says a cluster of 3 nodes$/m,
				/^code 0$/m,
			])
				expect(shown).toMatch(told);
			expect(shown).not.toMatch(/^… .*(?:package|environment)/m);
			expect((await readdir(`${cwd}/cache/rayslurm/python`)).sort()).toEqual(['made', `ray-${RAY_VERSION}`]);
		} finally {
			await terminal.close();
		}
	});

	it('head submit --ray finds it, and the head runs from it', async () => {
		const words = ['head', 'submit', '--ray', RAY_VERSION, '--wait', ...SMALL, '--', '--include-dashboard=false'];
		const { code, stdout, stderr } = await rayslurm(words);
		expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('info written: joinable') });
		expect(stderr).not.toContain('installing');
		job = /head job (\d+)/.exec(stdout)?.[1] ?? '';
		expect(await infoOf({ cwd, job })).toMatchObject({ RAY_VERSION });
	});

	it('a client uses it at once, and its Python imports it from anywhere', async () => {
		await alice.write(`${cwd}/which.py`, 'import ray, sys; print(ray.__version__, sys.prefix)\n');
		const { code, stdout } = await rayslurm(['connect', job, '--ray', RAY_VERSION, ...SMALL, '--follow', 'which.py']);
		expect({ code, stdout }).toEqual({
			code: 0,
			stdout: expect.stringMatching(new RegExp(`^${RAY_VERSION} ${cwd}/cache/rayslurm/python/made/ray-`, 'm')),
		});
		const python = `${cwd}/cache/rayslurm/python/ray-${RAY_VERSION}/bin/python`;
		expect(await alice.run([python, '-c', 'import ray; print(ray.__version__)'], { cwd: '/' })).toMatchObject({
			code: 0,
			stdout: `${RAY_VERSION}\n`,
		});
	});

	it('is kept while the head runs, and removed after that', async () => {
		const remove = ['python', 'remove', RAY_VERSION, '--yes'];
		expect(await rayslurm(remove)).toMatchObject({ code: 1, stderr: expect.stringContaining(`job ${job} (running)`) });
		const [kept] = JSON.parse((await rayslurm(['python', 'list', '--json'])).stdout).environments;
		expect(kept).toMatchObject({ name: RAY_VERSION, ray: RAY_VERSION, used: expect.stringMatching(/^\d{4}-/) });
		await alice.run(['scancel', job]);
		await until('the head is gone', () => jobState(job), { is: (state) => state === 'CANCELLED' });
		await until('it can be removed', () => rayslurm(remove), { is: ({ code }) => code === 0, everyMs: 500 });
		expect(await readdir(`${cwd}/cache/rayslurm/python/made`)).toEqual([]);
	});
});
