// How long a TAB takes, as a multiple of `node -e 0`, in turns: for a command's name, for options, and for the ids of live
// heads and clients, with as many of them as completion looks at.
import { join } from 'node:path';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { median, timed } from './clock.ts';
import type { Figure } from './run.ts';

const ROUNDS = 25;
const HEADS = 20;
const CLIENTS = 500;

export async function measureCompletion(): Promise<readonly Figure[]> {
	const node = nodeForUsers();
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	await writeHeads(alice, cwd);
	const commands = {
		'node -e 0': [node, '-e', '0'],
		'a command': [node, bundle, 'complete', 'zsh', ''],
		'options of connect': [node, bundle, 'complete', 'zsh', 'connect', '1', '--'],
		[`${HEADS} heads`]: [node, bundle, 'complete', 'zsh', 'connect', ''],
		[`${HEADS} heads and ${CLIENTS} clients`]: [node, bundle, 'complete', 'zsh', 'wait', ''],
	};
	const times = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
	for (let round = 0; round <= ROUNDS; round++) {
		for (const [name, argv] of Object.entries(commands)) {
			const ms = await timed(async () => {
				const { code, stdout, stderr } = await alice.run(argv, { cwd });
				if (code !== 0 || (stdout === '' && name !== 'node -e 0')) throw new Error(`${name}: ${stderr}`);
			});
			if (round > 0) times.get(name)?.push(ms);
		}
	}
	const base = median(times.get('node -e 0') ?? []);
	return Object.keys(commands)
		.slice(1)
		.map((name) => {
			const measured = median(times.get(name) ?? []) / base;
			return {
				what: `TAB for ${name} / node -e 0`,
				measured: `${measured.toFixed(2)} x`,
				limit: '<= 2.5 x',
				holds: measured <= 2.5,
			};
		});
}

async function writeHeads(alice: Person, cwd: string): Promise<void> {
	const at = new Date().toISOString();
	const line = (event: object) => `${JSON.stringify({ at, ...event })}\n`;
	for (let job = 1000; job < 1000 + HEADS; job++) {
		const folder = join(cwd, `outputs/.rayslurm/heads/${job}`);
		const record = { job: String(job), name: `n${job}`, submitted: at, script: '/x', options: [], typed: [] };
		await alice.write(join(folder, 'head.json'), line(record), 0o600);
		await alice.write(join(folder, 'events.jsonl'), line({ step: 'running', node: 'n', incarnation: 'x' }), 0o600);
	}
	const clients = join(cwd, `outputs/.rayslurm/heads/${999 + HEADS}/clients`);
	for (let job = 2000; job < 2000 + CLIENTS; job++)
		await alice.write(join(clients, `${job}.json`), line({ job: String(job), submitted: at, script: 'x.py' }), 0o600);
}
