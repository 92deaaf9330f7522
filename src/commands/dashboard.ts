// rayslurm dashboard
import { partsOf } from '../core/address.ts';
import { type DashboardWays, dashboardWays, sshLine } from '../core/dashboard-ways.ts';
import { READ } from '../core/setting-readers.ts';
import { Trouble } from '../core/trouble.ts';
import { listenerHere, noDashboard } from './dashboard-address.ts';
import { openDashboard } from './dashboard-open.ts';
import { type HelpPage, type OwnOption, settingOptions } from './own-options.ts';
import { goesWith, readTyped } from './own-words.ts';
import { say } from './progress.ts';
import { isHeadsMachine, type Reached, reach, TARGET_OPTIONS, typedAgain } from './reached.ts';
import { isComputeNode, submitHostOf } from './seat.ts';
import type { Command, Shell } from './shell.ts';

const OPTIONS: readonly OwnOption[] = [
	{ name: 'open', kind: 'switch', describe: 'keep a tunnel up from here, until the head ends or you press ctrl-C' },
	{ name: 'browser', kind: 'switch', describe: 'with --open: show it in a browser here, too' },
	{ name: 'dry-run', kind: 'switch', describe: 'with --open: show the command line, and run nothing' },
	{ name: 'json', kind: 'switch', describe: 'print facts as JSON' },
	...settingOptions(['login-host']),
	...TARGET_OPTIONS,
];

export const page: HelpPage = {
	usage: 'rayslurm dashboard TARGET [OPTIONS]',
	about: "How to get to a head's dashboard from where you sit: the exact line for ssh, the address, and how to log in.",
	options: OPTIONS,
	examples: [
		['$0 dashboard 12345', 'the line to type on your own machine'],
		['$0 dashboard latest --open', 'a tunnel from here, kept up'],
		['$0 dashboard tuning --login-host me@login.example.org', 'as your own machine calls the login node'],
	],
	footer: 'login-host can stand in ~/.config/rayslurm/rayslurm.yaml.',
};

export const command: Command = async (shell) => {
	const typed = await readTyped(shell, shell.words, page, 1);
	if (typed === undefined) return 0;
	for (const name of ['browser', 'dry-run']) goesWith(typed.own, name, 'open');
	const reached = await reach(shell, typed, 'dashboard', () => true);
	const { cluster, own, project } = reached;
	if (cluster.dashboard === undefined) throw noDashboard(cluster);
	const onThisMachine = await isHeadsMachine(reached);
	const listener = await listenerHere(reached);
	if (onThisMachine && listener === 'stranger' && cluster.tokenPath !== undefined) throw strangersPage(reached);
	const loginHost = READ['login-host'](project.settings);
	const submitHost = submitHostOf(shell);
	const ways = dashboardWays({
		dashboard: cluster.dashboard,
		headNode: headNodeOf(reached),
		hostName: reached.world.node.hostName,
		// A node of Slurm's is not where a person's browser is, even if they sit there for the moment.
		onThisMachine: onThisMachine && (reached.world.scheduler.onThisMachine || cluster.info === undefined),
		loginHost,
		submitHost,
		onComputeNode: (loginHost ?? submitHost) === undefined && (await isComputeNode(reached.world)),
		...(listener === 'nobody' || listener === 'elsewhere'
			? {}
			: { localPortHere: await freeFor(shell, cluster.dashboard) }),
	});
	if (own['open']) return openDashboard(shell, reached, ways);
	print(shell, reached, ways);
	return 0;
};

function print(shell: Shell, reached: Reached, ways: DashboardWays): void {
	const { own, cluster, world } = reached;
	const { fromYourMachine, fromHere, url, urlThrough, urlHere, lacksLogin } = ways;
	if (own['json']) {
		const facts = {
			head: cluster.headJob,
			url,
			urlHere,
			ssh: fromYourMachine && sshLine(fromYourMachine),
			sshHere: fromHere && sshLine(fromHere),
			urlOverSshHere: urlThrough,
			tokenFile: cluster.tokenPath,
		};
		shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts })}\n`);
		return;
	}
	if (fromYourMachine !== undefined) shell.out(`On your own machine: ${sshLine(fromYourMachine)}\n`);
	if (fromHere !== undefined) shell.out(`For a browser here:  ${sshLine(fromHere)}\n`);
	if (urlThrough !== undefined && urlThrough !== url) shell.out(`Then open here:      ${urlThrough}\n`);
	if (fromYourMachine !== undefined && urlHere !== undefined) shell.out(`In a browser here:   ${urlHere}\n`);
	shell.out(fromYourMachine === undefined ? `Dashboard: ${url}\n` : `Then open:           ${url}\n`);
	if (cluster.silent !== undefined)
		say(shell, `Note: the head runs, and does not answer from here (${cluster.silent})`);
	if (lacksLogin) {
		const node = headNodeOf(reached);
		say(shell, `Where your machine gets to ${node} over a login node alone, name that: --login-host LOGIN_NODE`);
	}
	sayLogin(shell, cluster.tokenPath);
	if (fromHere !== undefined) {
		say(
			shell,
			`Kept up from ${world.node.hostName}: rayslurm dashboard ${cluster.headJob ?? typedAgain(reached)} --open`,
		);
	}
}

/** The token itself is never shown: who may read the file can. */
export function sayLogin(shell: Shell, tokenPath: string | undefined): void {
	if (tokenPath === undefined) return;
	say(shell, `The page asks for a token: paste what is in this file, which only you can read: ${tokenPath}`);
}

async function freeFor(shell: Shell, dashboard: string): Promise<number> {
	return (await shell.tunnels()).freePort(partsOf(dashboard).port);
}

/** Its page would ask for the token, as the dashboard's does. */
function strangersPage(reached: Reached): Trouble {
	const { port } = partsOf(reached.cluster.dashboard ?? '');
	return new Trouble('failed', `Somebody else listens on port ${port} of this machine, which is the dashboard's`, {
		hint: `do not paste your token there; a head with another port offset has another: rayslurm head submit --port-offset=N`,
	});
}

export function headNodeOf({ cluster }: Reached): string {
	return cluster.info?.headNode ?? partsOf(cluster.address).host;
}
