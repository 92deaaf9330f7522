// rayslurm env
import { withoutCluster } from '../core/cluster-variables.ts';
import { type Changes, checkShell, evalLine, type ShellKind, shellCalled, shellLines } from '../core/shell-lines.ts';
import { dashboardFromHere } from './dashboard-address.ts';
import type { HelpPage, OwnOption, OwnValues } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { say } from './progress.ts';
import { reach, TARGET_OPTIONS, typedAgain, variablesFor } from './reached.ts';
import type { Command, Shell } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{
		name: 'shell',
		kind: 'text',
		describe: 'bash, zsh, fish, tcsh or sh; the one you type in, unless given',
		values: ['bash', 'zsh', 'fish', 'tcsh', 'sh'],
	},
	{ name: 'unset', kind: 'switch', describe: 'lines that take it back' },
	{ name: 'json', kind: 'switch', describe: 'print the variables as JSON' },
	...TARGET_OPTIONS,
];

export const page: HelpPage = {
	usage: 'rayslurm env TARGET [OPTIONS]',
	about:
		'Prints lines for your shell by which Ray\'s own tools find a cluster, with its authentication: ray status, ray job submit, ray.init(address="auto"). The token is never among them: its file is.',
	options: OPTIONS,
	examples: [
		['eval "$($0 env 12345)"; ray status', 'bash and zsh'],
		['$0 env latest --shell fish | source', 'fish; tcsh: eval "`rayslurm env latest`"'],
		['eval "$($0 env --unset)"', 'takes it back'],
		['$0 env 10.0.0.1:6379 --token-file FILE', 'a cluster that rayslurm did not start'],
	],
	footer: "ray.init and notebooks need a node of the cluster: rayslurm exec TARGET -- COMMAND runs them on the head's.",
};

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 1);
	if (typed === undefined) return 0;
	const { own } = typed;
	const kind = typeof own['shell'] === 'string' ? checkShell(own['shell']) : shellOf(shell);
	if (own['unset']) {
		print(shell, own, kind, withoutCluster(shell.environment), {});
		return 0;
	}
	const reached = await reach(shell, typed, 'env');
	const dashboard = await dashboardFromHere(reached, { mayFollow: true });
	const { changes } = variablesFor(shell, reached, dashboard.url);
	const { address, headJob, info } = reached.cluster;
	print(shell, own, kind, changes, { address, head: headJob, node: info?.headNode });
	if (dashboard.note !== undefined && (!own['json'] || dashboard.stranger)) say(shell, `Note: ${dashboard.note}`);
	if (shell.stdoutIsTerminal && !own['json']) {
		say(shell, `To use it, type: ${evalLine(kind, `rayslurm env ${typedAgain(reached)}`)}`);
	}
	return 0;
};

function print(shell: Shell, own: OwnValues, kind: ShellKind, changes: Changes, facts: object): void {
	if (!own['json']) {
		shell.out(shellLines(kind, changes));
		return;
	}
	const variables = Object.fromEntries([...changes].filter(([, value]) => value !== undefined));
	const unset = [...changes].filter(([, value]) => value === undefined).map(([name]) => name);
	shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts, variables, unset })}\n`);
}

/** The shell above us, for it is the one that reads the lines; else that of the login. */
function shellOf(shell: Shell): ShellKind {
	for (const program of shell.parents()) {
		const kind = shellCalled(program);
		if (kind !== undefined) return kind;
	}
	return shellCalled(shell.environment['SHELL'] ?? '') ?? 'bash';
}
