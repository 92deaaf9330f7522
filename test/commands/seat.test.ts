import { expect, it } from 'vitest';
import { isComputeNode, submitHostOf } from '../../src/commands/seat.ts';
import type { Shell } from '../../src/commands/shell.ts';
import type { World } from '../../src/core/world.ts';

it.each<[string, number[], number[], boolean, boolean]>([
	['slurmd listens, as root', [], [22, 6818], false, true],
	['something of mine listens there', [6818], [], false, false],
	['the controller alone', [], [22, 6817], false, false],
	['jobs are of this machine', [], [6818], true, false],
])('is this a compute node? %s', async (_, mine, others, onThisMachine, expected) => {
	const node = { listeningPorts: async () => ({ mine: new Set(mine), others: new Set(others) }) };
	expect(await isComputeNode({ node, scheduler: { onThisMachine } } as unknown as World)).toBe(expected);
});

it.each([
	[{}, undefined],
	[{ SLURM_SUBMIT_HOST: 'login1' }, undefined],
	[{ SLURM_JOB_ID: '7', SLURM_SUBMIT_HOST: 'login1' }, 'login1'],
	[{ SLURM_JOB_ID: '7', SLURM_SUBMIT_HOST: '-oProxyCommand=x' }, undefined],
])('%j was submitted from %s', (environment, host) => {
	expect(submitHostOf({ environment } as unknown as Shell)).toBe(host);
});
