// rayslurm doctor-probe: looks at the node its job runs on. The script of doctor --job types it; people never do.
import { needed, text } from '../core/node-words.ts';
import { probeNode, probeRay } from '../flows/doctor/probe-node.ts';
import { readJobWords } from './job-words.ts';
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	const { values } = readJobWords({
		args: [...shell.words],
		options: {
			of: { type: 'string' },
			folder: { type: 'string' },
			scheduler: { type: 'string' },
			debug: { type: 'boolean' },
		},
	});
	if (values.debug) shell.traceFromNowOn();
	const world = await shell.world(text(values, 'scheduler') ?? 'slurm');
	const folder = needed(values, 'folder');
	return needed(values, 'of') === 'ray' ? probeRay(world, folder) : probeNode(world, await shell.senses(), folder);
};
