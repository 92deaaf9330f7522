// The limits of this process, which are those of what it would start, and how much of them this user takes already.
import { readdir, readFile, stat } from 'node:fs/promises';
import type { LimitEvidence } from '../../core/doctor/evidence.ts';
import { parseLimits } from '../../core/doctor/proc-limits.ts';

export async function lookAtLimits(): Promise<LimitEvidence> {
	const [limits, threads, mostPids] = await Promise.all([
		readFile('/proc/self/limits', 'utf8'),
		ownThreads(),
		controlGroupPids(),
	]);
	return { limits: parseLimits(limits), threads, mostPids };
}

async function ownThreads(): Promise<number> {
	const uid = process.geteuid?.();
	const counts = (await readdir('/proc'))
		.filter((name) => /^\d+$/.test(name))
		.map(async (pid) => {
			try {
				if ((await stat(`/proc/${pid}`)).uid !== uid) return 0;
				return Number(/^Threads:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
			} catch {
				return 0; // It ended while we looked.
			}
		});
	return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** The tightest of ours and of those above it, in version 2. */
async function controlGroupPids(): Promise<number | undefined> {
	const groups = await readFile('/proc/self/cgroup', 'utf8').catch(() => '');
	const parts = /^0::(\/.*)$/m.exec(groups)?.[1]?.split('/').filter(Boolean) ?? [];
	const paths = parts.map((_, index) => `/sys/fs/cgroup/${parts.slice(0, index + 1).join('/')}/pids.max`);
	const found = await Promise.all(paths.map(async (path) => Number(await readFile(path, 'utf8').catch(() => 'max'))));
	const limits = found.filter((limit) => limit > 0);
	return limits.length === 0 ? undefined : Math.min(...limits);
}
