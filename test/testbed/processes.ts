// Who runs what where. All nodes are namespaces of this machine, so its own process table shows every process of every
// node, whatever state the node is in.
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { bedFolder } from './places.ts';

/** The place of processes that run on no node: where users type, the login node so to speak. */
export const HOST = 'host';

export interface Process {
	place: string;
	/** As seen on its node; hostPid is the same process as this machine sees it. */
	pid: number;
	hostPid: number;
	/** With the pid it names one process for ever, until the next boot. In clock ticks. */
	born: number;
	command: string;
}

/** The processes of a user on one node, on HOST, or, without a place, anywhere. Dead ones nobody has reaped do not count. */
export async function processesOf(user: string, place?: string): Promise<Process[]> {
	const { stdout: uid, failed } = await execa('id', ['--user', user], { reject: false });
	if (failed) return []; // Nobody of that name has ever been here.
	const places = await placesByNamespace();
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const found = await Promise.all(pids.map((pid) => inspect(Number(pid), uid, places)));
	return found.filter((process) => process !== undefined).filter((process) => !place || process.place === place);
}

async function inspect(hostPid: number, uid: string, places: Map<string, string>): Promise<Process | undefined> {
	try {
		const status = await readFile(`/proc/${hostPid}/status`, 'utf8');
		if (/^Uid:\s+(\d+)/m.exec(status)?.[1] !== uid || /^State:\s+[ZX]/m.test(status)) return undefined;
		const command = (await readFile(`/proc/${hostPid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
		return {
			place: places.get(await readlink(`/proc/${hostPid}/ns/pid`)) ?? HOST,
			pid: Number(/^NSpid:.*?(\d+)$/m.exec(status)?.[1]),
			hostPid,
			born: await birthOf(hostPid),
			command: command || `[${/^Name:\s+(.*)$/m.exec(status)?.[1]}]`,
		};
	} catch {
		return undefined; // It ended while we looked.
	}
}

export async function birthOf(pid: number): Promise<number> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
	return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
}

async function placesByNamespace(): Promise<Map<string, string>> {
	const folder = join(bedFolder, 'nodes');
	const nodes = await readdir(folder).catch(() => []);
	const entries = nodes.map(async (node) => {
		const init = await readFile(join(folder, node, 'init.pid'), 'utf8').catch(() => '');
		return [await readlink(`/proc/${init.trim()}/ns/pid`).catch(() => `${node} is switched off`), node] as const;
	});
	return new Map(await Promise.all(entries));
}
