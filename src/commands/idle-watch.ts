// rayslurm idle-watch: the head job's supervisor. The rendered job script types it; people never do.
import { parseArgs } from 'node:util';
import { parseIdleWindows } from '../core/idle-window.ts';
import { layoutOf } from '../core/layout.ts';
import { FROZEN_NODE_OPTIONS, needed, readFrozenNode, text, wholeNumber } from '../core/node-words.ts';
import { runHead } from '../flows/run-head.ts';
import type { Command } from './shell.ts';

export const command: Command = async (shell) => {
	if (shell.words.includes('--help') || shell.words.includes('-h')) {
		shell.out(
			"rayslurm idle-watch\n\nThe head job's supervisor: it starts Ray, says when clients can join, watches over the cluster, and ends\nit in order. rayslurm head submit writes it into the job's script; it is not typed by hand.\n\nExamples:\n  rayslurm head submit --dry-run    shows the script with the line that starts it\n",
		);
		return 0;
	}
	const { values, positionals } = parseArgs({
		args: [...shell.words],
		allowPositionals: true,
		options: {
			'output-dir': { type: 'string' },
			environment: { type: 'string' },
			'idle-window': { type: 'string' },
			'idle-after-seconds': { type: 'string' },
			'grace-seconds': { type: 'string' },
			'on-end': { type: 'string' },
			renew: { type: 'string' },
			'lead-seconds': { type: 'string' },
			name: { type: 'string' },
			'dashboard-host': { type: 'string' },
			...FROZEN_NODE_OPTIONS,
		},
	});
	const node = readFrozenNode(values);
	if (node.debug) shell.traceFromNowOn();
	const world = await shell.world(text(values, 'scheduler') ?? 'slurm');
	return runHead(world, {
		layout: layoutOf(needed(values, 'output-dir')),
		clusterName: text(values, 'name'),
		node,
		rayWords: positionals,
		dashboardHost: text(values, 'dashboard-host') ?? '127.0.0.1',
		idle: {
			windows: parseIdleWindows(needed(values, 'idle-window'), '--idle-window'),
			afterMs: wholeNumber(values, 'idle-after-seconds') * 1_000,
			zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
		},
		farewell: {
			graceMs: wholeNumber(values, 'grace-seconds') * 1_000,
			pending: text(values, 'on-end') === 'keep' ? 'keep' : 'cancel',
		},
		renew:
			values.renew === undefined
				? undefined
				: { how: values.renew === 'after' ? 'after' : 'before', leadMs: wholeNumber(values, 'lead-seconds') * 1_000 },
		environment: text(values, 'environment') ?? 'ray in PATH',
		version: RAYSLURM_VERSION,
	});
};
