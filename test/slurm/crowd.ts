// Clients by the hundred: jobs of one small shell each that keep a client's files and take its signal, and nothing more of it.
// They start no program to do so: five hundred of those would be what is measured.
import { readdir, readFile } from 'node:fs/promises';
import type { Person } from '../testbed/person.ts';
import { until } from '../testbed/until.ts';
import type { Head } from './cluster.ts';

/** Says that it runs, notes when it was told, and says that it has ended. $1 is the head's folder of clients. A mute one ($2)
 *  ends within 25 s, and as one whose node was lost: only Slurm knows. */
const LIGHT_CLIENT = `#!/bin/bash
events=$1/$SLURM_JOB_ID.events.jsonl
told() {
  echo "\${EPOCHREALTIME/./}" >"$1/$SLURM_JOB_ID.told"
  [ "$2" = mute ] && sleep $((RANDOM % 25)) && exit 0
  echo '{"at":"2026-01-01T00:00:00Z","step":"ended","reason":"told","code":0}' >>"$events"
  exit 0
}
trap 'told "$1" "$2"' USR1
echo '{"at":"2026-01-01T00:00:00Z","step":"running","node":"x"}' >"$events"
while true; do sleep 300 & wait $!; done
`;

export interface Crowd {
	readonly array: string;
	/** Milliseconds since the epoch at which each was told; those that were not are not there. */
	told(): Promise<readonly number[]>;
}

/** Resolves when all of them run. */
export async function gatherCrowd(
	owner: Person,
	{ cwd, job }: Pick<Head, 'cwd' | 'job'>,
	count: number,
	kind: 'talking' | 'mute' = 'talking',
): Promise<Crowd> {
	const clients = `${cwd}/outputs/.rayslurm/heads/${job}/clients`;
	const script = await owner.write(`${cwd}/light-client.sh`, LIGHT_CLIENT, 0o755);
	const words = ['sbatch', '--parsable', '-p', 'crowd', '-c', '1', '--mem=1', `--array=1-${count}`, '-o', '/dev/null'];
	const submitted = await owner.run([...words, script, clients, kind], { cwd });
	const named = async (form: RegExp) => (await readdir(clients)).filter((name) => form.test(name));
	await until(`${count} clients run`, async () => (await named(/\.events\.jsonl$/)).length, {
		is: (running) => running === count,
		timeoutMs: 120_000,
		everyMs: 500,
	});
	return {
		array: submitted.stdout.trim(),
		told: async () => {
			const texts = await Promise.all((await named(/\.told$/)).map((name) => readFile(`${clients}/${name}`, 'utf8')));
			return texts.filter((text) => text.endsWith('\n')).map((text) => Number(text) / 1_000);
		},
	};
}
