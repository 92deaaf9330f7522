// Processes as /proc shows them. A pid alone is no name: together with its start time it is.
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { ProcessTable } from '../core/holder.ts';
import type { OwnProcess } from '../core/world.ts';

export function thisProcessTable(): ProcessTable {
	return {
		host: hostname(),
		bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
		pidSpace: readlinkSync('/proc/self/ns/pid'),
	};
}

export interface ProcessStat {
	readonly pid: number;
	readonly command: string;
	readonly state: string;
	readonly parent: number;
	readonly session: number;
	readonly startTime: string;
}

export function parseStat(text: string): ProcessStat | undefined {
	// The command stands in parentheses and may hold anything, parentheses and newlines too.
	const open = text.indexOf('(');
	const close = text.lastIndexOf(')');
	if (open < 0 || close < open) return undefined;
	const fields = text.slice(close + 2).split(' ');
	const [state, parent, , session] = fields;
	const startTime = fields[19];
	if (state === undefined || startTime === undefined) return undefined;
	return {
		pid: Number.parseInt(text, 10),
		command: text.slice(open + 1, close),
		state,
		parent: Number(parent),
		session: Number(session),
		startTime,
	};
}

export async function processesInSessions(sessions: ReadonlySet<number>): Promise<readonly ProcessStat[]> {
	const entries = await readdir('/proc');
	const stats = await Promise.all(entries.filter((entry) => /^\d+$/.test(entry)).map(readStat));
	return stats.filter((stat) => stat !== undefined).filter((stat) => stat.state !== 'Z' && sessions.has(stat.session));
}

async function readStat(pid: string): Promise<ProcessStat | undefined> {
	try {
		return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return undefined; // It ended while we looked.
	}
}

/** undefined where no such process runs; one that has ended and is only not yet collected does not run. */
export function startTimeOf(pid: number): string | undefined {
	try {
		const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
		return stat?.state === 'Z' ? undefined : stat?.startTime;
	} catch {
		return undefined;
	}
}

export function ownProcess(stat: ProcessStat): OwnProcess {
	return {
		pid: stat.pid,
		startTime: stat.startTime,
		alive: () => startTimeOf(stat.pid) === stat.startTime,
	};
}
