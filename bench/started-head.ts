// A head that is ready, for measurements that need one.
import { join } from 'node:path';
import { bundle, nodeForUsers } from '../test/testbed/app.ts';
import type { Person } from '../test/testbed/person.ts';
import { rayFolder } from '../test/testbed/places.ts';
import { until } from './clock.ts';

export interface StartedHead {
	readonly job: string;
	readonly address: string;
	readonly tokenPath: string;
	/** The words that run rayslurm. */
	readonly rayslurm: readonly string[];
}

export async function startedHead(owner: Person, cwd: string, ...words: string[]): Promise<StartedHead> {
	const rayslurm = [nodeForUsers(), bundle];
	const small = ['--nodelist=dws-01', '--time=30', '-c', '2', '--mem=4G', `--venv=${rayFolder}`];
	const submitted = await owner.run([...rayslurm, 'head', 'submit', '--parsable', ...small, ...words], { cwd });
	const job = submitted.stdout.trim();
	const events = join(cwd, `outputs/.rayslurm/heads/${job}/events.jsonl`);
	await until('a head that is ready', async () => (await owner.run(['grep', '-q', '"ready"', events])).code === 0);
	const info = (await owner.run(['cat', join(cwd, `outputs/ray_head_${job}.info`)])).stdout;
	return {
		job,
		address: /^RAY_ADDRESS=(.*)$/m.exec(info)?.[1] ?? '',
		tokenPath: /^RAY_AUTH_TOKEN_PATH=(.*)$/m.exec(info)?.[1] ?? '',
		rayslurm,
	};
}
