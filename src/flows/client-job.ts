// What a client was asked for: its supervisor's own words, read back.
import type { Layout } from '../core/layout.ts';
import type { FrozenNode } from '../core/node-words.ts';
import type { HeadName } from './find-head.ts';

/** Frozen at submission. */
export interface ClientJob {
	readonly layout: Layout;
	readonly head: HeadName;
	readonly node: FrozenNode;
	readonly rayWords: readonly string[];
	readonly script: string | undefined;
	readonly scriptArguments: readonly string[];
	readonly clientSignal: 'USR1' | 'INT' | 'TERM' | undefined;
	readonly leadMs: number;
	/** How long it waits for the head that follows one that has ended; undefined: it ends with its head. */
	readonly rejoinMs: number | undefined;
	readonly environment: string;
	readonly version: string;
}
