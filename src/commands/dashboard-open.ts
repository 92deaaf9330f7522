// dashboard --open: a tunnel from here, kept up until the head ends or the person stops it.
import { partsOf } from '../core/address.ts';
import { type DashboardWays, isLoopback, isSameHost } from '../core/dashboard-ways.ts';
import { bashWords } from '../core/quote.ts';
import { READ } from '../core/setting-readers.ts';
import { tunnelWords } from '../core/tunnel.ts';
import { keepTunnel } from '../flows/keep-tunnel.ts';
import { headNodeOf, sayLogin } from './dashboard.ts';
import { say, steps } from './progress.ts';
import { folderOf } from './project.ts';
import type { Reached } from './reached.ts';
import type { Shell } from './shell.ts';

export async function openDashboard(shell: Shell, reached: Reached, ways: DashboardWays): Promise<number> {
	const { world, cluster, found, own, project } = reached;
	const tell = (url: string) => {
		const facts = { head: cluster.headJob, url, tokenFile: cluster.tokenPath };
		shell.out(own['json'] ? `${JSON.stringify({ schemaVersion: 1, ...facts })}\n` : `${url}\n`);
		sayLogin(shell, cluster.tokenPath);
	};
	if (ways.urlHere !== undefined) {
		say(shell, 'No tunnel is needed from here');
		tell(ways.urlHere);
		if (own['browser'] && !own['dry-run']) await browse(shell, ways.urlHere);
		return 0;
	}
	const { host, port } = partsOf(cluster.dashboard ?? '');
	const tunnels = await shell.tunnels();
	const localPort = await tunnels.freePort(port);
	const node = headNodeOf(reached);
	const login = READ['login-host'](project.settings);
	const ends = {
		localPort,
		remoteHost: isLoopback(host) ? '127.0.0.1' : host,
		remotePort: port,
		node,
		// Where this host is itself the login node, the way needs no host between.
		over:
			login !== undefined && world.scheduler.insideCommand === undefined && !isSameHost(login, node)
				? login
				: undefined,
	};
	if (own['dry-run']) {
		const command = tunnelWords(ends);
		shell.out(own['json'] ? `${JSON.stringify({ schemaVersion: 1, command })}\n` : `${bashWords(command)}\n`);
		return 0;
	}
	const url = `http://127.0.0.1:${localPort}`;
	const began = world.clock.monotonicMs();
	const step = steps(shell, () => world.clock.monotonicMs() - began);
	const stopping = shell.onStop();
	let times = 0;
	const over = await keepTunnel(
		world,
		{ tunnels, ends, layout: found.layout, info: cluster.info },
		{
			up: () => {
				times += 1;
				step.done(times === 1 ? `tunnel to ${node}` : `tunnel to ${node} again`);
				if (times > 1) return;
				tell(url);
				if (localPort !== port) say(shell, `Note: port ${port} is taken here, so it is ${localPort}`);
				say(shell, 'It is kept up until the head ends; ctrl-C closes it');
				if (own['browser']) void browse(shell, url);
			},
			down: (why) => step.note(`tunnel lost (${why}); trying again`),
		},
		() => stopping.heard() !== undefined,
	);
	if (over === undefined) {
		say(shell, 'Tunnel closed');
		return stopping.heard() ?? 130;
	}
	say(shell, `Tunnel closed: ${over}`);
	return 0;
}

/** Only where there is a display to show it on. */
async function browse(shell: Shell, url: string): Promise<void> {
	const { environment } = shell;
	const folder = folderOf('xdg-open', environment);
	if (folder === undefined || !(environment['DISPLAY'] || environment['WAYLAND_DISPLAY'])) {
		say(shell, 'Note: there is no display, or no xdg-open, here: open the address yourself');
		return;
	}
	// It may become the browser itself, which is the person's and not ours to end.
	const { execa } = await import('execa');
	const opened = execa(`${folder}/xdg-open`, [url], { stdio: 'ignore', detached: true, cleanup: false });
	opened.unref();
	opened.catch((error: Error) => say(shell, `Note: ${error.message}: open the address yourself`));
}
