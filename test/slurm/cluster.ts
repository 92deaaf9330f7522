// Heads of the tests, and what is known of them from outside rayslurm: their files, their Ray nodes, their processes.
import { readFile } from 'node:fs/promises';
import { openControlStore } from '../../src/adapters/ray/control-store.ts';
import type { ClusterNode } from '../../src/core/control-store.ts';
import { type Ended, NODES, type Node, onNode, type Person, type Process, processesOf } from '../testbed/bed.ts';

export interface Head {
	job: string;
	/** The workspace it was submitted from. */
	cwd: string;
	said: Ended;
}

/** What a test needs of a head or a client, unless it is about that. The memory is room for what neighbours will take after
 *  its start: without control groups Ray measures the whole node. */
export const SMALL = ['--time=10', '-c', '1', '--mem=6G', '--object-store=0.2'];

interface HeadWishes {
	cwd?: string;
	env?: Record<string, string>;
}

/** Without Ray's dashboard, which takes two processors for eight seconds. */
export async function startHead(owner: Person, words: readonly string[] = [], wishes: HeadWishes = {}): Promise<Head> {
	const { cwd = await owner.workspace(), env = {} } = wishes;
	const all = ['head', 'submit', '--wait', ...SMALL, ...words, '--', '--include-dashboard=false'];
	const said = await owner.rayslurm(all, { cwd, env });
	const job = /^Submitted head job (\d+)$/m.exec(said.stdout)?.[1];
	if (said.code !== 0 || job === undefined) throw new Error(`No head:\n${said.all}`);
	return { job, cwd, said };
}

export function infoPath({ cwd, job }: Pick<Head, 'cwd' | 'job'>): string {
	return `${cwd}/outputs/ray_head_${job}.info`;
}

/** As a script of a user would read it. */
export async function infoOf(head: Pick<Head, 'cwd' | 'job'>): Promise<Record<string, string>> {
	const text = await readFile(infoPath(head), 'utf8');
	const lines = text.matchAll(/^([A-Z_]+)='?(.*?)'?$/gm);
	return Object.fromEntries([...lines].map(([, key, value]) => [key, value]));
}

export async function tokenOf(head: Pick<Head, 'cwd' | 'job'>): Promise<string> {
	return readFile((await infoOf(head))['RAY_AUTH_TOKEN_PATH'] ?? '', 'utf8');
}

/** The Ray nodes that are alive, asked with the head's own token. */
export async function rayNodes(head: Pick<Head, 'cwd' | 'job'>): Promise<readonly ClusterNode[]> {
	const store = openControlStore((await infoOf(head))['RAY_ADDRESS'] ?? '', () => tokenOf(head));
	try {
		const answer = await store.nodes(5_000);
		if (answer.kind !== 'answered') throw new Error(JSON.stringify(answer));
		return answer.value.filter(({ alive }) => alive);
	} finally {
		store.close();
	}
}

/** Its processes on any node, told by what no process of a job can lose: its environment, or the guard's own words. */
export async function processesOfJob(job: string, user: string): Promise<Process[]> {
	const all = (await processesOf(user)).filter(({ place }) => (NODES as readonly string[]).includes(place));
	const jobs = await Promise.all(all.map(jobOf));
	return all.filter((_, index) => jobs[index] === job);
}

export async function jobOf({ hostPid, command }: Process): Promise<string | undefined> {
	const environment = await readFile(`/proc/${hostPid}/environ`, 'latin1').catch(() => '');
	const words = /(?:^|\0)SLURM_JOB_ID=(\d+)/.exec(environment) ?? /rayslurm-guard (\d+)-/.exec(command);
	return words?.[1];
}

/** What stands in a node's /tmp, but for what was known to stand there. */
export async function temporaryOn(node: Node, known: readonly string[] = []): Promise<string[]> {
	const { stdout } = await onNode(node, ['ls', '-A', '/tmp']);
	return stdout.split('\n').filter((name) => name !== '' && !known.includes(name));
}
