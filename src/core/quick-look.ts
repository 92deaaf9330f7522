// What can be seen at once, from files alone: for whoever has no time for more, such as a person who pressed TAB.
import type { JobId } from './world.ts';

export interface QuickLook {
	/** My own register of heads. */
	heads(): readonly { readonly job: JobId; readonly name: string | undefined; readonly outputDir: string }[];
	/** Of our own state: a regular file that is mine, and mine alone to write, or nothing. */
	readState(path: string): string | undefined;
	readonly nowMs: number;
}
