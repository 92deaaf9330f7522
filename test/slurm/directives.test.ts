// What we write for sbatch, read back from a real Slurm: values of #SBATCH lines, log paths, the words of a script.
import { mkdir, readFile, stat } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandHosts } from '../../src/core/host-list.ts';
import { planJob } from '../../src/core/job-request.ts';
import { sbatchValue, slurmPathPattern } from '../../src/core/quote.ts';
import { readOwnership } from '../../src/core/sbatch-options.ts';
import { renderTemplate } from '../../src/core/template.ts';
import { describeReal, jobInfo, jobState, person, until } from '../testbed/bed.ts';

const PIECES = [
	...[
		"'",
		'"',
		'\\',
		'\\\\',
		'\\"',
		"\\'",
		'#',
		' # ',
		' ',
		'  ',
		'%',
		'%%',
		'%j',
		'$(id)',
		'`id`',
		'$HOME',
		'=',
		',',
		';',
	],
	...[
		'--wrap=id',
		'-p none',
		'#SBATCH -p none',
		'a',
		'B9',
		'-',
		'_',
		'.',
		'/',
		'~',
		'*',
		'{}',
		'[0-9]',
		'|',
		'&',
		'<',
		'>',
		'!',
	],
	...['é', '日本', '🦀', '\u2028', '\x80', '\ufeff', '@@NODE@@', ':', '(null)x', '\\n', 'end\\'],
];
const value = fc.oneof(
	fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join('')),
	fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).map((text) => text.replace(/[\x00-\x1f\x7f]/g, '?')),
);

/** Other values every day, and the same again with the seed that a failure prints. */
const seed = Number(process.env['RAYSLURM_SEED'] ?? Date.now() % 1_000_000);
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { seed, numRuns: count });

const ALICE_SUBMITS = 'for path in "$@"; do sbatch --parsable --hold "$path" 2>&1 || echo "$path: $?"; done';
const ALICE_ASKS = 'for path in "$@"; do sbatch --test-only "$path" >said 2>&1 || { echo "$path"; cat said; }; done';

describeReal(`what we write for sbatch (RAYSLURM_SEED=${seed})`, () => {
	const alice = person('alice');

	it('a value of an #SBATCH line arrives as it was: 200 comments and 200 names', async () => {
		const cwd = await alice.workspace();
		const wanted = sample(fc.record({ comment: value, name: value }), 200);
		const paths = await Promise.all(
			wanted.map(({ comment, name }, i) => {
				const lines = [`#SBATCH --comment=${sbatchValue(comment)}`, `#SBATCH --job-name=${sbatchValue(name)}`];
				return alice.write(`${cwd}/${i}.sh`, `#!/bin/bash\n${lines.join('\n')}\n#SBATCH --mem=10M\ntrue\n`);
			}),
		);
		const { stdout, stderr } = await alice.run(['bash', '-c', ALICE_SUBMITS, 'submit', ...paths], { cwd });
		const jobs = stdout.trim().split('\n');
		expect({ stderr, refused: jobs.filter((job) => !/^\d+$/.test(job)) }).toEqual({ stderr: '', refused: [] });
		const read = async (field: string) => {
			const asked = await alice.run(['squeue', '-h', '-o', `%i ${field}`, `--jobs=${jobs.join()}`]);
			const rows = asked.stdout.split('\n').filter(Boolean);
			const byJob = new Map(rows.map((row) => [row.slice(0, row.indexOf(' ')), row.slice(row.indexOf(' ') + 1)]));
			return jobs.map((job) => byJob.get(job));
		};
		const [comments, names] = [await read('%k'), await read('%j')];
		await alice.run(['scancel', ...jobs]);
		expect(comments).toEqual(wanted.map(({ comment }) => comment));
		expect(names).toEqual(wanted.map(({ name }) => name));
	});

	it('what a job asks for is what sbatch takes, whatever the partition allows', async () => {
		const cwd = await alice.workspace();
		const limits = fc.record({
			partition: fc.constant('main'),
			seconds: fc.integer({ min: 1, max: 3_000 }).map((minutes) => minutes * 60),
			cpusPerNode: fc.constantFrom(1, 2),
			memoryMb: fc.integer({ min: 1, max: 2_000 }),
		});
		const template =
			'#!/bin/bash\n#SBATCH --time=@@TIME@@\n#SBATCH --cpus-per-task=@@CPUS@@\n#SBATCH --mem=@@MEMORY@@\n#SBATCH --signal=@@SIGNAL@@\n#SBATCH --nodes=@@NODES@@\n#SBATCH --ntasks-per-node=@@TASKS@@\ntrue\n';
		const paths = await Promise.all(
			sample(limits, 40).map((limits, i) => {
				const asked = planJob(i % 2 === 0 ? 'head' : 'client', readOwnership([], 'client'), limits);
				const { time, cpus, memory, signal, nodes, tasksPerNode } = asked;
				const holes = { TIME: time, CPUS: cpus, MEMORY: memory, SIGNAL: signal, NODES: nodes, TASKS: tasksPerNode };
				return alice.write(`${cwd}/${i}.sh`, renderTemplate(template, {}, holes));
			}),
		);
		expect(await alice.run(['bash', '-c', ALICE_ASKS, 'ask', ...paths], { cwd })).toMatchObject({ all: '', code: 0 });
	});

	it('an option that hides behind a value would be noticed by the same means', async () => {
		const cwd = await alice.workspace();
		const path = await alice.write(`${cwd}/bad.sh`, '#!/bin/bash\n#SBATCH --comment="a" -p none\ntrue\n');
		const { all } = await alice.run(['bash', '-c', ALICE_ASKS, 'ask', path], { cwd });
		expect(all).toContain('invalid partition');
	});

	it('a log is written where its pattern says, whatever the folders are named', async () => {
		const cwd = `${await alice.workspace()}/100% %j %x/it's "a" #SBATCH $(id) é`;
		await alice.write(`${cwd}/keep`, '');
		const template = '#!/bin/bash\n#SBATCH --output=@@OUTPUT@@\n#SBATCH --mem=10M\necho written\n';
		const path = await alice.write(
			`${cwd}/job.sh`,
			renderTemplate(template, {}, { OUTPUT: `${slurmPathPattern(cwd)}/%j-log.out` }),
		);
		const job = await submit(path, cwd);
		expect(await readFile(`${cwd}/${job}-log.out`, 'utf8')).toBe('written\n');
	});

	it("a script's words reach sys.argv byte for byte, 100 KB in one word included", async () => {
		const cwd = await alice.workspace();
		const hostile = sample(fc.oneof(value, fc.string({ unit: 'binary', maxLength: 50 })), 200);
		const words = [
			...hostile.map((word) => word.replaceAll('\0', '')),
			...[
				'',
				'--help',
				'--',
				'--lr',
				'1e-3',
				'-n',
				'004',
				'\n',
				'\r\n',
				'\n#SBATCH --wrap=id\n',
				'$(touch here)',
				'`touch here`',
			],
			'\'$(id)\\\r\n"'.repeat(10_240).slice(0, 102_400),
		];
		const program =
			'import os, sys\nopen("words", "w").write("\\n".join(os.fsencode(word).hex() for word in sys.argv))\n';
		const script = await alice.write(`${cwd}/it's a script.py`, program);
		// The shape of the client's template.
		const template = '#!/bin/bash\n#SBATCH --mem=100M\nscript=(@@SCRIPT@@)\n/usr/bin/python3 -u "${script[@]}"\n';
		const rendered = renderTemplate(template, {}, { SCRIPT: [script, ...words] });
		await submit(await alice.write(`${cwd}/job.sh`, rendered), cwd);
		const seen = (await readFile(`${cwd}/words`, 'utf8')).split('\n');
		expect(seen.map((hex) => Buffer.from(hex, 'hex').toString('utf8'))).toEqual([script, ...words]);
		await expect(stat(`${cwd}/here`)).rejects.toThrow();
	});

	it('a list of hosts means what Slurm says it means', async () => {
		const number = fc.tuple(
			fc.integer({ min: 0, max: 120 }),
			fc.integer({ min: 0, max: 12 }),
			fc.constantFrom(1, 2, 3),
		);
		const range = number.map(([first, more, width]) => {
			const digits = (n: number) => String(n).padStart(width, '0');
			return more === 0 ? digits(first) : `${digits(first)}-${digits(first + more)}`;
		});
		const bracket = fc.array(range, { minLength: 1, maxLength: 3 }).map((ranges) => `[${ranges.join()}]`);
		const name = fc.stringMatching(/^[a-z]{1,5}-?$/);
		// Slurm itself has no names that go on after a bracket.
		const host = fc.oneof(
			name,
			fc.tuple(name, bracket).map((parts) => parts.join('')),
		);
		const lists = sample(fc.array(host, { minLength: 1, maxLength: 3 }), 40).map((hosts) => hosts.join());
		const ask = 'for list in "$@"; do scontrol show hostnames "$list" | paste -sd" "; done';
		const { stdout } = await alice.run(['bash', '-c', ask, 'ask', ...lists]);
		expect(lists.map((list) => expandHosts(list).join(' '))).toEqual(stdout.trimEnd().split('\n'));
	});

	async function submit(path: string, cwd: string): Promise<string> {
		await mkdir(cwd, { recursive: true });
		const { stdout, all } = await alice.run(['sbatch', '--parsable', path], { cwd });
		const job = stdout.trim();
		expect(job, all).toMatch(/^\d+$/);
		await until(`job ${job} has ended`, () => jobState(job), {
			is: (state) => state !== 'PENDING' && state !== 'RUNNING' && state !== 'COMPLETING',
		});
		expect(await jobInfo(job)).toMatchObject({ JobState: 'COMPLETED' });
		return job;
	}
});
