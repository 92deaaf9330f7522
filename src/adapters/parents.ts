// The programs above a process, the nearest first, as far as the kernel tells. Nothing where there is no /proc.
import { readFileSync, readlinkSync } from 'node:fs';

const MOST = 6;

export function parentsOf(pid: number): readonly string[] {
	const programs: string[] = [];
	for (let at = pid; at > 1 && programs.length < MOST; ) {
		try {
			programs.push(readlinkSync(`/proc/${at}/exe`));
			const stat = readFileSync(`/proc/${at}/stat`, 'latin1');
			at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
		} catch {
			break; // Gone, or somebody else's.
		}
	}
	return programs;
}
