// Which heads `status` looks at, in a folder on disk.
import { expect, it } from 'vitest';
import { look } from '../../src/commands/look.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { folder, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

async function lookAt(registered: readonly string[], all: boolean, ended: readonly string[] = []) {
	const { world, files } = strawWorld({
		scheduler: { name: 'straw', title: 'Straw' },
		readInfo: async () => ({ kind: 'missing' }),
		register: {
			heads: async () => registered.map((job) => ({ scheduler: 'straw', job, name: undefined, outputDir: `${top}/o` })),
		},
	} as unknown as Partial<World>);
	const search = { cwd: top, worldOf: undefined };
	const end = { at: world.clock.now().toISOString(), step: 'ended', reason: 'did not start', code: 1 };
	for (const job of ended) files.set(layoutOf(`${top}/o`).head(job).events, `${JSON.stringify(end)}\n`);
	const wish = { target: undefined, all, explained: false, here: layoutOf(`${top}/o`), search };
	const { heads, last } = await look(world, wish, () => async () => ({ states: new Map(), ageMs: 0 }));
	return { heads: heads.map(({ job }) => job), last };
}
const seen = async (registered: readonly string[]) => (await lookAt(registered, true)).heads;

it('a folder with the name of a head that was never one is none; a head that could not be recorded is', async () => {
	folder('o/.rayslurm/heads/8');
	expect(await seen([])).toEqual([]);
	expect(await seen(['8'])).toEqual(['8']);
});

it('where all have ended, the newest of them is named', async () => {
	expect(await lookAt(['8', '9'], false, ['8', '9'])).toEqual({ heads: [], last: '9' });
	expect(await lookAt(['8', '9'], false, ['9'])).toEqual({ heads: ['8'], last: undefined });
	expect(await lookAt([], false)).toEqual({ heads: [], last: undefined });
});
