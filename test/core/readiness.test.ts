import { expect, it } from 'vitest';
import type { ClientView } from '../../src/core/client-view.ts';
import type { HeadView } from '../../src/core/cluster-view.ts';
import { clientReadiness, headReadiness } from '../../src/core/readiness.ts';

const HEAD: HeadView = { job: '7', outputDir: '/o', state: 'ready', clients: [] };
const CLIENT: ClientView = { job: '8', state: 'pending', nodes: [], expected: 0 };

it('a job that waits says why, and what to type', () => {
	const waits = { state: 'pending' as const, because: 'waits for 1 CPU', todo: 'rayslurm stop 3' };
	for (const { layers } of [
		headReadiness({ ...HEAD, ...waits }, undefined),
		clientReadiness(HEAD, { ...CLIENT, ...waits }),
	])
		expect(layers).toEqual([
			expect.objectContaining({ name: 'running', why: 'waits for 1 CPU', todo: 'rayslurm stop 3' }),
		]);
});

it.each([
	['the script ended with code 5', 5, 'the script ended with code 5'],
	['told to stop', 143, 'told to stop, code 143'],
	[undefined, 1, 'it has ended, code 1'],
	['it ended without a word', undefined, 'it ended without a word'],
])('an end names its code once: %s, %s', (because, exitCode, over) => {
	expect(clientReadiness(HEAD, { ...CLIENT, state: 'ended', because, exitCode }).over).toBe(over);
});
