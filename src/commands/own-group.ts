// Is a group nobody's but mine? Asked at once, for what is read before anything else is loaded; the rule is core's.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isPrivateGroup, isPrivateIn } from '../core/own-ground.ts';

const LOOK_UP_MS = 3_000;
const known = new Map<number, boolean>();

/** Where it cannot be told, it is not. */
export function isMyGroup(gid: number): boolean {
	const answer = known.get(gid) ?? lookUp(gid);
	known.set(gid, answer);
	return answer;
}

function lookUp(gid: number): boolean {
	try {
		const { username } = userInfo();
		const there = isPrivateIn(readFileSync('/etc/group', 'utf8'), gid, username);
		if (there !== undefined) return there;
		const answer = execFileSync('getent', ['group', String(gid)], {
			encoding: 'utf8',
			timeout: LOOK_UP_MS,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		return isPrivateGroup(answer, username);
	} catch {
		return false;
	}
}
