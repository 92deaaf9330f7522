// rayslurm's own options of head submit and connect, here together so that each can tell which belong to the other.
import { RENEWALS } from '../core/succession.ts';
import { type OwnOption, settingOptions } from './own-options.ts';

export const HEAD_OPTIONS: readonly OwnOption[] = [
	{ name: 'name', kind: 'text', describe: "the cluster's name", values: 'cluster' },
	{ name: 'wait', kind: 'switch', describe: 'follow the head until clients can join' },
	{
		name: 'renew',
		kind: 'optional',
		values: RENEWALS,
		describe: 'submit a successor in time: it starts before this head ends (--renew), or --renew=after',
	},
	{ name: 'dry-run', kind: 'switch', describe: 'show the script and the command, and submit nothing' },
	{ name: 'parsable', kind: 'switch', describe: 'print the job id alone' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	{ name: 'workers', kind: 'text', describe: 'submit this many workers with the head' },
	{ name: 'worker-cpus', kind: 'text', describe: 'CPUs of each worker' },
	{ name: 'worker-gpus', kind: 'text', describe: 'GPUs of each worker' },
	{ name: 'worker-object-store', kind: 'text', describe: 'object store of each worker in GB' },
	...settingOptions(),
];

/** Settings of a head's life, which a client has none of. */
const HEAD_ONLY = new Set(['dashboard-host', 'idle-window', 'idle-after', 'idle-check', 'grace', 'on-end']);

export const CLIENT_OPTIONS: readonly OwnOption[] = [
	{
		name: 'script',
		kind: 'text',
		describe: 'the script, whatever its name ends in; all words after it are its own',
		values: 'file',
	},
	{ name: 'wait', kind: 'switch', describe: "wait for the end, and return the script's code" },
	{ name: 'follow', kind: 'switch', describe: 'show the output while waiting; ctrl-C detaches, the job goes on' },
	{ name: 'token-file', kind: 'text', describe: 'the token of a cluster named by IP:PORT', values: 'file' },
	{
		name: 'rejoin',
		kind: 'optional',
		describe: 'when its head ends, wait for the next one (30m, or --rejoin=2h) and run the script again there',
	},
	{
		name: 'client-signal',
		kind: 'text',
		describe: 'what tells the script to end: USR1, INT or TERM',
		values: ['USR1', 'INT', 'TERM'],
	},
	{ name: 'dry-run', kind: 'switch', describe: 'show the script and the command, and submit nothing' },
	{ name: 'parsable', kind: 'switch', describe: 'print the job id alone' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions().filter(({ name }) => !HEAD_ONLY.has(name)),
];
