// The world as the flows see it: every seam between the rules and what they act on. Adapters implement these; tests and
// other schedulers can too. Nothing here does anything.
import type { HeadInfo } from './connection.ts';
import type { ControlStore } from './control-store.ts';
import type { Files } from './files.ts';
import type { JobState } from './job-state.ts';
import type { Layout } from './layout.ts';
import type { Nest } from './nest.ts';
import type { Run } from './overview.ts';
import type { ClaimedPlan, ClaimRequest } from './ports.ts';
import type { PythonEnvironments } from './python-environments.ts';
import type { Queue } from './queue.ts';
import type { RayLogs } from './ray-logs.ts';
import type { NodeMemory } from './ray-resources.ts';
import type { Register } from './register.ts';
import type { InsideJobs, SchedulerWords } from './scheduler-words.ts';
import type { ServeSigns } from './serve.ts';

export type JobId = string;
export type * from './nest.ts';
export type { Files, JobState };

export interface World extends Queue {
	readonly scheduler: Scheduler;
	readonly ray: Ray;
	readonly rayLogs: RayLogs;
	readonly python: PythonEnvironments;
	readonly node: ThisNode;
	readonly clock: Clock;
	readonly files: Files;
	readonly log: Log;
	readonly ear: Ear;
	readonly runs: Runs;
	readonly register: Register;
	readInfo(path: string, expectJob: JobId | undefined): Promise<InfoReading>;
	/** The words that run this very program again: node and the bundle. */
	readonly self: readonly string[];
	/** The same for a program that sleeps most of its life, see core/sparing-flags.ts. */
	readonly sparingSelf: readonly string[];
	/** Unguessable lower-case hexadecimal digits, two for each byte. */
	randomHex(bytes: number): string;
}

export interface Clock {
	now(): Date;
	/** Milliseconds that never jump. */
	monotonicMs(): number;
	sleep(ms: number): Promise<void>;
}

/** ORPHANED: the batch shell that started this supervisor is gone. KEEP: to another node of a job that ends badly. */
export type EarWord = 'USR1' | 'USR2' | 'TERM' | 'INT' | 'HUP' | 'ORPHANED' | 'KEEP';

/** What a supervisor is told, and the one thing it waits on. */
export interface Ear {
	/** Until something is heard, somebody pokes, or the time is over. */
	wait(ms: number): Promise<void>;
	poke(): void;
	/** All words heard since the last time. */
	take(): readonly EarWord[];
}

export interface Log {
	/** What goes on, for people: stderr. */
	say(text: string): void;
	warn(text: string): void;
	/** What ends a command: the message, then the hint. */
	error(trouble: { readonly message: string; readonly hint: string | undefined }): void;
	/** Traces of --debug. */
	debug(text: string): void;
}

export interface Submission {
	readonly script: string;
	/** Where the script is kept; its name is unique, so the job can be found by it when sbatch's answer is lost. */
	readonly scriptPath: string;
	/** Words of the user and merged values, as argv of the scheduler's submit command. */
	readonly options: readonly string[];
	/** For the script, which head's and client's scripts have none of. */
	readonly words?: readonly string[];
}

export interface Scheduler extends SchedulerWords, InsideJobs {
	readonly name: string;
	/** The command line, for --dry-run. */
	submitCommand(submission: Submission): readonly string[];
	/** Refuses what would be refused, as far as that can be known without submitting. `coming`: a job that is there by then. */
	check(submission: Submission, coming?: JobId): Promise<void>;
	submit(submission: Submission): Promise<JobId>;
	/** Every id gets a state. `gone` takes two successful answers of a live controller; of those that have said their end
	 *  themselves one is enough. */
	states(jobs: readonly JobId[], saidTheirEnd?: ReadonlySet<JobId>): Promise<ReadonlyMap<JobId, KnownState>>;
	/** To the batch shell of each job, all in one go. */
	signal(jobs: readonly JobId[], signal: 'USR1' | 'TERM'): Promise<void>;
	/** pending: those of them that have not begun; of an array, its tasks that have not. */
	cancel(jobs: readonly JobId[], which?: 'pending'): Promise<void>;
	/** From its SIGTERM to its SIGKILL; undefined where nobody says. */
	killWaitMs(): Promise<number | undefined>;
	/** Of a job that was sent SIGTERM, and has been started again so often: was it for another job of higher priority, and for
	 *  good? One that is put back into the queue is not. */
	displaced(job: JobId, restarts: number): Promise<boolean>;
	/** What the partition allows, to lower defaults; undefined where nothing answers. */
	limits(partition: string | undefined): Promise<PartitionLimits | undefined>;
}

export type InfoReading =
	| { readonly kind: 'read'; readonly info: HeadInfo }
	| { readonly kind: 'missing' }
	| { readonly kind: 'refused'; readonly message: string; readonly hint: string };

/** Runs of scripts, one row each in the overview, also when the run is killed. */
export interface Runs {
	begin(layout: Layout, run: Run): Promise<void>;
	end(layout: Layout, run: Run, code: number): Promise<void>;
	/** Jobs with a run that has begun and not ended, as far as is recorded. */
	open(layout: Layout): Promise<readonly JobId[]>;
	/** Rows for runs whose job is known to be over. */
	adopt(layout: Layout, over: readonly JobId[]): Promise<void>;
}

export type KnownState = Exclude<JobState, { kind: 'missing' }> | { readonly kind: 'gone' };

export interface PartitionLimits {
	readonly partition: string;
	readonly seconds?: number | undefined;
	readonly cpusPerNode?: number | undefined;
	readonly memoryMb?: number | undefined;
	/** Why no more, where it is not the partition that says so. */
	readonly because?: string;
}

/** The machine this process runs on. */
export interface ThisNode {
	job(): Promise<JobSurroundings>;
	readonly hostName: string;
	claimPorts(request: ClaimRequest): Promise<ClaimedPlan>;
	/** The address others reach this node by; towards `peer` where one is known. */
	address(wish: { interface?: string | undefined; peer?: string | undefined }): Promise<string>;
	/** TCP ports on which programs listen: this user's and nobody else's, and those with somebody else's among them. */
	listeningPorts(): Promise<{ readonly mine: ReadonlySet<number>; readonly others: ReadonlySet<number> }>;
	/** What it shows of Serve, of the cluster at this address. */
	serveSigns(address: string, healthUrls: readonly string[]): Promise<ServeSigns>;
	/** undefined where it cannot be tried. */
	ping(host: string): Promise<boolean | undefined>;
	/** thresholdGiven: the user has set Ray's own threshold, which then stays. */
	memory(): Promise<NodeMemory & { readonly thresholdGiven: boolean }>;
	/** Free bytes for us in the file system of this folder. */
	room(folder: string): Promise<number | undefined>;
	/** A fresh private folder with a short path, guarded: it goes when this process goes, by whatever way. */
	makeNest(owner: string): Promise<Nest>;
}

/** What the job gives this node, never what the whole node has. */
export interface JobSurroundings {
	readonly jobId: JobId;
	readonly restarts: number;
	/** By which name people know a task of an array: 123_4. Its job id is another. */
	readonly arrayTask?: string | undefined;
	/** When Slurm meant it to end as it began; absent before Slurm 22.05. */
	readonly endsAtMs?: number | undefined;
	readonly cpus: number;
	readonly gpus: number;
	readonly memoryBytes: number;
	/** The job's memory was asked for by CPU. */
	readonly memoryPerCpu: boolean;
	readonly nodes: readonly string[];
	readonly userName: string;
	readonly uid: number;
}

export interface RayInstall {
	readonly python: string;
	readonly rayVersion: string;
	readonly pythonVersion: string;
}

export interface Ray {
	/** The Ray of this environment, or Trouble that says what is missing. `first`: a folder put before all of PATH. */
	find(first?: string): Promise<RayInstall>;
	controlStore(address: string, tokenPath: string | undefined): Promise<ControlStore>;
}
