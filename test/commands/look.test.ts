// Which heads `status` looks at, in a folder on disk.
import { expect, it } from 'vitest';
import { look } from '../../src/commands/look.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { folder, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

async function seen(registered: readonly string[]): Promise<readonly string[]> {
	const { world } = strawWorld({
		scheduler: { name: 'straw', title: 'Straw' },
		readInfo: async () => ({ kind: 'missing' }),
		register: {
			heads: async () => registered.map((job) => ({ scheduler: 'straw', job, name: undefined, outputDir: `${top}/o` })),
		},
	} as unknown as Partial<World>);
	const search = { cwd: top, worldOf: undefined };
	const wish = { target: undefined, all: true, explained: false, here: layoutOf(`${top}/o`), search };
	const { heads } = await look(world, wish, () => async () => ({ states: new Map(), ageMs: 0 }));
	return heads.map(({ job }) => job);
}

it('a folder with the name of a head that was never one is none; a head that could not be recorded is', async () => {
	folder('o/.rayslurm/heads/8');
	expect(await seen([])).toEqual([]);
	expect(await seen(['8'])).toEqual(['8']);
});
