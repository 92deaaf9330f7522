import { expect, it } from 'vitest';
import { realWorld } from '../../src/adapters/world.ts';

it.each(['constructor', 'toString', '__proto__', 'pbs'])('%s is no scheduler', async (name) => {
	const ear = { wait: async () => {}, poke: () => {}, take: () => [] };
	await expect(realWorld(name, ear, [])).rejects.toEqual(expect.objectContaining({ kind: 'usage' }));
});
