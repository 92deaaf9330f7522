import { expect, it } from 'vitest';
import type { KnownState, World } from '../../src/core/world.ts';
import { sharedQueue } from '../../src/flows/shared-queue.ts';
import { strawWorld } from './straw-world.ts';

const pending: KnownState = { kind: 'pending', reason: 'JobHeldUser' };
const running: KnownState = { kind: 'running', nodes: 'n' };

it.each<[string, Record<string, KnownState>, number, Record<string, KnownState>, number]>([
	['an answer that is newer counts', { 7: running, 8: running }, 500, { 7: running, 8: running }, 500],
	['what it does not speak of is known still', { 7: running }, 500, { 7: running, 8: pending }, 500],
	[
		'one that is older counts for what nobody knew',
		{ 8: running, 9: pending },
		9_000,
		{ 7: pending, 8: pending, 9: pending },
		2_000,
	],
])('%s', async (_what, states, ageMs, expected, age) => {
	const { world } = strawWorld({
		scheduler: {
			states: async () =>
				new Map([
					['7', pending],
					['8', pending],
				]),
		},
		lookAtQueue: async () => ({ states: new Map(Object.entries(states)), ageMs }),
	} as unknown as Partial<World>);
	const ask = sharedQueue(world);
	await ask(['7', '8'], new Set());
	await world.clock.sleep(2_000);
	const look = await ask(Object.keys(expected), new Set());
	expect([Object.fromEntries(look.states), look.ageMs]).toEqual([expected, age]);
});
