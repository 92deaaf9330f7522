// Which file system a path is on, from /proc/self/mountinfo.

export interface Mount {
	readonly type: string;
	readonly point: string;
	readonly options: readonly string[];
}

const NETWORK =
	/^(nfs4?|lustre|gpfs|mmfs|beegfs|ceph|fuse\.(ceph|sshfs|glusterfs|quobyte|juicefs)|glusterfs|cifs|smb3|afs|9p|virtiofs|wekafs|panfs|pvfs2|orangefs)$/;

export function mountOf(mountinfo: string, path: string): Mount | undefined {
	let found: Mount | undefined;
	for (const line of mountinfo.split('\n')) {
		const mount = readLine(line);
		if (mount === undefined || !isBelow(path, mount.point)) continue;
		// Of two at one place the later lies on top.
		if (found === undefined || mount.point.length >= found.point.length) found = mount;
	}
	return found;
}

export function isOnNetwork({ type }: Mount): boolean {
	return NETWORK.test(type);
}

/** ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS…] - TYPE SOURCE OPTIONS */
function readLine(line: string): Mount | undefined {
	const [before = '', after] = line.split(' - ');
	const [, , , , point, options = ''] = before.split(' ');
	const [type, , more = ''] = after?.split(' ') ?? [];
	if (point === undefined || type === undefined) return undefined;
	return { type, point: plain(point), options: [...options.split(','), ...more.split(',')] };
}

/** Spaces and the like stand there as \040. */
function plain(text: string): string {
	return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

function isBelow(path: string, point: string): boolean {
	return point === '/' || path === point || path.startsWith(`${point}/`);
}
