// dashboard --open: a tunnel from here, kept up until the head ends or the person stops it.
import { spawn } from 'node:child_process';
import { partsOf } from '../core/address.ts';
import { type DashboardWays, isLoopback, isSameHost } from '../core/dashboard-ways.ts';
import { keepTunnel } from '../flows/keep-tunnel.ts';
import { headNodeOf, sayLogin } from './dashboard.ts';
import { say, steps } from './progress.ts';
import { folderOf } from './project.ts';
import type { Reached } from './reached.ts';
import { loginHostOf } from './seat.ts';
import type { Shell } from './shell.ts';

export async function openDashboard(shell: Shell, reached: Reached, ways: DashboardWays): Promise<number> {
	const { world, cluster, found, own, project } = reached;
	if (ways.urlHere !== undefined) {
		shell.out(`${ways.urlHere}\n`);
		say(shell, 'No tunnel is needed from here');
		sayLogin(shell, cluster.tokenPath);
		if (own['browser']) browse(shell, ways.urlHere);
		return 0;
	}
	const { host, port } = partsOf(cluster.dashboard ?? '');
	const tunnels = await shell.tunnels();
	const localPort = await tunnels.freePort(port);
	const node = headNodeOf(reached);
	const login = loginHostOf(project.settings);
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
				shell.out(`${url}\n`);
				sayLogin(shell, cluster.tokenPath);
				if (localPort !== port) say(shell, `Note: port ${port} is taken here, so it is ${localPort}`);
				say(shell, 'It is kept up until the head ends; ctrl-C closes it');
				if (own['browser']) browse(shell, url);
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
function browse(shell: Shell, url: string): void {
	const { environment } = shell;
	const folder = folderOf('xdg-open', environment);
	if (folder === undefined || !(environment['DISPLAY'] || environment['WAYLAND_DISPLAY'])) {
		say(shell, 'Note: there is no display, or no xdg-open, here: open the address yourself');
		return;
	}
	// It may become the browser itself, which is the person's and not ours to end.
	spawn(`${folder}/xdg-open`, [url], { stdio: 'ignore', detached: true })
		.on('error', (error) => say(shell, `Note: ${error.message}: open the address yourself`))
		.unref();
}
