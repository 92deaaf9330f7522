import { expect, it } from 'vitest';
import type { PythonEnvironments, Use } from '../../src/core/python-environments.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { KnownState, Scheduler } from '../../src/core/world.ts';
import { usersOf } from '../../src/flows/python-users.ts';

const KEPT = { name: '2.60.0', folder: '/k', rayVersion: '2.60.0', pythonVersion: '3.11.9', bytes: 1, made: '' };

async function users(uses: readonly Partial<Use>[], states: Record<string, KnownState>, silent = false) {
	const asked: string[] = [];
	const python = {
		processes: async () => [{ pid: 5, command: 'python x.py' }],
		uses: async () => uses.map((use) => ({ at: '', ...use })),
	} as unknown as PythonEnvironments;
	const scheduler = {
		states: async (jobs: readonly string[]) => {
			asked.push(...jobs);
			if (silent) throw new Trouble('scheduler-silent', 'Slurm did not answer');
			return new Map(Object.entries(states));
		},
	} as unknown as Scheduler;
	return { found: await usersOf(python, KEPT, async () => ({ scheduler })), asked };
}

const slurm = (job: string) => ({ scheduler: 'slurm', job });

it('are processes here, and jobs that are not known to be over', async () => {
	const { found, asked } = await users(['1', '2', '3', '4', '5', '1'].map(slurm), {
		1: { kind: 'running', nodes: 'n' },
		2: { kind: 'pending', reason: 'Priority' },
		3: { kind: 'ended', how: 'COMPLETED' },
		4: { kind: 'gone' },
		5: { kind: 'unknown', why: 'timed out' },
	});
	expect(found).toEqual(['job 1 (running)', 'job 2 (pending)', 'perhaps job 5 (timed out)', 'process 5 (python x.py)']);
	expect(asked).toEqual(['1', '2', '3', '4', '5']);
});

it('a use without a job is asked of nobody', async () => {
	expect(await users([{}], {})).toEqual({ found: ['process 5 (python x.py)'], asked: [] });
});

it('a scheduler that does not answer leaves it in doubt, and so in use', async () => {
	expect((await users([slurm('7')], {}, true)).found[0]).toBe('perhaps job 7: Slurm did not answer');
});
