// `status` of one head, beside `node -e 0` and the squeue that it asks, in turns; the same with 500 clients; and beside
// `ray status`. A wrapper in PATH counts its squeues.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { gatherCrowd } from '../test/slurm/crowd.ts';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { rayFolder } from '../test/testbed/places.ts';
import { median } from './clock.ts';
import { calm, quiet } from './quiet.ts';
import type { Figure } from './run.ts';
import { startedHead } from './started-head.ts';

const ROUNDS = 25;
const RAY_ROUNDS = 9;
const CLIENTS = 500;

export async function measureStatus(): Promise<readonly Figure[]> {
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	await quiet(alice);
	const head = await startedHead(alice, cwd, '--', '--include-dashboard=false');
	const node = nodeForUsers();
	const status = [node, bundle, 'status', head.job];
	const commands = {
		nothing: [node, '-e', '0'],
		squeue: ['squeue', '-h', '-j', head.job, '-o', '%i|%T|%N|%L|%S|%e|%r'],
		status,
	};
	await calm();
	const one = await inTurns(alice, cwd, commands, ROUNDS);
	const rayStatus = await inTurns(alice, cwd, { ray: rayWords(cwd, head.job), status }, RAY_ROUNDS);
	await gatherCrowd(alice, { cwd, job: head.job }, CLIENTS);
	await calm();
	const many = await inTurns(alice, cwd, commands, ROUNDS);
	const asked = await squeuesOf(alice, cwd, status);
	const limit = 4 * one.nothing + one.squeue;
	const crowded = 4 * many.nothing + many.squeue;
	const ms = (time: number) => `${Math.round(time)} ms`;
	return [
		{
			what: 'status of one head / 4 node -e 0 and a squeue',
			measured: `${(one.status / limit).toFixed(2)} x (${ms(one.status)}; ${ms(one.nothing)}, ${ms(one.squeue)})`,
			limit: '<= 1 x',
			holds: one.status <= limit,
		},
		{
			what: `status of a head with ${CLIENTS} clients / 4 node -e 0 and a squeue`,
			measured: `${(many.status / crowded).toFixed(2)} x (${ms(many.status)}; ${(many.status / one.status).toFixed(1)} x that of one without)`,
			limit: '<= 2 x',
			holds: many.status <= 2 * crowded,
		},
		{ what: `its questions to Slurm with ${CLIENTS} clients`, measured: `${asked}`, limit: '1', holds: asked === 1 },
		{
			what: 'ray status / status',
			measured: `${(rayStatus.ray / rayStatus.status).toFixed(1)} x (${ms(rayStatus.ray)})`,
			limit: '>= 10 x',
			holds: rayStatus.ray >= 10 * rayStatus.status,
		},
	];
}

function rayWords(cwd: string, job: string): readonly string[] {
	const line = `. outputs/ray_head_${job}.info && exec ${rayFolder}/bin/ray status`;
	return ['bash', '-c', `cd ${cwd} && ${line}`];
}

/** Run from a process that does nothing else: what it takes to start and to hear one is a tenth of the shortest. */
const IN_TURNS = `
const { spawnSync } = require('node:child_process');
const [rounds, commands] = [Number(process.argv[2]), JSON.parse(process.argv[3])];
const times = {};
for (let round = 0; round <= rounds; round++)
	for (const [name, [program, ...words]] of Object.entries(commands)) {
		const began = performance.now();
		const { status, stderr } = spawnSync(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
		if (status !== 0) throw new Error(name + ': ' + status + ' ' + stderr);
		if (round > 0) (times[name] ??= []).push(performance.now() - began);
	}
console.log(JSON.stringify(times));
`;

async function inTurns<Name extends string>(
	who: Person,
	cwd: string,
	commands: Readonly<Record<Name, readonly string[]>>,
	rounds: number,
): Promise<Readonly<Record<Name, number>>> {
	const script = await who.write(join(cwd, 'in-turns.cjs'), IN_TURNS);
	const argv = [nodeForUsers(), script, String(rounds), JSON.stringify(commands)];
	const { code, stdout, stderr } = await who.run(argv, { cwd, timeoutMs: 300_000 });
	if (code !== 0) throw new Error(stderr);
	const times: Record<Name, number[]> = JSON.parse(stdout);
	const names = Object.keys(commands) as Name[];
	return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}

async function squeuesOf(who: Person, cwd: string, argv: readonly string[]): Promise<number> {
	const wrapper = '#!/bin/sh\necho asked >>"$(dirname "$0")/asked"\nexec /usr/bin/squeue "$@"\n';
	const folder = join(cwd, 'counting');
	await chmod(await who.write(join(folder, 'squeue'), wrapper, 0o755), 0o755);
	await who.run(argv, { cwd, env: { PATH: `${folder}:/usr/bin:/bin` } });
	return (await who.run(['cat', join(folder, 'asked')])).stdout.split('\n').length - 1;
}
