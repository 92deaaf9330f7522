// The machine this process runs on: what the job gives it, its addresses, its ports.
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, hostname, networkInterfaces, totalmem, userInfo } from 'node:os';
import { ADDRESS_OF_LOCAL_JOBS, chooseAddress } from '../core/address.ts';
import { readJobSurroundings } from '../core/job-surroundings.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobSurroundings, ThisNode } from '../core/world.ts';
import { run } from './run.ts';

export function thisNode(): ThisNode {
	const hostName = process.env['SLURMD_NODENAME'] ?? hostname();
	return {
		hostName,
		job: readJob,
		address: async ({ interface: wished, peer }) =>
			(wished === undefined && isOfLocalJob() ? ADDRESS_OF_LOCAL_JOBS : undefined) ??
			(wished === undefined && peer !== undefined ? await addressTowards(peer) : undefined) ??
			chooseAddress(outsideAddresses(), await resolved(hostName), wished),
		claimPorts: async (request) => (await import('./node-ports.ts')).claimPlan(request),
		listeningPorts: async () => (await import('./node-ports.ts')).listeningPorts(),
		ping,
		serveSigns: async (address, urls) => (await import('./serve-signs.ts')).serveSigns(address, urls),
		memory: async () => ({
			thresholdGiven: process.env['RAY_memory_usage_threshold'] !== undefined,
			totalBytes: totalmem(),
			availableBytes: await availableMemory(),
			limitBytes: await controlGroupLimit(),
		}),
		room,
		makeNest: async (owner) => (await import('./nest.ts')).makeNest((await readJob()).jobId, owner),
	};
}

function isOfLocalJob(): boolean {
	return process.env['RAYSLURM_LOCAL_JOB'] !== undefined;
}

async function readJob(): Promise<JobSurroundings> {
	const { username, uid } = userInfo();
	const memoryLimitBytes = await controlGroupLimit();
	const machine = { cpus: availableParallelism(), memoryBytes: totalmem(), memoryLimitBytes, userName: username, uid };
	const job = readJobSurroundings(process.env, machine);
	if (job) return job;
	throw new Trouble('usage', 'This command runs inside a job, and there is no SLURM_JOB_ID here', {
		hint: 'rayslurm head submit starts it',
	});
}

async function availableMemory(): Promise<number> {
	const text = await readFile('/proc/meminfo', 'utf8');
	return Number(/^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

/** Version 2 shows it where the process stands, version 1 below `memory`. No limit reads as `max` or a huge number. */
export async function controlGroupLimit(): Promise<number | undefined> {
	const groups = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
	const paths = groups.split('\n').flatMap((line) => {
		const [, controllers, path = ''] = line.split(':');
		if (controllers === '') return [`/sys/fs/cgroup${path}/memory.max`];
		return controllers === 'memory' ? [`/sys/fs/cgroup/memory${path}/memory.limit_in_bytes`] : [];
	});
	const limits = await Promise.all(paths.map(async (path) => Number(await readFile(path, 'utf8').catch(() => 'max'))));
	return limits.find((limit) => limit > 0);
}

function outsideAddresses() {
	return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
		(addresses ?? [])
			.filter((each) => each.family === 'IPv4' && !each.internal)
			.map((each) => ({ interface: name, address: each.address })),
	);
}

async function resolved(name: string): Promise<readonly string[]> {
	try {
		return (await lookup(name, { all: true, family: 4 })).map((each) => each.address);
	} catch {
		return [];
	}
}

/** The kernel's own choice: connecting a datagram socket sends nothing and binds the address it would send from. */
async function addressTowards(peer: string): Promise<string | undefined> {
	const socket = createSocket('udp4');
	try {
		await new Promise<void>((resolve, reject) => {
			socket.once('error', reject);
			socket.connect(9, peer, resolve);
		});
		const { address } = socket.address();
		return address.startsWith('127.') ? undefined : address;
	} catch {
		return undefined;
	} finally {
		socket.close();
	}
}

async function ping(host: string): Promise<boolean | undefined> {
	const outcome = await run(['ping', '-c', '1', '-W', '2', host], { timeoutMs: 5_000 });
	// 1 says that nothing came back; any other failure that it could not be tried here.
	return outcome.code === 0 ? true : outcome.code === 1 && !outcome.missing && !outcome.timedOut ? false : undefined;
}

async function room(folder: string): Promise<number | undefined> {
	try {
		const { bavail, bsize } = await statfs(folder);
		return bavail * bsize;
	} catch {
		return undefined;
	}
}
