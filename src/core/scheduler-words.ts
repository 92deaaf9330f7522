// What a scheduler is called, what people type to it, and what only the one can do that rayslurm is itself.
import type { Inside } from './step-words.ts';
import type { Named } from './task-names.ts';
import type { JobId, KnownState, Scheduler } from './world.ts';

export interface SchedulerWords {
	/** As a sentence begins with it. */
	readonly title: string;
	/** Jobs run where the person types: no tunnel leads to them. */
	readonly onThisMachine: boolean;
	/** What to type to look at a job, and to end it. */
	lookHint(job: JobId): string;
	cancelHint(job: JobId): string;
}

/** Resolves when there is room for more. */
export type ByteSink = (bytes: Uint8Array) => Promise<void> | void;

/** A program elsewhere whose output comes as it is written. */
export interface Streamed {
	readonly ended: Promise<{ readonly code: number; readonly stderr: string }>;
	/** Closes its standard input, which tells it to end; should it not, its time is short. */
	stop(): void;
}

export interface LocalScheduler extends Scheduler {
	/** This user's jobs that are not over; or those asked for, each task of an array, ended ones as long as they are remembered. */
	mine(asked?: readonly JobId[]): Promise<readonly NamedJob[]>;
	/** Those begin whose time has come. */
	turn(): Promise<void>;
}

export interface InsideJobs {
	/** The command line that runs a program inside a job of mine; absent where jobs run on this machine anyway. */
	insideCommand?(inside: Inside): readonly string[];
	/** To the program that runs so, by its step's name. False: it was not delivered. */
	signalInside?(job: JobId, name: string, signal: 'TERM' | 'HUP' | 'QUIT'): Promise<boolean>;
	/** What a pending job asks for in vain, and what else it could ask for to start sooner, a line each; absent where there is nobody to ask. */
	waysToStart?(job: JobId, now: Date): Promise<readonly string[]>;
	/** A program once on each of these nodes of my running job; absent where jobs run on this machine alone. */
	runOn?(job: JobId, nodes: readonly string[], program: readonly string[], out: ByteSink): Streamed;
}

export interface NamedJob extends Named {
	readonly name: string;
	readonly state: KnownState;
}
