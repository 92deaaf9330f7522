// What a head's supervisor costs the node it sleeps on: memory and processor time of a simulated day, a client connected, the
// idle window open for a part of it.
import { join } from 'node:path';
import { build } from 'esbuild';
import { sparingFlags } from '../src/core/sparing-flags.ts';
import { nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { appFolder, rayFolder } from '../test/testbed/places.ts';
import { until } from './clock.ts';
import { quiet } from './quiet.ts';
import type { Figure } from './run.ts';
import { startedHead } from './started-head.ts';

const HOURS = 24;
const MOST_MB = 70;
const MOST_CPU_PERCENT = 0.1;

interface Hour {
	readonly hour: number;
	readonly rssMb: number;
	readonly cpuMs: number;
	readonly childrenMs: number;
}

export async function measureSupervisor(): Promise<readonly Figure[]> {
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	await alice.write(join(cwd, 'sleeps.py'), 'import time\ntime.sleep(900)\n');
	await quiet(alice);
	const head = await startedHead(alice, cwd);
	const client = await alice.run(
		[
			...head.rayslurm,
			'connect',
			head.job,
			'--parsable',
			'--time=20',
			'-c',
			'1',
			'--mem=4G',
			`--venv=${rayFolder}`,
			'sleeps.py',
		],
		{ cwd },
	);
	const events = join(cwd, `outputs/.rayslurm/heads/${head.job}/clients/${client.stdout.trim()}.events.jsonl`);
	await until('a script that runs', async () => (await alice.run(['grep', '-q', '"script"', events])).code === 0);
	const program = join(appFolder, 'sleeping-head.cjs');
	await build({
		entryPoints: [join(import.meta.dirname, 'sleeping-head.ts')],
		outfile: program,
		bundle: true,
		platform: 'node',
		format: 'cjs',
		minify: true,
		supported: { 'top-level-await': true },
		loader: { '.sh': 'text', '.sbatch': 'text' },
		logLevel: 'error',
	});
	const words = [nodeForUsers(), ...sparingFlags(process.version), program];
	const day = await alice.run([...words, head.address, head.tokenPath, join(cwd, 'outputs'), head.job, String(HOURS)], {
		cwd,
		timeoutMs: 900_000,
	});
	await alice.run(['scancel', client.stdout.trim(), head.job]);
	await quiet(alice);
	const hours = day.stdout
		.split('\n')
		.filter(Boolean)
		.map((line): Hour => JSON.parse(line));
	const [first, last] = [hours[1], hours.at(-1)];
	if (day.code !== 0 || first === undefined || last === undefined) throw new Error(day.all);
	const most = Math.max(...hours.map(({ rssMb }) => rssMb));
	const seconds = (HOURS - 1) * 3_600;
	const percent = (ms: number) => (ms / 1_000 / seconds) * 100;
	const own = percent(last.cpuMs - first.cpuMs);
	const squeues = percent(last.childrenMs - first.childrenMs);
	return [
		{
			what: 'supervisor, memory over 24 simulated hours',
			measured: `${first.rssMb.toFixed(0)} MB, then ${last.rssMb.toFixed(0)} MB; most ${most.toFixed(0)} MB`,
			limit: `< ${MOST_MB} MB, flat`,
			holds: most < MOST_MB && last.rssMb < first.rssMb * 1.1,
		},
		{
			what: 'supervisor, processor time over 24 simulated hours',
			measured: `${own.toFixed(3)} % of a core, its squeues ${squeues.toFixed(3)} %`,
			limit: `< ${MOST_CPU_PERCENT} %`,
			holds: own + squeues < MOST_CPU_PERCENT,
		},
	];
}
