// How long the command itself takes, as a multiple of `node -e 0`, in turns; and how many of our files it opens.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { appFolder } from '../test/testbed/places.ts';
import { median, timed } from './clock.ts';
import type { Figure } from './run.ts';

const ROUNDS = 25;

export async function measureStart(): Promise<readonly Figure[]> {
	const node = nodeForUsers();
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	const held = await alice.run(['sbatch', '--parsable', '--hold', '--time=1', '--output=/dev/null', '--wrap=true'], {
		cwd,
	});
	const head = held.stdout.trim();
	const commands = {
		'node -e 0': [node, '-e', '0'],
		'--version': [node, bundle, '--version'],
		'--help': [node, bundle, '--help'],
		'connect --dry-run': [node, bundle, 'connect', head, '--dry-run', 'x.py'],
	};
	await alice.write(join(cwd, 'x.py'), 'print(1)\n');
	const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
	for (let round = 0; round <= ROUNDS; round++) {
		for (const [name, argv] of Object.entries(commands)) {
			const ms = await timed(async () => {
				const { code, stderr } = await alice.run(argv, { cwd });
				if (code !== 0) throw new Error(`${name}: ${stderr}`);
			});
			if (round > 0) times.get(name)?.push(ms);
		}
	}
	const base = median(times.get('node -e 0') ?? []);
	const ratio = (name: string, limit: number): Figure => {
		const measured = median(times.get(name) ?? []) / base;
		return {
			what: `${name} / node -e 0`,
			measured: `${measured.toFixed(2)} x`,
			limit: `<= ${limit} x`,
			holds: measured <= limit,
		};
	};
	const opened = await filesOpened([node, bundle, 'connect', head, '--dry-run', 'x.py'], cwd);
	await alice.run(['scancel', head], { cwd });
	return [
		ratio('--version', 2.2),
		ratio('--help', 2.2),
		ratio('connect --dry-run', 4),
		{ what: 'our files opened by connect --dry-run', measured: `${opened}`, limit: '<= 3', holds: opened <= 3 },
	];
}

async function filesOpened(argv: readonly string[], cwd: string): Promise<number> {
	const folder = await mkdtemp(join(tmpdir(), 'rayslurm-bench-'));
	const trace = join(folder, 'trace');
	await execa('strace', ['-f', '-e', 'trace=open,openat', '-o', trace, ...argv], { cwd, reject: false });
	const text = await readFile(trace, 'utf8');
	await rm(folder, { recursive: true });
	const ours = text.split('\n').filter((line) => line.includes(`"${appFolder}/`) && !line.includes('ENOENT'));
	return new Set(ours.map((line) => /"([^"]+)"/.exec(line)?.[1])).size;
}
