// Where Ray lives on a node: /tmp or TMPDIR for its sockets and logs, /dev/shm for its objects.
import { isShortEnough, LONGEST_PLACE } from '../nest-place.ts';
import { gigabytes } from '../ray-resources.ts';
import type { FolderEvidence, RoomEvidence } from './evidence.ts';
import { type Finding, findingsOf } from './finding.ts';
import { ofLook } from './look.ts';

const LEAST_BYTES = 50e6;
const FEW_BYTES = 5e9;
const LEAST_INODES = 1_000;
const FEW_INODES = 10_000;
/** Ray writes no objects to a disk that is fuller. */
const FULL = 0.95;
const SMALLEST_STORE = 80e6;

export interface RoomPlace {
	readonly node: string | undefined;
	/** Heads run here; else only what jobs inherit matters. */
	readonly runsRay: boolean;
	readonly objectStoreBytes: number;
}

export function roomFindings(room: RoomEvidence, place: RoomPlace): readonly Finding[] {
	const say = findingsOf('Room', place.node);
	const tmpdir = tmpdirFindings(room, place);
	if (!place.runsRay) return tmpdir;
	return [
		...tmpdir,
		...ofLook(say, { what: '/tmp', fix: 'choose another node: --exclude=NODE' }, room.tmp, (folder) =>
			folderFindings(folder, place),
		),
		...ofLook(say, { what: '/dev/shm', fix: 'choose another node: --exclude=NODE' }, room.shm, (folder) =>
			sharedMemory(folder, place),
		),
	];
}

function tmpdirFindings({ tmpdir, tmpdirFolder }: RoomEvidence, place: RoomPlace): readonly Finding[] {
	const say = findingsOf('Room', place.node);
	if (tmpdir === undefined || tmpdir === '' || tmpdir === '/tmp') return [];
	if (!tmpdir.startsWith('/')) return [say.warning(`TMPDIR is not a whole path: ${tmpdir}`, 'unset TMPDIR')];
	if (!isShortEnough(tmpdir)) {
		return [
			say.warning(
				`TMPDIR is too long: Ray's socket paths leave ${LONGEST_PLACE} bytes for it, so heads take /tmp instead (${tmpdir})`,
				'export TMPDIR=/tmp, or another short path on the nodes',
			),
		];
	}
	if (!place.runsRay || tmpdirFolder === undefined) return [];
	return ofLook(say, { what: 'TMPDIR', fix: 'unset TMPDIR' }, tmpdirFolder, (folder) =>
		folder.nearest === folder.path
			? folderFindings(folder, place)
			: [say.warning(`TMPDIR is not there: ${tmpdir}: heads take /tmp instead`, 'unset TMPDIR, or make the folder')],
	);
}

function folderFindings(folder: FolderEvidence, { node }: RoomPlace): readonly Finding[] {
	const say = findingsOf('Room', node);
	const { path, freeBytes, freeInodes, used, writeError, mount } = folder;
	const elsewhere = `clear up there (df ${path}), set TMPDIR to another short path, or choose another node: --exclude=NODE`;
	if (writeError !== undefined) return [say.problem(`${path} cannot be written to: ${writeError}`, elsewhere)];
	if (freeBytes < LEAST_BYTES) return [say.problem(`${path} is full: ${gigabytes(freeBytes)} are free`, elsewhere)];
	if (freeInodes !== undefined && freeInodes < LEAST_INODES) {
		return [say.problem(`${path} has room for ${freeInodes} files only`, elsewhere)];
	}
	const found: Finding[] = [];
	if (used > FULL) {
		found.push(say.warning(`${path} is ${Math.floor(used * 100)} % full: Ray spills no objects to it`, elsewhere));
	} else if (freeBytes < FEW_BYTES) {
		found.push(say.warning(`${path} has ${gigabytes(freeBytes)} free: little for logs and spilled objects`, elsewhere));
	}
	if (freeInodes !== undefined && freeInodes < FEW_INODES) {
		found.push(say.warning(`${path} has room for ${freeInodes} files only`, elsewhere));
	}
	if (mount?.options.includes('noexec')) {
		found.push(
			say.warning(
				`${path} is mounted noexec: packages of Ray's runtime environments with compiled code cannot be loaded`,
				'install them into your environment instead, or set TMPDIR to a short path without noexec',
			),
		);
	}
	return found.length > 0 ? found : [say.ok(`${path}: ${gigabytes(freeBytes)} free`)];
}

function sharedMemory(folder: FolderEvidence, { node, objectStoreBytes }: RoomPlace): readonly Finding[] {
	const say = findingsOf('Room', node);
	const { nearest, path, freeBytes, writeError } = folder;
	const fix = 'choose another node: --exclude=NODE';
	if (nearest !== path) return [say.problem(`${path} is not there: Ray's objects would lie on the disk`, fix)];
	if (writeError !== undefined) return [say.problem(`${path} cannot be written to: ${writeError}`, fix)];
	if (freeBytes * 0.9 < SMALLEST_STORE) {
		return [
			say.problem(`${path} is full: ${gigabytes(freeBytes)} are free`, `look what lies there: ls -l ${path}; ${fix}`),
		];
	}
	if (freeBytes * 0.9 < objectStoreBytes) {
		return [
			say.warning(
				`${path} has ${gigabytes(freeBytes)} free: the object store of ${gigabytes(objectStoreBytes)} is lowered to that`,
				`--object-store=${Math.floor((freeBytes * 0.9) / 1e8) / 10}, or choose a node with more memory`,
			),
		];
	}
	return [say.ok(`${path}: ${gigabytes(freeBytes)} free`)];
}
