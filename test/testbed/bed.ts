// What the real tests are written with.
//
//	const alice = person('alice');
//	describeReal('a head', () => {
//		it('starts', async () => {
//			const cwd = await alice.workspace();
//			const { stdout } = await alice.rayslurm(['head', 'submit', '--parsable'], { cwd });
//			await until('the head runs', () => jobState(stdout.trim()), { is: (state) => state === 'RUNNING' });
//		});
//	});
import { execa } from 'execa';
import { afterAll, describe, inject } from 'vitest';
import { cancelAll } from './jobs.ts';
import { endCommands, Person } from './person.ts';
import { testbedScript, USERS, type User } from './places.ts';

export { bundle, examples } from './app.ts';
export { cancelAll, errorsOf, jobInfo, jobState, jobsOf, nodeOf, outputOf } from './jobs.ts';
export type { Ended, Person, RayslurmOptions, Running, RunOptions } from './person.ts';
export { bedFolder, rayFolder } from './places.ts';
export { HOST, type Process, processesOf } from './processes.ts';
export { until } from './until.ts';

// A worker whose run was killed would go on testing, on the bed of the next run.
process.once('disconnect', () => process.exit(1));

export const NODES = ['dws-01', 'dws-02', 'dws-03', 'dws-04'] as const;
export type Node = (typeof NODES)[number];

/** describe, for tests on the bed: skipped with the reason where there is none. Leaves the bed as it should be. */
export function describeReal(name: string, fn: () => void): void {
	const { missing } = inject('bed');
	if (missing !== undefined) {
		describe.skip(`${name} (skipped: ${missing})`, fn);
		return;
	}
	describe(name, () => {
		fn();
		afterAll(async () => {
			await endCommands();
			await testbed('up'); // At once, unless a test left a node or the controller down.
			for (const user of USERS) await cancelAll(user);
		});
	});
}

export function person(name: User): Person {
	return new Person(name);
}

/** Runs as root inside the node. */
export async function onNode(
	node: Node,
	argv: readonly string[],
): Promise<{ stdout: string; stderr: string; code: number }> {
	const { stdout, stderr, exitCode, message } = await execa(testbedScript, ['on', node, ...argv], {
		reject: false,
		stdin: 'ignore',
		timeout: 60_000,
	});
	if (exitCode === undefined) throw new Error(message);
	return { stdout, stderr, code: exitCode };
}

/** The network address of a node. */
export function addressOf(node: Node): string {
	return `10.77.0.${Number(node.slice('dws-'.length))}`;
}

/** stop and start are an outage; freeze leaves a controller that accepts connections and never answers. */
export async function controller(verb: 'stop' | 'start' | 'freeze' | 'thaw'): Promise<void> {
	await testbed('ctl', verb);
}

/** kill is a power cut; cut unplugs the network alone. */
export async function node(verb: 'kill' | 'revive' | 'cut' | 'join', name: Node): Promise<void> {
	await testbed(verb, name);
}

async function testbed(...args: string[]): Promise<void> {
	await execa(testbedScript, args, { stdin: 'ignore', timeout: 120_000 });
}
