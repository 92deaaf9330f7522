// rayslurm idle-watch: the head job's supervisor. The rendered job script types it; people never do.
import { parseIdleWindows } from '../core/idle-window.ts';
import { layoutOf } from '../core/layout.ts';
import { FROZEN_NODE_OPTIONS, needed, readFrozenNode, text, wholeNumber } from '../core/node-words.ts';
import { runHead } from '../flows/run-head.ts';
import { readJobWords } from './job-words.ts';
import { type HelpPage, helpOf } from './own-options.ts';
import type { Command } from './shell.ts';

export const page: HelpPage = {
	usage: 'rayslurm idle-watch [OPTIONS]',
	about:
		"The head job's supervisor: it starts Ray, says when clients can join, watches over the cluster, and ends it in order. rayslurm head submit writes it into the job's script; it is not typed by hand.",
	options: [],
	examples: [
		['$0 head submit --dry-run', 'the script with the line that starts it'],
		['$0 head submit --idle-window always --idle-after 30m', 'a head that ends itself when unused, by day too'],
		['$0 head submit --idle-window off', 'a head that stays'],
	],
	footer: 'Its own words are those of head submit, made exact.',
};

export const command: Command = async (shell) => {
	if (shell.words.includes('--help') || shell.words.includes('-h')) {
		shell.out(`${await helpOf(page, shell.columns('stdout'))}\n`);
		return 0;
	}
	const { values, positionals } = readJobWords({
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
