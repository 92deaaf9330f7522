// Whose folders a path leads through. Who may write to one of them can rename what is below it away and put something of
// their own in its place, whatever the modes below it are.

/** A folder, as far as it matters who can change what is in it. */
export interface Standing {
	readonly path: string;
	readonly mode: number;
	/** Mine or root's. */
	readonly trusted: boolean;
	/** Its group has nobody but me; looked up only where the group may write. */
	readonly groupIsMine: boolean;
	readonly mine: boolean;
}

/** One step of the way down: what stands at `entry` is found in `folder`. */
export interface Step {
	readonly folder: Standing;
	/** Of the thing that is stepped to; undefined where nothing is there yet. */
	readonly entryTrusted: boolean | undefined;
}

/** everybody: any user of the machine can swap. group: those can with whom the project is shared, or whose it is; they can
 *  change the scripts that are run there as well. */
export interface Fault {
	readonly folder: Standing;
	readonly why: 'everybody' | 'group' | 'not mine';
}

const STICKY = 0o1000;

export function othersCanWrite({ mode, groupIsMine }: Pick<Standing, 'mode' | 'groupIsMine'>): boolean {
	return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !groupIsMine);
}

/** Where a folder is sticky, as /tmp is, only its owner and the thing's own can rename a thing in it. */
function canBeSwapped({ folder, entryTrusted }: Step): Fault | undefined {
	if (!folder.trusted) return { folder, why: 'not mine' };
	if (!othersCanWrite(folder)) return undefined;
	const isHeld = (folder.mode & STICKY) !== 0 && entryTrusted !== false;
	if (isHeld) return undefined;
	return { folder, why: (folder.mode & 0o002) === 0 ? 'group' : 'everybody' };
}

/** Of the whole way, the nearest first, each folder once. */
export function faultsOf(steps: readonly Step[]): readonly Fault[] {
	const faults = steps.flatMap((step) => canBeSwapped(step) ?? []);
	return [...new Map(faults.map((fault) => [fault.folder.path, fault])).values()].toReversed();
}

/** By the text of /etc/group; undefined: it does not know the group, and a directory service may. */
export function isPrivateIn(groups: string, gid: number, user: string): boolean | undefined {
	const line = groups.split('\n').find((each) => each.split(':')[2] === String(gid));
	return line === undefined ? undefined : isPrivateGroup(line, user);
}

/** A line of /etc/group, or of getent: a private group has its user's name and lists nobody else. */
export function isPrivateGroup(line: string, user: string): boolean {
	const [name, , gid, members] = line.trimEnd().split(':');
	if (name !== user || gid === undefined || members === undefined) return false;
	return members.split(',').every((member) => member === '' || member === user);
}
