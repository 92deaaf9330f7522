// What a head and one client of a minute cost the controller: RPCs of this user, as sdiag counts them.
import { join } from 'node:path';
import { execa } from 'execa';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import { Person } from '../test/testbed/person.ts';
import { rayFolder } from '../test/testbed/places.ts';
import { quiet } from './quiet.ts';
import type { Figure } from './run.ts';

const JOB = ['--time=10', '-c', '2', '--mem=4G', `--venv=${rayFolder}`];

export async function measureRequests(): Promise<readonly Figure[]> {
	const alice = new Person('alice');
	const cwd = await alice.workspace();
	await alice.write(join(cwd, 'minute.py'), 'import time\ntime.sleep(60)\n');
	await quiet(alice);
	await execa('sdiag', ['--reset']);
	const words = [nodeForUsers(), bundle];
	const head = await alice.run([...words, 'head', 'submit', '--parsable', '--wait', ...JOB], { cwd });
	const job = head.stdout.trim();
	const client = await alice.run([...words, 'connect', job, '--wait', ...JOB, 'minute.py'], {
		cwd,
		timeoutMs: 180_000,
	});
	if (client.code !== 0) throw new Error(client.all);
	const { stdout } = await execa('sdiag');
	await alice.run(['scancel', job]);
	await quiet(alice);
	const count = Number(/^\s*alice\s*\(\s*\d+\) count:(\d+)/m.exec(stdout)?.[1] ?? Number.NaN);
	return [
		{
			what: 'RPCs of head submit --wait + connect --wait of 60 s',
			measured: `${count}`,
			limit: '< 15',
			holds: count < 15,
		},
	];
}
