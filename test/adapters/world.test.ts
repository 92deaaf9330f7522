import { expect, it } from 'vitest';
import { realWorld } from '../../src/adapters/world.ts';

it.each(['constructor', 'toString', '__proto__', 'pbs'])('%s is no scheduler', (name) => {
	const ear = { wait: async () => {}, poke: () => {}, take: () => [] };
	expect(() => realWorld(name, ear, [])).toThrow(expect.objectContaining({ kind: 'usage' }));
});
