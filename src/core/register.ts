// Where my heads are, from any folder: what the register keeps of each. A convenience: it may be missing.
import type { JobId } from './world.ts';

export interface Register {
	/** One of this world's scheduler. */
	add(head: Omit<RegisteredHead, 'scheduler'>): Promise<void>;
	forget(head: RegisteredHead): Promise<void>;
	/** Of every scheduler, in the order they were added. */
	heads(): Promise<readonly RegisteredHead[]>;
}

/** Two schedulers may have a job of the same id. */
export interface RegisteredHead {
	readonly scheduler: string;
	readonly job: JobId;
	readonly name: string | undefined;
	readonly outputDir: string;
}
