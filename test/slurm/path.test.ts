// The whole path: a head, and clients that join it and run scripts there.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import {
	cancelAll,
	describeReal,
	examples,
	HOST,
	NODES,
	type Node,
	nodeOf,
	onNode,
	person,
	processesOf,
	rayFolder,
	until,
} from '../testbed/bed.ts';
import { infoOf, infoPath, SMALL, temporaryOn } from './cluster.ts';

const ARGUMENTS = `
import json, sys
print(json.dumps(sys.argv[1:]))
`;

/** Ends with the code it is given, after some words about where it runs. */
const WHERE = `
import os, sys
print(os.getcwd(), os.environ["RAY_ADDRESS"], os.environ.get("RAY_HEAD_JOB_ID"))
print("to stderr", file=sys.stderr)
sys.exit(int(sys.argv[1]))
`;

const BY_LABEL = `
import os, sys, ray
ray.init()
@ray.remote(num_cpus=1, label_selector={"rayslurm/job": sys.argv[1]})
def job():
    return os.environ["SLURM_JOB_ID"]
print(ray.get(job.remote()))
`;

const HOSTILE = [
	...['--help', '--', '--lr', '1e-3', '-n', '004', '', ' ', '--seed=42', '-', '*', '~', '$HOME', '${PATH}'],
	...['$(id)', '`id`', 'a "b" c', "it's", '\\', '\\n', 'two\nlines', '#SBATCH --hold', '@@SCRIPT@@', '%j', '; exit 9'],
	...['ünïcödé ✓ 🦊', '\t', '\x01\x7f', '!!', 'x'.repeat(100_000)],
];

describeReal('the whole path', () => {
	const alice = person('alice');
	let cwd: string;
	let job: string;
	let node: Node;
	let before: Map<Node, string[]>;

	it('head submit --wait says how far things are, and what to type next', async () => {
		cwd = await alice.workspace();
		before = new Map(await Promise.all(NODES.map(async (name) => [name, await temporaryOn(name)] as const)));
		await alice.write(`${cwd}/examples/hello.py`, await readFile(`${examples}/hello.py`, 'utf8'));
		const { stdout, stderr, code } = await alice.rayslurm(['head', 'submit', '--wait'], { cwd });
		expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
		job = /^Submitted head job (\d+)\n$/.exec(stdout)?.[1] ?? expect.fail(stdout);
		node = (await nodeOf(job)) as Node;
		const lines = [
			/^Note: memory lowered from 200G to \d+[GM]: partition main allows no more$/,
			new RegExp(`^✓ submitted as job ${job} \\(.*s\\)$`),
			new RegExp(`^✓ running on ${node} \\(.*s\\)$`),
			/^✓ Ray 2\.60\.0 answers at 10\.77\.0\.\d:\d+ \(.*s\)$/,
			/^✓ info written: joinable \(.*s\)$/,
			new RegExp(`ssh -L (\\d+):127\\.0\\.0\\.1:\\1 .*${node}$`),
			new RegExp(`^ +rayslurm connect ${job} `),
		];
		const found = lines.map((line) => stderr.split('\n').findIndex((each) => line.test(each)));
		expect(found, stderr).not.toContain(-1);
		expect(found).toEqual(found.toSorted((a, b) => a - b));
	});

	it('connect --follow shows what tasks in both jobs said, and returns the code', async () => {
		const words = ['connect', job, '--time=20', '-c', '2', '--follow'];
		const script = ['examples/hello.py', '--seed', '42', '--lr', '1e-3'];
		const { stdout, stderr, code } = await alice.rayslurm([...words, ...script], { cwd });
		expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
		const client = /^Submitted client job (\d+)$/m.exec(stderr)?.[1] ?? expect.fail(stderr);
		const nodes = [...stdout.matchAll(/^hello from (dws-\d\d) \(node [0-9a-f]{8}\), seed 42$/gm)].map(
			([, name]) => name,
		);
		expect(nodes.toSorted()).toEqual([node, await nodeOf(client)].toSorted());
		expect(new Set(nodes).size).toBe(2);
		expect(stdout).toMatch(/^2 nodes, learning rate 0\.001$/m);
		const steps = [...stderr.matchAll(/^✓ (running|joined)/gm)].map(([, step]) => step);
		expect(steps).toEqual(['running', 'joined']);

		const [header, row, end] = (await readFile(`${cwd}/outputs/experiment_overview.csv`, 'utf8')).split('\n');
		expect(header).toBe('job_id,run_id,script,arguments,head,started,ended,exit_code');
		const words4 = '"[""--seed"",""42"",""--lr"",""1e-3""]"';
		const time = String.raw`\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)`;
		expect(row).toMatch(new RegExp(String.raw`^${client},[^,]+,.*examples/hello\.py,(.*),${job},${time},${time},0$`));
		expect(row).toContain(words4);
		expect(end).toBe('');
	});

	it('the info file can be sourced, and is for its owner alone', async () => {
		const path = infoPath({ cwd, job });
		await until('every service is up', () => infoOf({ cwd, job }), { is: (info) => info['STATE'] === 'ready' });
		const text = await readFile(path, 'utf8');
		const seven = text.split('\n').slice(0, 7).join('\n');
		expect(seven).toMatch(
			new RegExp(
				[
					String.raw`^RAY_ADDRESS=(10\.77\.0\.\d):(\d+)`,
					String.raw`RAY_PORT=\2`,
					`HEAD_NODE=${node}`,
					String.raw`HEAD_IP=\1`,
					`SLURM_JOB_ID=${job}`,
					String.raw`USER_PORT_OFFSET=\d+`,
					String.raw`STARTED=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$`,
				].join('\n'),
			),
		);
		expect(text.trimEnd().split('\n').at(-1)).toBe('export RAY_ADDRESS RAY_AUTH_MODE RAY_AUTH_TOKEN_PATH');
		expect(await readFile(`${cwd}/outputs/ray_head_latest.info`, 'utf8')).toBe(text);
		const { RAY_AUTH_TOKEN_PATH: token = '' } = await infoOf({ cwd, job });
		for (const file of [path, `${cwd}/outputs/ray_head_latest.info`, token]) {
			expect([file, ((await lstat(file)).mode & 0o777).toString(8)]).toEqual([file, '600']);
		}
		expect(token.startsWith(`${cwd}/outputs/.rayslurm/`)).toBe(true);
		expect(((await lstat(`${cwd}/outputs/.rayslurm`)).mode & 0o777).toString(8)).toBe('700');
		expect(text).not.toContain((await readFile(token, 'utf8')).trim());

		const typed = ['bash', '-euc', `source outputs/ray_head_${job}.info; ray status`];
		const status = await alice.run(typed, { cwd, env: { PATH: `${rayFolder}/bin:/usr/bin:/bin` } });
		expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining('Active:') });
	});

	it("Ray's logs are where people look for them, in a private folder", async () => {
		const link = `/tmp/ray_head_${job}`;
		expect((await onNode(node, ['ls', `${link}/session_latest/logs/`])).stdout).toContain('gcs_server.out');
		const folder = (await onNode(node, ['readlink', link])).stdout;
		expect(folder.length).toBeLessThanOrEqual(38);
		expect((await onNode(node, ['stat', '-c', '%a %U', dirname(folder)])).stdout).toBe('700 alice');
	});

	it('every word after the script reaches it byte for byte', async () => {
		await alice.write(`${cwd}/arguments.py`, ARGUMENTS);
		const words = ['connect', job, ...SMALL, '--follow', 'arguments.py', ...HOSTILE];
		const { stdout, stderr, code } = await alice.rayslurm(words, { cwd });
		expect({ code, stderr }).toMatchObject({ code: 0 });
		expect(JSON.parse(stdout)).toEqual(HOSTILE);
	});

	it('finds the head by its id from elsewhere, by latest, and by its address; returns the code each time', async () => {
		const elsewhere = await alice.workspace();
		for (const folder of [cwd, elsewhere]) await alice.write(`${folder}/where.py`, WHERE);
		const { RAY_ADDRESS: address = '', RAY_AUTH_TOKEN_PATH: token = '' } = await infoOf({ cwd, job });
		const [byId, byLatest, byAddress] = await Promise.all([
			alice.rayslurm(['connect', job, ...SMALL, '--follow', 'where.py', '7'], { cwd: elsewhere }),
			alice.rayslurm(['connect', 'latest', ...SMALL, '--wait', 'where.py', '8'], { cwd }),
			alice.rayslurm(['connect', address, '--token-file', token, ...SMALL, '--follow', 'where.py', '9'], {
				cwd: elsewhere,
			}),
		]);
		expect(byId).toMatchObject({ code: 7, stdout: `${elsewhere} ${address} ${job}\n` });
		expect(byId.stderr).toMatch(/^to stderr$/m);
		expect(byLatest).toMatchObject({ code: 8 });
		expect(byLatest.stdout).toMatch(/^Submitted client job \d+\n$/);
		expect(byLatest.stderr).toMatch(
			/^… the script ended with code 8; its output: rayslurm logs \d+, rayslurm logs --err \d+$/m,
		);
		expect(byAddress).toMatchObject({ code: 9, stdout: `${elsewhere} ${address} None\n` });
	});

	it('a worker joins, and tasks find it by its label', async () => {
		await alice.write(`${cwd}/by-label.py`, BY_LABEL);
		const worker = (await alice.rayslurm(['connect', job, ...SMALL, '--parsable'], { cwd })).stdout.trim();
		const words = ['connect', job, ...SMALL, '--follow', 'by-label.py', worker];
		expect(await alice.rayslurm(words, { cwd })).toMatchObject({ code: 0, stdout: `${worker}\n` });
	});

	it('--parsable prints the id alone, --json facts, and --dry-run the exact script and nothing else', async () => {
		const folder = await alice.workspace();
		await alice.write(`${folder}/where.py`, WHERE);
		const listing = async () =>
			(await alice.run(['find', '.', alice.home, '-printf', '%p %s\n'], { cwd: folder })).stdout;
		const before = await listing();
		const head = ['head', 'submit', '--hold', '--comment=it is', '--', '--num-cpus=0'];
		const shown = await alice.rayslurm([...head.slice(0, 2), '--dry-run', ...head.slice(2)], { cwd: folder });
		const connect = ['connect', job, '--hold', '--workspace', folder];
		const client = await alice.rayslurm([...connect, '--dry-run', 'where.py', '$(id)'], { cwd: folder });
		expect([shown.code, client.code, await listing()]).toEqual([0, 0, before]);

		const parsable = await alice.rayslurm([...head.slice(0, 2), '--parsable', ...head.slice(2)], { cwd: folder });
		const held = /^(\d+)\n$/.exec(parsable.stdout)?.[1] ?? expect.fail(parsable.all);
		const script = await alice.run(['scontrol', 'write', 'batch_script', held, '-']);
		const [text, command] = shown.stdout.split('\n\n# submitted with:\n# ');
		expect(script.stdout.trimEnd()).toBe(text);
		expect(command).toMatch(/^sbatch --parsable --hold '--comment=it is \[rayslurm head\]' \S+\.sbatch\n$/);
		expect(parsable.stderr).not.toContain('connect');

		const facts = await alice.rayslurm(['connect', held, '--hold', '--json', 'where.py', '1'], { cwd: folder });
		const { job: waiting } = JSON.parse(facts.stdout);
		expect(JSON.parse(facts.stdout)).toEqual({
			schemaVersion: 1,
			job: expect.stringMatching(/^\d+$/),
			head: held,
			output: expect.stringMatching(new RegExp(`^${folder}/outputs/slurm_logs/${waiting}-ray-client-where\\.out$`)),
			errors: expect.stringMatching(new RegExp(`^${folder}/outputs/slurm_logs/${waiting}-ray-client-where\\.err$`)),
		});
		await alice.run(['scancel', held, waiting]);
	});

	it('ends, dashboard and all, without a trace on any node', async () => {
		await cancelAll('alice');
		const left = async () => (await processesOf('alice')).filter(({ place }) => place !== HOST);
		await until('nothing of alice runs', left, { is: ({ length }) => length === 0 });
		for (const name of NODES) expect([name, await temporaryOn(name, before.get(name))]).toEqual([name, []]);
		expect((await readdir(`${cwd}/outputs`)).toSorted()).toEqual([
			'.rayslurm',
			'experiment_overview.csv',
			'slurm_logs',
		]);
	});
});
