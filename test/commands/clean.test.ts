// `rayslurm clean` in a straw world: what is said of heads of another scheduler.
import { expect, it } from 'vitest';
import { command } from '../../src/commands/clean.ts';
import type { Shell } from '../../src/commands/shell.ts';
import type { World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { home, place, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

async function clean(...words: string[]): Promise<string> {
	let said = '';
	const world = async (name: string) => {
		const straw = strawWorld({
			scheduler: { name, title: name, states: async () => new Map() },
			register: { heads: async () => [{ scheduler: 'local', job: '7', name: 't', outputDir: `${top}/outputs` }] },
		} as unknown as Partial<World>);
		Object.assign(straw.world.files, { weigh: async () => undefined });
		Object.assign(straw.world, { readInfo: async () => ({ kind: 'missing' }) });
		return straw.world;
	};
	const shell = {
		words: ['--dry-run', `--output-dir=${top}/outputs`, ...words],
		cwd: place,
		environment: { HOME: home, PATH: top },
		out: () => {},
		err: (text: string) => {
			said += text;
		},
		world,
	} as unknown as Shell;
	expect(await command(shell)).toBe(0);
	return said;
}

it('names whose heads it leaves out, unless a scheduler was said', async () => {
	const { chmodSync, writeFileSync } = await import('node:fs');
	writeFileSync(`${top}/sbatch`, '');
	chmodSync(`${top}/sbatch`, 0o755);
	expect(await clean()).toContain('rayslurm clean --scheduler=local');
	expect(await clean('--scheduler=slurm')).not.toContain('--scheduler=local');
});
