// Files as the flows see them: ours, and those that others may have written for us to read.
import type { Step } from './own-ground.ts';

export interface Files {
	exists(path: string): Promise<boolean>;
	readText(path: string): Promise<string | undefined>;
	/** Of our own state, which decides what is done: a regular file that is mine, and mine alone to write, or nothing. */
	readState(path: string): Promise<string | undefined>;
	/** At most so many bytes of its end, however large it is: of a regular file that is mine, or nothing. */
	readEnd(path: string, bytes: number): Promise<string | undefined>;
	/** Beside, synced, renamed; 0600 unless told otherwise. */
	write(path: string, text: string): Promise<void>;
	appendLine(path: string, line: string): Promise<void>;
	list(folder: string): Promise<readonly string[]>;
	/** undefined where nothing is. */
	weigh(path: string, of: 'itself' | 'all below'): Promise<Weight | undefined>;
	/** Every folder on the way to a path, from / down to the last that is there. */
	wayTo(path: string): Promise<readonly Step[]>;
	remove(path: string): Promise<void>;
	/** Only what was weighed: it fails where another thing stands there by now, or in its folder's place. */
	removeWeighed(path: string, identity: string): Promise<void>;
	makeFolder(path: string): Promise<void>;
	/** It is there, 0700, ours, no link. */
	isPrivate(folder: string): Promise<boolean>;
	/** The same, made where it is missing: or it throws. */
	makePrivateFolder(path: string): Promise<void>;
}

/** Of a thing, or of it and all that is below it: all mine, all bytes, the newest time. */
export interface Weight {
	/** A link is other: it is never followed. */
	readonly kind: 'file' | 'folder' | 'other';
	readonly mine: boolean;
	/** A folder of mode 0700, itself mine. */
	readonly isPrivate: boolean;
	readonly bytes: number;
	readonly modifiedMs: number;
	/** No other thing there, and none in another folder, has the same. */
	readonly identity: string;
}
