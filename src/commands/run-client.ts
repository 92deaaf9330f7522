// rayslurm run-client: a client job's supervisor. The rendered job script types it; people never do.
import { layoutOf } from '../core/layout.ts';
import { FROZEN_NODE_OPTIONS, needed, readFrozenNode, text, wholeNumber } from '../core/node-words.ts';
import { runClient } from '../flows/run-client.ts';
import { readJobWords } from './job-words.ts';
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	// After -- come ray start's words, as many as --ray-options says, then the script's, untouched.
	const end = shell.words.indexOf('--');
	const { values } = readJobWords({
		args: shell.words.slice(0, end),
		options: {
			'output-dir': { type: 'string' },
			head: { type: 'string' },
			address: { type: 'string' },
			'token-path': { type: 'string' },
			environment: { type: 'string' },
			'lead-seconds': { type: 'string' },
			'client-signal': { type: 'string' },
			'rejoin-seconds': { type: 'string' },
			'ray-options': { type: 'string' },
			...FROZEN_NODE_OPTIONS,
		},
	});
	const rest = shell.words.slice(end + 1);
	const rayCount = wholeNumber(values, 'ray-options');
	const [script, ...scriptArguments] = rest.slice(rayCount);
	const node = readFrozenNode(values);
	if (node.debug) shell.traceFromNowOn();
	const { head } = values;
	const world = await shell.world(text(values, 'scheduler') ?? 'slurm');
	return runClient(world, {
		layout: layoutOf(needed(values, 'output-dir')),
		head:
			head === undefined
				? { kind: 'address', address: needed(values, 'address'), tokenPath: text(values, 'token-path') }
				: { kind: 'job', job: head },
		node,
		rayWords: rest.slice(0, rayCount),
		script,
		scriptArguments,
		clientSignal: text(values, 'client-signal') as 'USR1' | 'INT' | 'TERM' | undefined,
		leadMs: wholeNumber(values, 'lead-seconds') * 1_000,
		rejoinMs: values['rejoin-seconds'] === undefined ? undefined : wholeNumber(values, 'rejoin-seconds') * 1_000,
		environment: text(values, 'environment') ?? 'ray in PATH',
		version: RAYSLURM_VERSION,
	});
};
