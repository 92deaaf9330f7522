// The output folder with the state in it, and my register of heads: mine, private where it must be, with room, and shared.
import type { Layout } from '../layout.ts';
import { bashWord } from '../quote.ts';
import { gigabytes } from '../ray-resources.ts';
import type { FolderEvidence } from './evidence.ts';
import { type Finding, findingsOf } from './finding.ts';
import { type Look, ofLook } from './look.ts';
import { isOnNetwork } from './mounts.ts';

const say = findingsOf('Folders');
const LEAST_BYTES = 1e6;
const FEW_BYTES = 1e9;
const FEW_INODES = 1_000;
/** NFS's own, unless a site says more. */
const LONGEST_CACHE_SECONDS = 60;
const CLIENT_WAITS_SECONDS = 120;

export interface FoldersLook {
	readonly output: Look<FolderEvidence>;
	readonly state: Look<FolderEvidence>;
	readonly register: Look<FolderEvidence>;
}

export interface FoldersContext {
	readonly layout: Layout;
	/** Jobs run where one types. */
	readonly onThisMachine: boolean;
	/** A job will tell whether nodes see the folder. */
	readonly asksNode: boolean;
}

export function folderFindings({ output, state, register }: FoldersLook, context: FoldersContext): readonly Finding[] {
	const fix = 'is its file server up? Else choose another place with --output-dir';
	return [
		...ofLook(say, { what: `The output folder ${context.layout.outputDir}`, fix }, output, (folder) =>
			outputFindings(folder, context),
		),
		...(state.kind === 'seen' ? stateFindings(state.value) : []),
		...ofLook(
			say,
			{ what: 'The register of heads', fix: 'name another folder with XDG_STATE_HOME' },
			register,
			(folder) => registerFindings(folder, context),
		),
	];
}

function outputFindings(
	folder: FolderEvidence,
	{ layout, onThisMachine, asksNode }: FoldersContext,
): readonly Finding[] {
	const { path, nearest, mode, mine, writeError, freeBytes, freeInodes, mount } = folder;
	const there = nearest === path;
	if (writeError !== undefined) {
		return [
			say.problem(
				`${there ? path : `${path} cannot be made: ${nearest}`} cannot be written to: ${writeError}`,
				'choose a folder of yours with --output-dir, or clear up: quota -s; du -xsh ~',
			),
		];
	}
	const found: Finding[] = [];
	if (!onThisMachine && layout.outputDir.includes('\\')) {
		found.push(say.problem(`Slurm cannot write logs below a path with a backslash: ${path}`, '--output-dir=FOLDER'));
	}
	if (there && (mode & 0o002) !== 0) {
		found.push(
			say.problem(`Everybody can put files into ${path} (mode ${octal(mode)})`, `chmod o-w ${bashWord(path)}`),
		);
	} else if (there && (mode & 0o020) !== 0) {
		found.push(
			say.warning(
				`Your group can put files into ${path} (mode ${octal(mode)}): files that are not yours are refused`,
				`chmod g-w ${bashWord(path)}, or a folder of your own with --output-dir`,
			),
		);
	} else if (there && !mine) {
		found.push(say.warning(`${path} is somebody else's`, 'choose a folder of your own with --output-dir'));
	}
	const room = `clear up (quota -s; du -xsh ~), or choose another place with --output-dir`;
	if (freeBytes < LEAST_BYTES) found.push(say.problem(`${nearest} is full: ${gigabytes(freeBytes)} are free`, room));
	else if (freeBytes < FEW_BYTES) found.push(say.warning(`${nearest} has ${gigabytes(freeBytes)} free`, room));
	if (freeInodes !== undefined && freeInodes < FEW_INODES) {
		found.push(say.warning(`${nearest} has room for ${freeInodes} files only`, room));
	}
	if (found.length === 0) {
		found.push(
			say.ok(`${path}${there ? '' : ' can be made'}: ${gigabytes(freeBytes)} free, ${mount?.type ?? 'file system'}`),
		);
	}
	return [...found, ...(onThisMachine ? [] : shared(folder, asksNode))];
}

function shared({ path, mount }: FolderEvidence, asksNode: boolean): readonly Finding[] {
	if (mount === undefined || asksNode) return [];
	if (!isOnNetwork(mount)) {
		return [
			say.warning(
				`${path} is on ${mount.type}, which is no network file system: do compute nodes see it?`,
				'rayslurm doctor --job looks from one of them',
			),
		];
	}
	if (/^nfs/.test(mount.type) && mount.options.includes('soft')) {
		return [
			say.warning(`${path} is on NFS mounted soft: what is written may be lost`, 'ask the site to mount it hard'),
		];
	}
	const late = Math.max(
		0,
		...mount.options.map((each) => Number(/^(?:actimeo|ac(?:reg|dir)max)=(\d+)$/.exec(each)?.[1] ?? 0)),
	);
	if (late <= LONGEST_CACHE_SECONDS) return [];
	return [
		say.warning(
			`${path} is on ${mount.type}, which shows new files up to ${late} s late: clients wait ${CLIENT_WAITS_SECONDS} s for a head's`,
			'rayslurm doctor --job measures it; or choose another place with --output-dir',
		),
	];
}

function stateFindings({ path, nearest, mode, mine, isLink }: FolderEvidence): readonly Finding[] {
	if (nearest !== path) return [];
	const fix = `look what is in it, then: chmod 700 ${bashWord(path)}`;
	if (isLink) return [say.problem(`${path} is a link, and holds tokens`, `rm ${bashWord(path)}`)];
	if (!mine)
		return [
			say.problem(`${path} is not yours, and would hold your tokens`, 'choose a folder of yours with --output-dir'),
		];
	if ((mode & 0o777) !== 0o700)
		return [say.problem(`${path} holds tokens and is open to others (mode ${octal(mode)})`, fix)];
	return [say.ok(`${path} is private`)];
}

/** Only a convenience, but for the local scheduler, which keeps its jobs there. */
function registerFindings(folder: FolderEvidence, { onThisMachine }: FoldersContext): readonly Finding[] {
	const { path, nearest, mode, mine, writeError, freeBytes } = folder;
	const fix = 'name a folder of yours with XDG_STATE_HOME';
	if (writeError !== undefined || freeBytes < LEAST_BYTES) {
		const what = `${path} cannot be written to: ${writeError ?? `${gigabytes(freeBytes)} are free`}`;
		if (onThisMachine) return [say.problem(`${what}: the local scheduler keeps its jobs there`, fix)];
		return [say.warning(`${what}: heads are found from their own folder only`, fix)];
	}
	if (nearest !== path) return [say.ok(`${path} can be made`)];
	if (!mine) return [say.warning(`${path} is somebody else's: it is not used`, fix)];
	if ((mode & 0o022) !== 0) {
		return [
			say.problem(
				`Others can write to ${path} (mode ${octal(mode)}), where commands look for your heads`,
				`chmod 700 ${bashWord(path)}`,
			),
		];
	}
	return [say.ok(`${path} is yours alone to write`)];
}

/** Settings that were not read because somebody else put them there. */
export function settingsFindings(notMine: readonly string[], open: readonly string[]): readonly Finding[] {
	const settings = findingsOf('Settings');
	return [
		...notMine.map((path) =>
			settings.warning(`${path} is somebody else's and is not read`, `copy what you want of it into a file of yours`),
		),
		...open.map((path) =>
			settings.warning(`Others can write to ${path}, which says what runs as you`, `chmod go-w ${bashWord(path)}`),
		),
	];
}

function octal(mode: number): string {
	return `0${(mode & 0o777).toString(8)}`;
}
