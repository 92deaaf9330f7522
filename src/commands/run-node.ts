// rayslurm run-node: the supervisor on each other node of a job with several. The batch node's supervisor types it.
import { layoutOf } from '../core/layout.ts';
import { FROZEN_NODE_OPTIONS, needed, readFrozenNode, text } from '../core/node-words.ts';
import { runNode } from '../flows/run-node.ts';
import { readJobWords } from './job-words.ts';
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	const { values, positionals } = readJobWords({
		args: [...shell.words],
		allowPositionals: true,
		options: {
			'output-dir': { type: 'string' },
			address: { type: 'string' },
			'token-path': { type: 'string' },
			...FROZEN_NODE_OPTIONS,
		},
	});
	const node = readFrozenNode(values);
	if (node.debug) shell.traceFromNowOn();
	return runNode(await shell.world(text(values, 'scheduler') ?? 'slurm'), {
		layout: layoutOf(needed(values, 'output-dir')),
		address: needed(values, 'address'),
		tokenPath: text(values, 'token-path'),
		node,
		rayWords: positionals,
	});
};
