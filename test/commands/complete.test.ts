import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quickLook } from '../../src/adapters/quick-look.ts';
import { command } from '../../src/commands/complete.ts';
import type { QuickLook } from '../../src/core/quick-look.ts';
import { folder, home, place, put, top, useFreshFolder } from './shell-in-folder.ts';
import { Reached, typed } from './typed.ts';

useFreshFolder();

const NOW = new Date('2026-05-05T12:00:00Z');
const AT = NOW.toISOString();
const BREAKS = ' \t\n"\'><=;|&(:';

/** The register knows of another folder. */
const look = async (): Promise<QuickLook> => ({
	...quickLook(),
	nowMs: NOW.getTime(),
	heads: () => [
		{ job: '70', name: 'tuning', outputDir: join(top, 'far') },
		{ job: '71', name: '$(touch x)', outputDir: join(top, 'far') },
	],
});

const ask = async (shell: string, ...words: string[]) => {
	const { out, err, code } = await typed(command, [shell, ...words], {
		cwd: place,
		environment: { HOME: home },
		look,
	});
	expect({ err, code }).toEqual({ err: '', code: 0 });
	return out.split('\n').slice(0, -1);
};
const bash = (line: string) => ask('bash', BREAKS, String([...line].length), line);

function head(outputs: string, job: string, ...steps: string[]): void {
	const base = `${outputs}/.rayslurm/heads/${job}`;
	put(`${base}/head.json`, JSON.stringify({ job, submitted: AT, script: '/x', options: [], typed: [] }));
	if (steps.length > 0)
		put(`${base}/events.jsonl`, steps.map((step) => `${JSON.stringify({ at: AT, step })}\n`).join(''));
	if (steps.includes('joinable')) put(`${outputs}/ray_head_${job}.info`, '');
}

function client(outputs: string, headJob: string, job: string, script: string | undefined, ...steps: string[]): void {
	const base = `${outputs}/.rayslurm/heads/${headJob}/clients/${job}`;
	put(`${base}.json`, JSON.stringify({ job, script, submitted: AT }));
	if (steps.length > 0)
		put(`${base}.events.jsonl`, steps.map((step) => `${JSON.stringify({ at: AT, step, code: 0 })}\n`).join(''));
}

describe('commands and options', () => {
	it.each([
		[[''], expect.arrayContaining(['head:submit, restart', 'config:every setting in force, and where it came from'])],
		[['hea'], ['head:submit, restart']],
		[['hel'], ['help:what a command does, its options, and examples']],
		[
			['help', 'head', ''],
			[expect.stringMatching(/^submit:/), expect.stringMatching(/^restart:/)],
		],
		[['help', 'connect', ''], []],
		[['head', 's'], [expect.stringMatching(/^submit:start a Ray head/)]],
		[['--v'], ['--version:the version of rayslurm']],
		[['help', 'templ'], [expect.stringMatching(/^template:/)]],
		[['run-cl'], []],
		[['run-client', '--'], []],
		[['nonsense', ''], []],
		[['config', 'idle-w'], [expect.stringMatching(/^idle-window:when/)]],
		[
			['completion', ''],
			['bash', 'zsh', 'fish'],
		],
		[['template', 'show', 'h'], ['head']],
		[
			['head', 'submit', '--on-end', ''],
			['cancel', 'keep'],
		],
		[['head', 'submit', '--on-end=k'], ['--on-end=keep']],
		[
			['env', '70', '--shell', ''],
			['bash', 'zsh', 'fish', 'tcsh', 'sh'],
		],
		[
			['head', 'submit', '--renew='],
			['--renew=before', '--renew=after'],
		],
		[['head', 'submit', '--scheduler', 'l'], ['local']],
		[
			['connect', '70', '--client-signal', ''],
			['USR1', 'INT', 'TERM'],
		],
		[
			['connect', '70', '--tim'],
			["--time:sbatch's", "--time-min:sbatch's"],
		],
		[['connect', '70', '--outpu'], ['--output-dir:where info files, logs and results go']],
		[['connect', '70', '--', '--num-c'], ["--num-cpus:ray start's"]],
		[['connect', '70', '--', '--por'], []],
		[['connect', '70', '--time', ''], []],
		[['connect', '70', '--chdir', ''], ['\tfolders']],
		[['connect', '70', '--setup='], ['\t=files']],
		[['connect', '70', ''], ['\tscripts']],
		[['connect', '70', 'tune.py', '--'], ['\tfiles']],
		[['local', 'jobs', '--js'], ['--json:print facts as JSON']],
		[['local', 'submit', '-c', '1', ''], ['\tfiles']],
	])('zsh: %j', async (words, lines) => {
		expect(await ask('zsh', ...words)).toEqual(lines);
	});

	it('of sbatch are not offered where rayslurm refuses them', async () => {
		const offered = (await ask('fish', 'connect', '70', '--')).map((line) => line.split('\t')[0]);
		expect(offered).toEqual(expect.arrayContaining(['--help', '--wait', '--time', '--partition', '--template-dir']));
		expect(offered).not.toEqual(expect.arrayContaining(['--wrap']));
		expect(offered).not.toContain('--output');
		expect(new Set(offered).size).toBe(offered.length);
	});
});

describe('heads, clients and environments', () => {
	it('are those that may still live, the newest first, with what is known of them', async () => {
		const here = 'home/project/outputs';
		head(here, '60', 'running', 'joinable');
		head(here, '61', 'running', 'joinable', 'ended');
		head(here, '62');
		head('far', '70', 'running');
		head('far', '71', 'running', 'joinable');
		client('far', '71', '72', 'tune\n$(touch x).py', 'running', 'joined');
		client('far', '71', '73', undefined, 'running', 'ended');
		client(here, '61', '74', 'x.py', 'running');
		expect(await ask('fish', 'connect', '')).toEqual([
			'71\thead of $(touch x), joinable',
			'70\thead of tuning, starting',
			'62\thead, pending',
			'60\thead, joinable',
			'tuning\tthe cluster of head 70',
			'latest\thead 71',
		]);
		expect(await ask('zsh', 'wait', '7')).toEqual([
			'71:head of $(touch x), joinable',
			'70:head of tuning, starting',
			'72:tune $(touch x).py with head 71, running',
		]);
		expect(await bash('rayslurm connect ')).toEqual(['71', '70', '62', '60', 'tuning', 'latest']);
		expect(await bash('rayslurm local cancel ')).toEqual(['71', '70', '62', '60', '72']);
		expect(await ask('fish', 'head', 'submit', '--name', 't')).toEqual(['tuning\tthe cluster of head 70']);
	});

	it('that have ended are offered where they are of use, the newest five, behind those that live', async () => {
		const here = 'home/project/outputs';
		for (const job of ['50', '51', '52', '53', '54']) head(here, job, 'running', 'ended');
		head(here, '60', 'running', 'joinable');
		head(here, '61', 'ended'); // Of one that never began.
		head('far', '70', 'running', 'ended');
		client(here, '60', '62', 'a.py', 'running');
		folder(`${here}/.rayslurm/heads/80`); // Nobody's.
		const ended = ['70\thead of tuning, ended', ...['61', '54', '53', '52'].map((job) => `${job}\thead, ended`)];
		const [live, latest] = ['60\thead, joinable', 'latest\thead 60'];
		const theirs = '62\ta.py with head 60, starting';
		expect(await ask('fish', 'head', 'restart', '')).toEqual([live, latest, ...ended]);
		expect(await ask('fish', 'logs', '')).toEqual([live, theirs, latest, ...ended]);
		expect(await ask('fish', 'status', '')).toEqual([live, theirs, latest, ...ended]);
		expect(await ask('fish', 'connect', '')).toEqual([live, latest]);
		expect(await ask('fish', 'stop', '')).toEqual([live, theirs, latest]);
	});

	it('are read once, however many there are', async () => {
		for (let job = 100; job < 160; job += 1) head('home/project/outputs', String(job), 'running', 'ended');
		const read: string[] = [];
		const counting = async () => {
			const own = await look();
			const readState = (path: string) => {
				read.push(path);
				return own.readState(path);
			};
			return { ...own, readState };
		};
		await typed(command, ['zsh', 'status', ''], { cwd: place, environment: { HOME: home }, look: counting });
		const events = read.filter((path) => path.endsWith('/events.jsonl'));
		expect([events.length, new Set(events).size]).toEqual([40, 40]);
	});

	it('were submitted to partitions, which are offered again without asking anybody', async () => {
		const submitted = (job: string, ...options: string[]) =>
			put(
				`home/project/outputs/.rayslurm/heads/${job}/head.json`,
				JSON.stringify({ job, submitted: AT, script: '/x', options, typed: [] }),
			);
		submitted('60', '--time=5', '-p', 'gpu');
		submitted('61', '--partition=gpu,long', '--comment=-p');
		submitted('62', '-pgpu');
		submitted('63', '-p', '$(touch x)');
		expect(await ask('fish', 'head', 'submit', '-p', '')).toEqual(['gpu\tof head 62', 'gpu,long\tof head 61']);
		expect(await ask('zsh', 'connect', '62', '--partition=gpu,')).toEqual(['--partition=gpu,long:of head 61']);
		expect(await ask('zsh', 'doctor', '--job', '-p', 'x')).toEqual([]);
		const environment = { HOME: home, SBATCH_PARTITION: 'short' };
		const { out } = await typed(command, ['zsh', 'connect', '62', '-p', 's'], { cwd: place, environment, look });
		expect(out).toBe('short:of SBATCH_PARTITION\n');
	});

	it('are none where nothing is known', async () => {
		folder('home/project/outputs');
		expect(await ask('fish', 'connect', '')).toEqual([]);
	});

	it('are asked of nobody where they are not wanted', async () => {
		const { out } = await typed(command, ['zsh', 'connect', '7', '--wa'], { cwd: place });
		expect(out).toMatch(/^--wait:/);
		const trouble = await typed(command, ['zsh', 'connect', ''], {
			cwd: place,
			look: () => Promise.reject(new Reached()),
		});
		expect(trouble).toEqual({ code: 0, out: '', err: '' });
	});

	it('of Ray are those that are kept', async () => {
		for (const name of ['ray-2.60.0', 'ray-2.59.1-py3.12', 'ray-.made', 'made', 'ray-$(x)'])
			folder(`home/.cache/rayslurm/python/${name}`);
		expect((await bash('rayslurm python remove ')).sort()).toEqual(['2.59.1-py3.12', '2.60.0']);
		expect(await bash('rayslurm head submit --ray l')).toEqual(['latest']);
	});
});

describe('bash', () => {
	it('is given files that end as wanted, whatever they are called', async () => {
		const names = [
			'tune.py',
			'we ird.py',
			'$(touch x).py',
			"it's.py",
			'a:b.py',
			'new\nline.py',
			'.hidden.py',
			'data.csv',
		];
		for (const name of names) put(`home/project/deep/${name}`, '');
		folder('home/project/deep/sub');
		put('home/project/deep/sub/more.py', '');
		put('home/at-home.py', '');
		const all = ['$(touch x).py', 'a:b.py', "it's.py", 'sub', 'tune.py', 'we ird.py'];
		const scripts = async (typed: string) => {
			const [first, ...rest] = await bash(`rayslurm connect 70 ${typed}`);
			expect(first).toBe('\tfilenames');
			return rest.sort();
		};
		expect(await scripts('')).toEqual(all);
		expect(await scripts('we')).toEqual(['we ird.py']);
		expect(await scripts('we\\ i')).toEqual(['we ird.py']);
		expect(await scripts("'we i")).toEqual(['we ird.py']);
		expect(await scripts('sub/')).toEqual(['sub/more.py']);
		expect(await scripts('.h')).toEqual(['.hidden.py']);
		expect(await scripts('~/at')).toEqual(['~/at-home.py']);
		expect(await scripts(`${place}/tu`)).toEqual([`${place}/tune.py`]);
		expect(await scripts('a:')).toEqual(['b.py']);
		expect(await bash('rayslurm connect 70 nothing')).toEqual([]);
		expect(await bash('rayslurm connect 70 --setup=da')).toEqual(['\tfilenames', 'data.csv']);
		expect(await bash('rayslurm connect 70 tune.py da')).toEqual(['\tfilenames', 'data.csv']);
	});

	it.each([
		['rayslurm head submit --on-end=k', ['keep']],
		['rayslurm head submit "--on-end=k', ['--on-end=keep']],
		['A=1 B=2 rayslurm comple', ['completion']],
		['rayslurm head $(touch x) ', []],
		['', []],
		['rayslurm', []],
		['  rayslurm   comple', ['completion']],
	])('%s', async (line, lines) => {
		expect(await bash(line)).toEqual(lines);
	});

	it('has typed only what stands before the cursor', async () => {
		expect(await ask('bash', BREAKS, '15', 'rayslurm comple --help')).toEqual(['completion']);
		expect(await ask('bash')).toEqual([]);
	});
});
