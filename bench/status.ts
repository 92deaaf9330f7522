// `status` of one head, beside `node -e 0` and the squeue that it asks, in turns; the same with 500 clients; and beside
// `ray status`. A wrapper in PATH counts its squeues.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { gatherCrowd } from '../test/slurm/crowd.ts';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { rayFolder } from '../test/testbed/places.ts';
import { median, timed } from './clock.ts';
import { quiet } from './quiet.ts';
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
	const one = await inTurns(alice, cwd, commands, ROUNDS);
	const rayStatus = await inTurns(alice, cwd, { ray: rayWords(cwd, head.job), status }, RAY_ROUNDS);
	await gatherCrowd(alice, { cwd, job: head.job }, CLIENTS);
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

async function inTurns<Name extends string>(
	who: Person,
	cwd: string,
	commands: Readonly<Record<Name, readonly string[]>>,
	rounds: number,
): Promise<Readonly<Record<Name, number>>> {
	const names = Object.keys(commands) as Name[];
	const times = new Map<Name, number[]>(names.map((name) => [name, []]));
	for (let round = 0; round <= rounds; round++) {
		for (const name of names) {
			const ms = await timed(async () => {
				const { code, stderr } = await who.run(commands[name], { cwd });
				if (code !== 0) throw new Error(`${name}: ${code} ${stderr}`);
			});
			if (round > 0) times.get(name)?.push(ms);
		}
	}
	return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

async function squeuesOf(who: Person, cwd: string, argv: readonly string[]): Promise<number> {
	const wrapper = '#!/bin/sh\necho asked >>"$(dirname "$0")/asked"\nexec /usr/bin/squeue "$@"\n';
	const folder = join(cwd, 'counting');
	await chmod(await who.write(join(folder, 'squeue'), wrapper, 0o755), 0o755);
	await who.run(argv, { cwd, env: { PATH: `${folder}:/usr/bin:/bin` } });
	return (await who.run(['cat', join(folder, 'asked')])).stdout.split('\n').length - 1;
}
