// The menu: what can be typed, one line each, loaded when it is.
import type { HelpPage } from './own-options.ts';
import type { Command } from './shell.ts';

export interface MenuEntry {
	readonly name: string;
	readonly about: string;
	/** Of no group. */
	readonly hidden?: boolean;
	load(): Promise<{ readonly command: Command; readonly page?: HelpPage }>;
}

/** Those in no group are typed by jobs and by rayslurm itself, never by people. */
export const GROUPS: readonly (readonly [title: string | undefined, entries: readonly MenuEntry[]])[] = [
	[
		'Run',
		[
			{
				name: 'head submit',
				about: 'start a Ray head as a job, to which clients connect',
				load: () => import('./head-submit.ts'),
			},
			{
				name: 'head restart',
				about: 'submit a head again as it was, after stopping it',
				load: () => import('./head-restart.ts'),
			},
			{
				name: 'connect',
				about: 'submit a client: nodes that join a head, and a script that runs there',
				load: () => import('./connect.ts'),
			},
			{
				name: 'demo',
				about: 'the whole story on this machine: a head, two clients, an answer, a clean end',
				load: () => import('./demo.ts'),
			},
		],
	],
	[
		'Look',
		[
			{
				name: 'status',
				about: 'how your clusters are: heads, clients, nodes, what waits',
				load: () => import('./status.ts'),
			},
			{ name: 'wait', about: 'block until a job is ready, or has ended', load: () => import('./wait.ts') },
			{
				name: 'logs',
				about: "a job's output, followed to its end with -f; Ray's own session logs",
				load: () => import('./logs.ts'),
			},
			{
				name: 'dashboard',
				about: "how to get to a head's dashboard from where you sit",
				load: () => import('./dashboard.ts'),
			},
		],
	],
	[
		'End',
		[
			{
				name: 'stop',
				about: 'end heads and clients in order, and see that they are over',
				load: () => import('./stop.ts'),
			},
			{
				name: 'clean',
				about: 'show, then remove, what ended heads have left',
				load: () => import('./clean.ts'),
			},
		],
	],
	[
		'Use a cluster, make a Ray',
		[
			{
				name: 'env',
				about: "lines for your shell by which Ray's own tools find a cluster",
				load: () => import('./env.ts'),
			},
			{
				name: 'exec',
				about: "run a command on a head's node, with its cluster's environment",
				load: () => import('./exec.ts'),
			},
			{
				name: 'python create',
				about: 'make an environment with Ray, and keep it',
				load: () => import('./python-create.ts'),
			},
			{ name: 'python list', about: 'the environments that are kept', load: () => import('./python-list.ts') },
			{ name: 'python remove', about: 'take one of them away', load: () => import('./python-remove.ts') },
		],
	],
	[
		'Set up',
		[
			{
				name: 'doctor',
				about: 'check this machine and, with --job, a compute node for what makes heads fail',
				load: () => import('./doctor.ts'),
			},
			{ name: 'config', about: 'every setting in force, and where it came from', load: () => import('./config.ts') },
			{
				name: 'template list',
				about: 'the sbatch templates, and which are yours',
				load: () => import('./template-list.ts'),
			},
			{ name: 'template show', about: 'print one of them', load: () => import('./template-show.ts') },
			{
				name: 'template eject',
				about: 'copy one into the project, to be changed there',
				load: () => import('./template-eject.ts'),
			},
			{
				name: 'completion',
				about: 'a script that lets TAB complete in bash, zsh or fish',
				load: () => import('./completion.ts'),
			},
		],
	],
	[
		'One machine, without Slurm',
		[
			{
				name: 'local submit',
				about: 'submit a batch script to this machine, as sbatch would',
				load: () => import('./local-submit.ts'),
			},
			{ name: 'local jobs', about: "this machine's jobs, as squeue would", load: () => import('./local-jobs.ts') },
			{
				name: 'local cancel',
				about: 'end jobs of this machine, as scancel would',
				load: () => import('./local-cancel.ts'),
			},
		],
	],
	[
		'Read',
		[
			{ name: 'help', about: 'what a command does, its options, and examples', load: () => import('./help.ts') },
			{ name: 'man', about: 'the manual page, for man -l -', load: () => import('./man.ts') },
		],
	],
	[
		undefined,
		[
			{
				name: 'idle-watch',
				about: "the head job's supervisor; head submit starts it",
				load: () => import('./idle-watch.ts'),
			},
			{
				name: 'complete',
				about: 'what TAB offers; the scripts type it',
				load: () => import('./complete.ts'),
			},
			{
				name: 'local turn',
				about: 'start what has room; keepers type it',
				load: () => import('./local-turn.ts'),
			},
			{
				name: 'doctor-probe',
				about: "the look of doctor's job at its node",
				load: () => import('./doctor-probe.ts'),
			},
			{ name: 'run-client', about: "a client job's supervisor", load: () => import('./run-client.ts') },
			{
				name: 'serve-signs',
				about: 'what a node shows of Serve; wait types it',
				load: () => import('./serve-signs.ts'),
			},
			{
				name: 'session-logs',
				about: "lists and prints Ray's logs of a job on this very node; logs --ray types it",
				load: () => import('./session-logs.ts'),
			},
			{
				name: 'keep-logs',
				about: 'keeps the Ray logs of a killed supervisor; its guard types it',
				load: () => import('./keep-logs.ts'),
			},
			{
				name: 'run-node',
				about: "the supervisor of a job's other nodes",
				load: () => import('./run-node.ts'),
			},
		],
	],
];

export const MENU: readonly MenuEntry[] = GROUPS.flatMap(([title, entries]) =>
	entries.map((entry) => ({ ...entry, hidden: title === undefined })),
);

export function findEntry(words: readonly string[]): { entry: MenuEntry; rest: readonly string[] } | undefined {
	for (const entry of MENU) {
		const name = entry.name.split(' ');
		if (name.every((word, i) => words[i] === word)) return { entry, rest: words.slice(name.length) };
	}
	return undefined;
}
