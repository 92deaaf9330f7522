// The local scheduler with real jobs, in a state folder of the test's own.
import { spawn } from 'node:child_process';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { local } from '../../src/adapters/schedulers/local.ts';
import type { LocalScheduler } from '../../src/core/scheduler-words.ts';
import type { KnownState } from '../../src/core/world.ts';
import { until } from '../testbed/until.ts';

let folder: string;
let state: string;
let program: string;
let scheduler: LocalScheduler;

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-local-'));
	program = join(folder, 'program.cjs');
	buildSync({
		stdin: {
			contents: `import { local } from './src/adapters/schedulers/local.ts';
				const scheduler = local([process.execPath, process.argv[1]]);
				const [verb, script] = process.argv.slice(2);
				if (verb === 'local') scheduler.turn();
				else scheduler.submit({ script, scriptPath: '/x', options: ['--mem=10'] }).then(console.log);`,
			loader: 'ts',
			resolveDir: resolve(import.meta.dirname, '../..'),
		},
		bundle: true,
		platform: 'node',
		format: 'cjs',
		loader: { '.sh': 'text' },
		define: { 'import.meta.url': '"file:///"' },
		outfile: program,
		logLevel: 'error',
	});
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
	state = mkdtempSync(join(folder, 's-'));
	vi.stubEnv('RAYSLURM_LOCAL_STATE', state);
	vi.stubEnv('RAYSLURM_LOCAL_CPUS', '100');
	scheduler = local([process.execPath, program]);
});
afterEach(async () => {
	const jobs = await scheduler.mine();
	await scheduler.cancel(jobs.map(({ job }) => job));
	await until('nothing runs', () => processes().length === 0);
	vi.unstubAllEnvs();
});

async function submit(lines: string, ...options: string[]): Promise<string> {
	const words = [`--chdir=${state}`, '--mem=10', '--output=/dev/null', ...options];
	return scheduler.submit({ script: `#!/bin/bash\n${lines}\n`, scriptPath: '/job.sh', options: words });
}

async function stateOf(job: string): Promise<KnownState> {
	return (await scheduler.states([job])).get(job) as KnownState;
}

const reaches = (job: string, kind: KnownState['kind']) =>
	until(`job ${job} is ${kind}`, () => stateOf(job), { is: (seen) => seen.kind === kind, everyMs: 20 });
const appears = (name: string) => until(`${name} is there`, () => existsSync(join(state, name)), { everyMs: 20 });

/** Of this state folder: keepers, and whatever a job started and did not hide. */
function processes(): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((pid) => {
			try {
				if (readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')) return false;
				const texts = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
				return pid !== String(process.pid) && texts.some((text) => text.includes(state));
			} catch {
				return false;
			}
		})
		.map(Number);
}

/** Its words with a NUL behind each; nothing where it has ended by now. */
function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		return '';
	}
}

/** Programs that clear up after a job, each of which leads a session. */
const buryers = () =>
	processes().filter((pid) => {
		if (!commandOf(pid).includes('\0bury\0')) return false;
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
			return stat.slice(stat.lastIndexOf(')')).split(' ')[4] === String(pid);
		} catch {
			return false;
		}
	});

function end(pid: number): void {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It has ended by itself.
	}
}

/** The keeper, then its child that listens. */
function keepersOf(job: string): number[] {
	const isKeeper = (pid: number) => commandOf(pid).endsWith(`\0${job}\0`);
	return processes()
		.filter(isKeeper)
		.toSorted((a, b) => a - b);
}

/** Its script runs, and both look after it. */
const isKept = (job: string) =>
	until('it is looked after', () => entryOf(job).includes('.running.') && keepersOf(job).length === 2, { everyMs: 20 });

/** None of them sees another die. */
function killAtOnce(pids: readonly number[]): void {
	for (const pid of pids) process.kill(pid, 'SIGSTOP');
	for (const pid of pids) process.kill(pid, 'SIGKILL');
}

const batchOf = (job: string) =>
	Number(readFileSync(join(state, hostname(), 'jobs', job, 'batch'), 'utf8').split(' ')[0]);

function entryOf(job: string): string {
	const name = readdirSync(join(state, hostname())).find((each) => each.startsWith(`${job}.`));
	return join(state, hostname(), name ?? '');
}

describe('ids', () => {
	it('are different for jobs submitted at the same time, and count on when all is forgotten', async () => {
		const jobs = await Promise.all(Array.from({ length: 8 }, () => submit('true')));
		expect(jobs.map(Number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
		for (const job of jobs) await reaches(job, 'ended');
		rmSync(join(state, hostname()), { recursive: true });
		expect(await submit('true')).toBe('9');
	});

	it('of an array are those of its tasks, which have names as well', async () => {
		const first = await submit('true', '--array=1-3:2');
		const tasks = await scheduler.mine([first]);
		expect(tasks.map(({ job, task }) => [job, task])).toEqual([
			[first, `${first}_1`],
			[String(Number(first) + 1), `${first}_3`],
		]);
		expect(await scheduler.mine([`${first}_3`])).toMatchObject([{ task: `${first}_3` }]);
	});

	it('are kept in a folder for nobody else', async () => {
		await submit('true');
		for (const path of ['', hostname(), `${hostname()}/jobs`]) {
			expect(statSync(join(state, path)).mode & 0o777).toBe(0o700);
		}
	});
});

describe('what is checked', () => {
	const asked = (...options: string[]) => ({ script: '#!/bin/sh\n', scriptPath: '/job.sh', options });

	it('without submitting is what is refused at submission', async () => {
		await scheduler.check(asked('--dependency=after:7'), '7');
		expect(readdirSync(state)).toEqual([]);
		for (const option of ['--begin=now', '-c101', '--mem=99T', '--dependency=afterok:7', '--dependency=after:7_1']) {
			const trouble = await scheduler.submit(asked(option)).catch((error: Error) => error);
			expect(trouble).toBeInstanceOf(Error);
			await expect(scheduler.check(asked(option))).rejects.toEqual(trouble);
		}
		expect(readdirSync(state)).toEqual([]);
	});

	it('of a dependency is whether there ever was such a job', async () => {
		const job = await submit('true');
		await reaches(job, 'ended');
		rmSync(entryOf(job));
		await scheduler.check(asked(`--dependency=afterany:${job}`));
	});
});

describe('room', () => {
	it('is not promised twice: who has none waits, says why, and begins when there is some', async () => {
		vi.stubEnv('RAYSLURM_LOCAL_CPUS', '1');
		await scheduler.submit({
			script: '#!/bin/bash\ntouch up; until [ -e go ]; do sleep 0.05; done\n',
			scriptPath: '/o/.rayslurm/scripts/head-0123456789abcdef.sbatch',
			options: [`--chdir=${state}`, '--mem=10', '--output=/dev/null', '--job-name=ray'],
		});
		await appears('up');
		const second = await submit('touch second');
		const third = await submit('touch third');
		expect(await stateOf(second)).toMatchObject({
			reason: 'Resources',
			words: 'waits for 1 CPU: none is free; head 1 (ray) holds 1',
			todo: expect.stringContaining('rayslurm stop 1'),
		});
		expect(await stateOf(third)).toMatchObject({ reason: 'Priority', words: expect.stringMatching(/^behind job 2 /) });
		expect((await scheduler.mine([second]))[0]?.state).toEqual(await stateOf(second));
		await scheduler.cancel([second]);
		expect(await stateOf(second)).toEqual({ kind: 'ended', how: 'CANCELLED' });
		expect(await stateOf(third)).toMatchObject({ kind: 'pending', reason: 'Resources' });
		writeFileSync(join(state, 'go'), '');
		await reaches(third, 'ended');
		expect(readdirSync(state)).toContain('third');
		expect(readdirSync(state)).not.toContain('second');
	});

	it('is free again after a keeper was killed', async () => {
		vi.stubEnv('RAYSLURM_LOCAL_CPUS', '1');
		const first = await submit('touch up; sleep 100');
		await appears('up');
		const second = await submit('touch second');
		process.kill(keepersOf(first)[0] ?? 0, 'SIGKILL');
		await reaches(second, 'ended');
		expect(readdirSync(state)).toContain('second');
	});
});

describe('a killed', () => {
	const LOUD = '(setsid sleep 101 &)\nenv -u SLURM_JOB_ID sleep 102 &\ntouch up\nsleep 103';

	it.each([
		['keeper', (job: string) => keepersOf(job).slice(0, 1)],
		['listener', (job: string) => keepersOf(job).slice(1)],
		['pair of both', keepersOf],
	])('%s is told, and nothing is left', async (_, victims) => {
		const job = await submit(LOUD);
		await appears('up');
		await isKept(job);
		killAtOnce(victims(job));
		expect(await reaches(job, 'ended')).toEqual({ kind: 'ended', how: 'NODE_FAIL: its keeper was killed' });
		await until('nothing is left', () => processes().length === 0, { everyMs: 20 });
		expect(readdirSync(join(state, hostname(), 'jobs'))).toEqual([]);
	});

	it('pair of both is cleared up after once, however often somebody looks', async () => {
		const job = await submit(LOUD);
		await appears('up');
		await isKept(job);
		killAtOnce(keepersOf(job));
		for (let look = 0; look < 5; look++) await stateOf(job);
		expect(buryers().length).toBeLessThanOrEqual(1);
		await reaches(job, 'ended');
	});

	it('batch shell has failed, and nothing is left', async () => {
		const job = await submit(LOUD);
		await appears('up');
		await until('its pid is known', () => batchOf(job));
		process.kill(batchOf(job), 'SIGKILL');
		expect(await reaches(job, 'ended')).toEqual({ kind: 'ended', how: 'FAILED', exitCode: 137 });
		await until('nothing is left', () => processes().length === 0, { everyMs: 20 });
	});

	it('keeper of a waiting job ends the waiting', async () => {
		const first = await submit('sleep 100');
		const second = await submit('touch second', `--dependency=afterany:${first}`);
		process.kill(keepersOf(second)[0] ?? 0, 'SIGKILL');
		expect(await reaches(second, 'ended')).toEqual({ kind: 'ended', how: 'NODE_FAIL: its keeper was killed' });
	});
});

describe('a keeper that is not the one', () => {
	/** This very process, which lives, stands for whoever has the pid by now. */
	const born = readFileSync('/proc/self/stat', 'utf8')
		.replace(/^.*\) /s, '')
		.split(' ')[19];
	it.each([
		['started at another time: its pid is used again', 't1', undefined, 'NODE_FAIL: its keeper was killed'],
		['of an earlier boot', `t${born}`, 'b0123456789ab', 'NODE_FAIL: the machine was started anew'],
	])('%s', async (_, birth, boot, how) => {
		const job = await submit('sleep 100');
		await isKept(job);
		const entry = entryOf(job);
		killAtOnce(keepersOf(job));
		const another = entry.replace(/\.p\d+\.t\d+\.(b[0-9a-f]+)\./, (_whole, here) => {
			return `.p${process.pid}.${birth}.${boot ?? here}.`;
		});
		renameSync(entry, another);
		expect(await reaches(job, 'ended')).toEqual({ kind: 'ended', how });
		// What runs on after the reboot that was none is of a job that nobody knows any more.
		for (const pid of processes()) end(pid);
	});

	it('in another process table: nobody here can say', async () => {
		const job = await submit('sleep 100');
		await until('it runs', () => entryOf(job).includes('.running.'));
		const name = entryOf(job);
		renameSync(name, name.replace(/\.n\d+\./, '.n7.'));
		expect((await stateOf(job)).kind).toBe('unknown');
		renameSync(name.replace(/\.n\d+\./, '.n7.'), name);
	});
});

describe('a job', () => {
	it('outlives the shell it was submitted from, and is nobody’s child', async () => {
		const shell = spawn('bash', ['-c', `"${process.execPath}" "${program}" submit "$SCRIPT"; sleep 100`], {
			detached: true,
			env: { ...process.env, SCRIPT: `#!/bin/bash\ncd ${state}\ntouch up\nuntil [ -e go ]; do sleep 0.05; done\n` },
			cwd: state,
			stdio: 'ignore',
		});
		await appears('up');
		process.kill(-(shell.pid ?? 0), 'SIGHUP');
		process.kill(-(shell.pid ?? 0), 'SIGKILL');
		expect(await stateOf('1')).toMatchObject({ kind: 'running' });
		expect(readlinkSync(`/proc/${batchOf('1')}/fd/0`)).toBe('/dev/null');
		writeFileSync(join(state, 'go'), '');
		expect(await reaches('1', 'ended')).toMatchObject({ how: 'COMPLETED' });
	});

	it('takes with it what it leaves running, but not the jobs it has submitted', async () => {
		const inner = `#!/bin/bash\ncd ${state}\nuntil [ -e go ]; do sleep 0.05; done\n`;
		const job = await submit(
			`setsid sleep 104 &\nsleep 105 &\n"${process.execPath}" "${program}" submit $'${inner.replaceAll('\n', '\\n')}' >inner`,
		);
		expect(await reaches(job, 'ended')).toMatchObject({ how: 'COMPLETED' });
		const other = readFileSync(join(state, 'inner'), 'utf8').trim();
		expect(await stateOf(other)).toMatchObject({ kind: 'running' });
		const commands = processes().map(commandOf);
		expect(commands.filter((each) => /^sleep\0(104|105)\0/.test(each))).toEqual([]);
		writeFileSync(join(state, 'go'), '');
		await reaches(other, 'ended');
	});

	it('has words of its own', async () => {
		const script = '#!/bin/bash\nprintf "%s|" "$@" >words\n';
		const words = ['a b', '--json', '', "it's $(x)"];
		const options = [`--chdir=${state}`, '--output=/dev/null'];
		await reaches(await scheduler.submit({ script, scriptPath: '/job.sh', options, words }), 'ended');
		expect(readFileSync(join(state, 'words'), 'utf8')).toBe("a b|--json||it's $(x)|");
	});

	it('inherits functions that are exported, and hears SIGINT', async () => {
		vi.stubEnv('BASH_FUNC_mine%%', '() {  echo mine $1\n}');
		const job = await submit("trap 'mine heard >heard; exit 0' INT\ntouch up\nwhile :; do sleep 0.05; done");
		await appears('up');
		process.kill(batchOf(job), 'SIGINT');
		expect(await reaches(job, 'ended')).toMatchObject({ how: 'COMPLETED' });
		expect(readFileSync(join(state, 'heard'), 'utf8')).toBe('mine heard\n');
	});

	it('leaves its guards the time to clear up', async () => {
		const guard = "trap '' TERM; while kill -0 $1; do sleep 0.05; done; sleep 0.3; touch cleared";
		const job = await submit(
			`RAYSLURM_GUARD_OF=$RAYSLURM_LOCAL_JOB setsid bash -c "${guard.replaceAll('$', '\\$')}" guard $$ &\ntouch up\nsleep 100`,
		);
		await appears('up');
		await until('its pid is known', () => batchOf(job));
		process.kill(batchOf(job), 'SIGKILL');
		await reaches(job, 'ended');
		expect(readdirSync(state)).toContain('cleared');
	});
});
