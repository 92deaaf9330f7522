// A command on the head's node: what srun says where nothing was started, and what only looks like it.
import { expect, it } from 'vitest';
import { command } from '../../src/commands/exec.ts';
import type { Shell } from '../../src/commands/shell.ts';
import type { ForegroundProgram } from '../../src/core/foreground-program.ts';
import { BEGUN, insideWords } from '../../src/core/step-words.ts';
import type { World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { home, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

const REFUSED = 'srun: error: Unable to create step for job 7: Memory required by task is not available';
const OVER = 'srun: error: Unable to confirm allocation for job 7: Invalid job id specified';

/** `runs`: what each of them says on stderr, line by line, before it ends with 1; a further one ends with 0. */
async function typed(...runs: readonly (readonly string[])[]) {
	const { world } = strawWorld({
		scheduler: { name: 'slurm', title: 'Slurm', onThisMachine: false, insideCommand: insideWords },
		node: { hostName: 'login' },
		randomHex: () => 'abcd',
		register: { heads: async () => [] },
		readInfo: async () => ({
			kind: 'read',
			info: { slurmJobId: '7', headNode: 'dws-01', rayAddress: '10.0.0.1:6379' },
		}),
		ray: {
			controlStore: async () => ({
				identity: async () => ({ kind: 'answered', value: {} }),
				dashboard: async () => ({ kind: 'answered', value: undefined }),
				close: () => {},
			}),
		},
	} as unknown as Partial<World>);
	let begun = 0;
	const shown: string[] = [];
	const shell = {
		words: ['7', '--', 'sh', '-c', 'srun true'],
		cwd: top,
		environment: { HOME: home, PATH: '/bin' },
		err: () => {},
		world: async () => world,
		runHere: async ({ hushed }: ForegroundProgram) => {
			const lines = runs[begun++];
			shown.push(...(lines ?? []).filter((line) => hushed?.(line) !== true));
			return lines === undefined ? 0 : 1;
		},
	} as unknown as Shell;
	const code = await command(shell).catch((error: unknown) => error);
	return { code, begun, shown };
}

it('a step that Slurm refuses while it begins anew is tried again', async () => {
	expect(await typed([REFUSED], [REFUSED])).toEqual({ code: 0, begun: 3, shown: [] });
});

it.each([REFUSED, OVER])('a program that has begun is never begun again, whatever it says: %s', async (line) => {
	expect(await typed([BEGUN, line])).toEqual({ code: 1, begun: 1, shown: [line] });
});

it('a step of a job that is over is told as that', async () => {
	expect(await typed([OVER])).toMatchObject({ code: { kind: 'head-not-running' }, begun: 1, shown: [] });
});

it('one that is refused for long is told as that', async () => {
	const { code, begun } = await typed(...Array.from({ length: 40 }, () => [REFUSED]));
	expect(code).toMatchObject({ kind: 'scheduler-silent', message: expect.stringContaining('nothing was started') });
	expect(begun).toBe(31);
});
