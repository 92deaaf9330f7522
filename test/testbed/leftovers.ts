// After a run: everything it started must be gone, and everything it wrote is taken away.
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { bedFolder, USERS, type User, workspacesOf } from './places.ts';
import { HOST, type Process, processesOf } from './processes.ts';
import { until } from './until.ts';

const nameOf = ({ hostPid, born }: Process) => `${hostPid} ${born}`;

/** What alice and bob run on the nodes and on the host. Where one of them is somebody's own account, made by others than
 *  the bed, only those of the host that speak of the bed's folder are the tests'. */
export async function processesOfTests(): Promise<Process[]> {
	const found = await Promise.all(
		USERS.map(async (user) => {
			const [processes, home] = await Promise.all([processesOf(user), homeOf(user)]);
			const ours = await Promise.all(processes.map((one) => one.place !== HOST || isOfBed(home) || speaksOfBed(one)));
			return processes.filter((_, index) => ours[index]);
		}),
	);
	return found.flat();
}

/** Processes that were not there before and do not end by themselves. A head that was cancelled needs a few seconds. */
export async function leftProcesses(before: readonly Process[]): Promise<Process[]> {
	const known = new Set(before.map(nameOf));
	let left: Process[] = [];
	const look = async () => {
		left = (await processesOfTests()).filter((process) => !known.has(nameOf(process)));
		return left.length === 0;
	};
	await until('no process is left', look, { timeoutMs: 30_000, everyMs: 250 }).catch(() => {});
	return left;
}

/** Ends what a run that died left on the host; what it left on the nodes ends with them. */
export async function endStrays(): Promise<void> {
	endProcesses((await processesOfTests()).filter(({ place }) => place === HOST));
}

export function endProcesses(processes: readonly Process[]): void {
	for (const { hostPid } of processes) {
		try {
			process.kill(hostPid, 'SIGKILL');
		} catch {
			// It has ended by itself.
		}
	}
}

/** A home that the bed made is emptied. In any other only what rayslurm keeps there is removed. */
export async function clearHomes(): Promise<void> {
	for (const user of USERS) {
		await rm(workspacesOf(user), { recursive: true, force: true });
		const home = await homeOf(user);
		const entries = isOfBed(home) ? await readdir(home) : ['.local/state/rayslurm', '.config/rayslurm'];
		const ours = entries.filter((entry) => !/^\.(ssh|profile|bash_?\w*)$/.test(entry));
		await Promise.all(ours.map((entry) => rm(join(home, entry), { recursive: true, force: true })));
	}
}

const isOfBed = (path: string) => path.startsWith(`${bedFolder}/`);

/** Nothing when there is no such user yet. */
async function homeOf(user: User): Promise<string> {
	const { stdout } = await execa('getent', ['passwd', user], { reject: false });
	return stdout.split(':')[5] ?? '';
}

async function speaksOfBed({ hostPid }: Process): Promise<boolean> {
	const words = ['cmdline', 'environ'].map((file) => readFile(`/proc/${hostPid}/${file}`, 'latin1'));
	const texts = await Promise.all([...words, readlink(`/proc/${hostPid}/cwd`)]).catch(() => []);
	return texts.some((text) => text.includes(bedFolder));
}
