// Repetitions by the dozen, which take many minutes and therefore are no part of the tests: npm run soak [-- NAME]
//   limits   50 heads end at Slurm's own time limit, each with a client at work
//   starts   100 supervisors are killed at a random instant of their start
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { bundle, installApp, nodeForUsers } from '../test/testbed/app.ts';
import { jobInfo } from '../test/testbed/jobs.ts';
import { Person } from '../test/testbed/person.ts';
import { rayFolder, testbedScript } from '../test/testbed/places.ts';
import { processesOf } from '../test/testbed/processes.ts';
import { makeRayEnvironment } from '../test/testbed/ray-environment.ts';
import { until } from './clock.ts';

const alice = new Person('alice');
const SMALL = ['-c', '1', '--mem=4G', '--object-store=0.2', `--venv=${rayFolder}`];
const OVER = ['COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'NODE_FAIL'];
const WORKS = `
import time
print("begun", flush=True)
try:
    time.sleep(600)
finally:
    time.sleep(2)
    print("finally", flush=True)
`;

const SOAKS: Readonly<Record<string, () => Promise<readonly string[]>>> = { limits, starts };

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(SOAKS);
await execa(testbedScript, ['up'], { stdin: 'ignore', timeout: 600_000 });
await makeRayEnvironment((line) => console.error(line));
await installApp();
process.chdir(homedir());
for (const name of names) {
	const soak = SOAKS[name];
	if (soak === undefined) throw new Error(`No such soak: ${name}; there are ${Object.keys(SOAKS).join(', ')}`);
	const faults = await soak();
	console.log(faults.length === 0 ? `✓ ${name}` : `✗ ${name}: ${faults.length} faults\n${faults.join('\n')}`);
	if (faults.length > 0) process.exitCode = 1;
}
if (!process.env['RAYSLURM_KEEP_TESTBED']) await execa(testbedScript, ['down'], { stdin: 'ignore', timeout: 60_000 });

function rayslurm(cwd: string, ...words: string[]) {
	return alice.run([nodeForUsers(), bundle, ...words], { cwd });
}

async function limits(): Promise<readonly string[]> {
	const ENDS = 50;
	const AT_ONCE = 5;
	const cwd = await alice.workspace();
	await alice.write(join(cwd, 'works.py'), WORKS);
	const faults: string[] = [];
	let next = 0;
	let done = 0;
	const lane = async (number: number) => {
		await delay(number * 6_000); // Not all Rays start in one moment.
		while (next < ENDS) {
			next += 1;
			const fault = await oneLimit(cwd).catch((error: Error) => error.message);
			done += 1;
			if (fault !== undefined) faults.push(fault);
			console.error(`${done} of ${ENDS} ends, ${faults.length} faults`);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, (_, number) => lane(number)));
	return faults;
}

/** What was wrong with it, if anything: somebody who was killed, or a script that could not say its last word. */
async function oneLimit(cwd: string): Promise<string | undefined> {
	const submit = ['head', 'submit', '--parsable', '--time=2', ...SMALL, '--', '--include-dashboard=false'];
	const head = (await rayslurm(cwd, ...submit)).stdout.trim();
	const client = (await rayslurm(cwd, 'connect', head, '--parsable', '--time=20', ...SMALL, 'works.py')).stdout.trim();
	await ended(head);
	await ended(client);
	const [headInfo, clientInfo] = [await jobInfo(head), await jobInfo(client)];
	const log = (name: string) => alice.run(['cat', join(cwd, 'outputs/slurm_logs', name)]).then(({ stdout }) => stdout);
	const said = await log(`${head}-ray-head-ray.err`);
	const out = await log(`${client}-ray-client-works.out`);
	const ok =
		headInfo['JobState'] === 'COMPLETED' &&
		headInfo['ExitCode'] === '0:0' &&
		said.trimEnd().endsWith(`Head ${head} ended: time limit`) &&
		['COMPLETED', 'FAILED'].includes(clientInfo['JobState'] ?? '') &&
		out === 'begun\nfinally\n';
	if (ok) return undefined;
	return `head ${head} ${headInfo['JobState']} ${headInfo['ExitCode']}, client ${client} ${clientInfo['JobState']}: ${JSON.stringify(out)}\n${said}`;
}

async function starts(): Promise<readonly string[]> {
	const KILLS = 100;
	const cwd = await alice.workspace();
	const faults: string[] = [];
	const foldersOn = async (node: string) => {
		const mine = ['find', '/tmp', '-maxdepth', '1', '-user', 'alice'];
		const { stdout } = await execa(testbedScript, ['on', node, ...mine]);
		return stdout.split('\n').filter((name) => /\/(?:rs-|ray_)/.test(name));
	};
	// Nodes that were lost, with all that ran there, have kept theirs.
	const before = await Promise.all([1, 2, 3, 4].map((number) => foldersOn(`dws-0${number}`)));
	const known = new Set<string>(before.flat());
	for (let kill = 1; kill <= KILLS; kill++) {
		const node = `dws-0${(kill % 4) + 1}`;
		const submit = [
			'head',
			'submit',
			'--parsable',
			'--time=5',
			'-w',
			node,
			...SMALL,
			'--',
			'--include-dashboard=false',
		];
		const job = (await rayslurm(cwd, ...submit)).stdout.trim();
		const supervisor = async () =>
			(await processesOf('alice', node)).find(({ command }) => command.includes('idle-watch'))?.hostPid;
		let pid: number | undefined;
		await until('a supervisor', async () => {
			pid = await supervisor();
			return pid !== undefined;
		});
		const afterMs = Math.random() * 1_500;
		await delay(afterMs);
		if (pid !== undefined) process.kill(pid, 'SIGKILL');
		const killed = performance.now();
		await ended(job);
		const killedAt = `job ${job} on ${node}, killed ${Math.round(afterMs)} ms after its supervisor was there`;
		const fault = (what: string) => {
			faults.push(`${killedAt}: ${what}`);
			console.error(faults.at(-1));
		};
		const left = async () => {
			const processes = (await processesOf('alice', node)).map(({ command }) => command);
			const half = (await alice.run(['find', join(cwd, 'outputs'), '-name', '.rayslurm-*'])).stdout;
			return [...processes, ...(await foldersOn(node)), ...half.split('\n').filter(Boolean)];
		};
		const isNew = (what: string) => !known.has(what);
		await until('a clean node', async () => !(await left()).some(isNew), 20_000).catch(async () => {
			for (const what of (await left()).filter(isNew)) {
				fault(`left: ${what}`);
				known.add(what);
			}
		});
		const tookMs = performance.now() - killed;
		if (tookMs > 10_000) fault(`clean after ${Math.round(tookMs)} ms`);
		if (kill % 10 === 0) console.error(`${kill} of ${KILLS} starts, ${faults.length} faults`);
	}
	return faults;
}

async function ended(job: string): Promise<void> {
	await until(`the end of ${job}`, async () => OVER.includes((await jobInfo(job))['JobState'] ?? ''), 240_000);
}
