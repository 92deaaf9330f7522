// Whom `wait --for serve` asks on the head's node.
import { expect, it } from 'vitest';
import type { HeadView } from '../../src/core/cluster-view.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { World } from '../../src/core/world.ts';
import { serveLayer } from '../../src/flows/await-serve.ts';
import { strawWorld } from './straw-world.ts';

const HEAD = { node: 'here', ray: { address: 'x', answers: true } } as HeadView;

it.each([
	['10.0.0.1', undefined, ['http://10.0.0.1:8000/health', 'http://127.0.0.1:8000/health']],
	['10.0.0.1', 'http://HEAD:8000/', ['http://10.0.0.1:8000/']],
	['fd00::1', 'http://<head>:8000/', ['http://[fd00::1]:8000/']],
	['10.0.0.1', 'http://127.0.0.1:9/HEAD', ['http://127.0.0.1:9/HEAD']],
])('of a head at %s, with --health-url %s', async (headIp, url, urls) => {
	const asked: (readonly string[])[] = [];
	const { world } = strawWorld({
		readInfo: async () => ({ kind: 'read', info: { rayAddress: 'x', headIp } }),
		ray: {
			controlStore: async () => ({ actors: async () => ({ kind: 'silent', why: 'slow' }), close: () => {} }),
		},
		node: {
			hostName: 'here',
			serveSigns: async (_address: string, each: readonly string[]) => {
				asked.push(each);
				return { replicas: 0, health: { status: 200 } };
			},
		},
	} as unknown as Partial<World>);
	const layer = await serveLayer(world, { job: '7', layout: layoutOf('/o') }, url)(HEAD);
	expect(asked).toEqual([urls]);
	expect(layer.words).toBe(`Serve runs: ${urls[0]} answers 200`);
});
