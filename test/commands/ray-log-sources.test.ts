// Ray's logs that were kept of a job: only from a folder of mine alone, and of nodes that have a node's name.
import { expect, it } from 'vitest';
import { logsKept } from '../../src/commands/ray-log-sources.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { folder, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

it('takes no node from a name that is none, and nothing from a folder that is not private', async () => {
	for (const node of ['dws-02', 'dws-01.example', 'n\x1b[2J', '-n', '.n']) folder(`77-ray-logs/${node}`);
	const { world } = strawWorld();
	const kept = folder('77-ray-logs');
	expect((await logsKept(world, kept))?.nodes).toEqual(['dws-01.example', 'dws-02']);
	world.files.isPrivate = async () => false;
	expect(await logsKept(world, kept)).toBeUndefined();
});
