// rayslurm env
import { partsOf } from '../core/address.ts';
import { withoutCluster } from '../core/cluster-variables.ts';
import { isLoopback } from '../core/dashboard-ways.ts';
import { type Changes, checkShell, evalLine, type ShellKind, shellCalled, shellLines } from '../core/shell-lines.ts';
import type { HelpPage, OwnOption, OwnValues } from './own-options.ts';
import { readTyped } from './own-words.ts';
import { say } from './progress.ts';
import { isHeadsMachine, type Reached, reach, TARGET_OPTIONS, urlOnHead, variablesFor } from './reached.ts';
import type { Command, Shell } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'shell', kind: 'text', describe: 'bash, zsh, fish, tcsh or sh; the one you type in, unless given' },
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
	const dashboard = await dashboardFromHere(shell, reached);
	const { changes } = variablesFor(shell, reached, dashboard.url);
	const { address, headJob, info } = reached.cluster;
	print(shell, own, kind, changes, { address, head: headJob, node: info?.headNode });
	if (dashboard.note !== undefined && !own['json']) say(shell, `Note: ${dashboard.note}`);
	if (shell.stdoutIsTerminal && !own['json']) {
		say(shell, `To use it, type: ${evalLine(kind, `rayslurm env ${reached.target}`)}`);
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

/** `ray job submit` sends the token there: it must not be a stranger who listens. */
async function dashboardFromHere(
	shell: Shell,
	reached: Reached,
): Promise<{ readonly url: string | undefined; readonly note?: string | undefined }> {
	const { cluster, world, target } = reached;
	const url = urlOnHead(cluster.dashboard);
	const there = cluster.info?.headNode ?? partsOf(cluster.address).host;
	if (await isHeadsMachine(reached)) return { url };
	const elsewhere = `ray.init and notebooks need a node of the cluster: rayslurm exec ${target} -- COMMAND`;
	if (url === undefined || cluster.dashboard === undefined) return { url };
	const { host, port } = partsOf(cluster.dashboard);
	if (!isLoopback(host) || (await world.node.ownListeningPorts()).has(port)) return { url, note: elsewhere };
	if ((await (await shell.tunnels()).freePort(port)) === port) {
		return {
			url,
			note: `the dashboard listens on ${there} alone; ray job submit, ray.init and notebooks run there: rayslurm exec ${target} -- COMMAND, or keep a tunnel for ray job submit: rayslurm dashboard ${target} --open`,
		};
	}
	return {
		url: `http://${there}:${port}`,
		note: `port ${port} of this machine is somebody else's, so ray job submit works only there: rayslurm exec ${target} -- ray job submit …`,
	};
}
