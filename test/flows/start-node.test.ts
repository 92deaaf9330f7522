// The place of a node: what is said of the ports that others hold.
import { expect, it } from 'vitest';
import { planPorts } from '../../src/core/ports.ts';
import type { World } from '../../src/core/world.ts';
import { makePlace } from '../../src/flows/start-node.ts';
import { strawWorld } from './straw-world.ts';

const held = (offset: number) => `offset ${offset}: port 6379 (Ray) is held by job 3 of bob`;

it.each([
	[[], []],
	[[0], [`Ports: ${held(0)}; the next slot is tried`]],
	[[0, 2420, 4840], [`Ports: ${held(0)}; the next slot is tried, and 2 more`]],
])('that are held at %j are told in one line', async (offsets, lines) => {
	const said: string[] = [];
	const { world } = strawWorld({
		log: { say: (text: string) => void said.push(text), debug: () => {} },
		ray: { find: async () => ({ python: '/p', rayVersion: '2.60.0', pythonVersion: '3.11.9' }) },
		randomHex: () => 'ab',
		node: {
			hostName: 'n',
			job: async () => ({ jobId: '5', uid: 1 }),
			makeNest: async () => ({ folder: '/n', close: async () => true }),
			address: async () => '10.0.0.2',
			claimPorts: async () => ({ plan: planPorts(0), passed: offsets.map(held), release: () => {} }),
			room: async () => 8e9,
		},
	} as unknown as Partial<World>);
	const wishes = { objectStoreBytes: 1e9, insecureNoAuth: false, debug: false, ray: {} };
	await makePlace(world, 'client', wishes as unknown as Parameters<typeof makePlace>[2]);
	expect(said).toEqual(lines);
});
