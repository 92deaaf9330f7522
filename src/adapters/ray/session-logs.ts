// Ray's session logs on this machine. The well-known names in /tmp may be anybody's: only a link of mine into a private
// folder of mine is followed, and below that nothing but plain files of mine is seen.
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, readlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type KeptLogs, type KeptPart, type LogFile, partsToKeep, type RayLogs } from '../../core/ray-logs.ts';
import { ensurePrivateFolder, isPrivateFolder } from '../files.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Of all logs of one node together. */
const MOST_BYTES = 200_000_000;
/** A job that ends is in a hurry: Slurm's KILL comes 30 s after its TERM, and a guard has 20 s. */
const TIME_LIMIT_MS = 10_000;
const DEEPEST = 4;
const MOST_FILES = 20_000;
const PIECE_BYTES = 1 << 20;

export const sessionLogs: RayLogs = {
	async ofJob(job) {
		for (const role of ['head', 'client']) {
			const link = `/tmp/ray_${role}_${job}`;
			const stat = await lstat(link).catch(() => undefined);
			if (!stat?.isSymbolicLink() || !isMine(stat)) continue;
			const target = await readlink(link).catch(() => '');
			// Behind a folder of mine that nobody else can enter, nobody else can have planted anything.
			if (!target.startsWith('/') || !(await isPrivateFolder(dirname(target)))) continue;
			const logs = await ofRay(target);
			if (logs !== undefined) return logs;
		}
		return undefined;
	},
	list,
	async keep(rayFolder, to, node) {
		const from = await ofRay(rayFolder);
		return from === undefined ? undefined : keep(from, to, node);
	},
};

async function ofRay(folder: string): Promise<string | undefined> {
	const session = await readlink(join(folder, 'session_latest')).catch(() => undefined);
	// A session is a folder beside the link, whatever the link says of the way there.
	const logs = session === undefined ? undefined : join(folder, basename(session), 'logs');
	for (const path of logs === undefined ? [] : [folder, dirname(logs), logs]) {
		const stat = await lstat(path).catch(() => undefined);
		if (!stat?.isDirectory() || !isMine(stat)) return undefined;
	}
	return logs;
}

async function list(folder: string): Promise<readonly LogFile[]> {
	const found: LogFile[] = [];
	const look = async (below: string, depth: number): Promise<void> => {
		const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
		for (const entry of entries) {
			const name = join(below, entry.name);
			if (entry.isDirectory() && depth < DEEPEST) await look(name, depth + 1);
			if (!entry.isFile() || found.length >= MOST_FILES) continue;
			const stat = await lstat(join(folder, name)).catch(() => undefined);
			if (stat?.isFile() && isMine(stat)) found.push({ name, bytes: stat.size, changed: stat.mtime });
		}
	};
	await look('', 1);
	return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function keep(from: string, to: string, node: string): Promise<KeptLogs | undefined> {
	const files = (await list(from)).filter(({ bytes }) => bytes > 0);
	if (files.length === 0) return undefined;
	const until = performance.now() + TIME_LIMIT_MS;
	await ensurePrivateFolder(to);
	const held = await open(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	try {
		// From here on by the folder that is held: who may write above it can put a link in its place.
		const there = `/proc/self/fd/${held.fd}`;
		if (!(await isPrivateFolder(`${there}/.`))) throw new Error(`${to} is no longer what it was`);
		const name = await freshFolder(there, node);
		return { folder: join(to, name), ...(await copyAll(from, join(there, name), files, until)) };
	} finally {
		await held.close();
	}
}

async function copyAll(
	from: string,
	folder: string,
	files: readonly LogFile[],
	until: number,
): Promise<Omit<KeptLogs, 'folder'>> {
	const made = new Set(['.']);
	let bytes = 0;
	let count = 0;
	let cut = false;
	for (const part of partsToKeep(files, MOST_BYTES)) {
		if (performance.now() > until) {
			cut = true;
			break;
		}
		const below = dirname(part.name);
		if (!made.has(below)) await mkdir(join(folder, below), { recursive: true, mode: 0o700 });
		made.add(below);
		const copied = await copyPart(join(from, part.name), join(folder, part.name), part, until);
		bytes += copied;
		count += 1;
		cut ||= part.from > 0 || copied < part.bytes;
	}
	return { files: count, bytes, cut };
}

/** A job that was put back into the queue, or went on with another head, may have been on this node before. */
async function freshFolder(to: string, node: string): Promise<string> {
	for (let life = 1; ; life += 1) {
		const name = life === 1 ? node : `${node}.${life}`;
		try {
			await mkdir(join(to, name), { mode: 0o700 });
			return name;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || life > 1000) throw error;
		}
	}
}

async function copyPart(from: string, to: string, part: KeptPart, until: number): Promise<number> {
	const source = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => undefined);
	if (source === undefined) return 0; // Ray has taken it away meanwhile.
	let copied = 0;
	try {
		if (!(await source.stat()).isFile()) return 0;
		const target = await open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
		try {
			const buffer = Buffer.alloc(Math.min(PIECE_BYTES, Math.max(part.bytes, 1)));
			while (copied < part.bytes && performance.now() < until) {
				const length = Math.min(buffer.length, part.bytes - copied);
				const { bytesRead } = await source.read(buffer, 0, length, part.from + copied);
				if (bytesRead === 0) break;
				await target.writeFile(buffer.subarray(0, bytesRead));
				copied += bytesRead;
			}
		} finally {
			await target.close();
		}
	} finally {
		await source.close();
	}
	return copied;
}

function isMine(stat: Stats): boolean {
	return stat.uid === process.geteuid?.();
}
