// What this node shows of Ray Serve: replicas of the cluster at an address, and the answer of a health address.
import { readdir, readFile } from 'node:fs/promises';
import type { ServeSigns } from '../core/serve.ts';
import { parseStat } from './processes.ts';

const HEALTH_LIMIT_MS = 3_000;

/** urls: the first that answers well counts; of several bad answers the first. */
export async function serveSigns(address: string, urls: readonly string[]): Promise<ServeSigns> {
	const [replicas, health] = await Promise.all([countReplicas(address), healthOf(urls)]);
	return { replicas, health };
}

/** Ray gives its actors their class for a title. Those of a neighbouring cluster have a raylet with another address. */
async function countReplicas(address: string): Promise<number> {
	const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const ours = await Promise.all(
		pids.map(async (pid) => {
			if (!(await commandOf(pid)).startsWith('ray::ServeReplica')) return false;
			const stat = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
			return (
				stat !== undefined &&
				(await commandOf(String(stat.parent))).split(/[\0 ]/).some((word) => word.endsWith(`=${address}`))
			);
		}),
	);
	return ours.filter(Boolean).length;
}

async function commandOf(pid: string): Promise<string> {
	return readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
}

async function healthOf(urls: readonly string[]): Promise<ServeSigns['health']> {
	const answers = await Promise.all(urls.map(ask));
	const good = answers.find((answer) => 'status' in answer && answer.status >= 200 && answer.status < 300);
	return good ?? answers.find((answer) => 'status' in answer) ?? answers[0] ?? { why: 'no address' };
}

async function ask(url: string): Promise<ServeSigns['health']> {
	try {
		const { status } = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(HEALTH_LIMIT_MS) });
		return { status };
	} catch (error) {
		const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
		return { why: cause?.code ?? cause?.message ?? message };
	}
}
