// What doctor looks at, on this machine and, by a job, on a compute node; and the senses it looks with.
import type { InterfaceAddress } from '../address.ts';
import type { JobId, PartitionLimits } from '../world.ts';
import type { Association } from './association-rules.ts';
import type { Look } from './look.ts';
import type { Mount } from './mounts.ts';
import type { ProcLimits } from './proc-limits.ts';
import type { Partition, SiteConfig } from './site-config.ts';

export interface FolderEvidence {
	readonly path: string;
	/** It, or the nearest folder above it that is there: the one below is about that. */
	readonly nearest: string;
	readonly isLink: boolean;
	readonly mode: number;
	/** Whose it is. */
	readonly uid: number;
	readonly mine: boolean;
	/** undefined: a file could be written and taken away again; else the system's word for why not. */
	readonly writeError: string | undefined;
	readonly mount: Mount | undefined;
	readonly freeBytes: number;
	readonly freeInodes: number | undefined;
	/** Of the whole file system, from 0 to 1. */
	readonly used: number;
}

export interface RoomEvidence {
	/** As the environment says it. */
	readonly tmpdir: string | undefined;
	readonly tmpdirFolder: Look<FolderEvidence> | undefined;
	readonly tmp: Look<FolderEvidence>;
	readonly shm: Look<FolderEvidence>;
}

export interface LimitEvidence {
	readonly limits: ProcLimits;
	/** Threads of this user now: what ulimit -u counts. */
	readonly threads: number;
	/** Of the control group. */
	readonly mostPids: number | undefined;
}

export interface AddressEvidence {
	readonly hostName: string;
	readonly candidates: readonly InterfaceAddress[];
	readonly named: readonly string[];
	readonly chosen: string | undefined;
	/** Why none was chosen, and what would help. */
	readonly trouble: { readonly message: string; readonly hint: string | undefined } | undefined;
}

export interface PortEvidence {
	readonly offset: number;
	readonly rayPort: number;
	readonly passed: readonly string[];
}

/** Proxy variables, without passwords. */
export type ProxyVariables = Readonly<Record<string, string>>;

export interface MachineEvidence {
	readonly room: RoomEvidence;
	readonly limits: Look<LimitEvidence>;
	readonly addresses: Look<AddressEvidence>;
	readonly ports: Look<PortEvidence> | undefined;
	readonly proxies: ProxyVariables;
	readonly memory: { readonly totalBytes: number; readonly limitBytes?: number | undefined } | undefined;
}

export interface SiteEvidence {
	readonly config: Look<SiteConfig>;
	readonly partitions: Look<readonly Partition[]>;
	readonly limits: Look<PartitionLimits | undefined>;
	/** undefined: no limits are enforced, and none were asked for. */
	readonly associations?: Look<readonly Association[]> | undefined;
}

export type Knock =
	| { readonly kind: 'reached'; readonly ms: number /** Its clock less ours. */; readonly aheadMs: number }
	| { readonly kind: 'not-reached'; readonly why: string };

export interface Listener {
	readonly port: number;
	close(): void;
}

export interface Senses {
	folder(path: string): Promise<FolderEvidence>;
	limits(): Promise<LimitEvidence>;
	addresses(): Promise<Pick<AddressEvidence, 'candidates' | 'named'>>;
	proxies(): ProxyVariables;
	/** Where this process stands. */
	cwd(): string;
	readonly tmpdir: string | undefined;
	/** Where my register of heads is, and the jobs of the local scheduler. */
	readonly stateFolder: string;
	readonly machine: { readonly cpus: number; readonly totalBytes: number; readonly uid: number };
	/** Asks Slurm itself; throws a Trouble where it says no. */
	siteConfig(limitMs: number): Promise<SiteConfig>;
	partitions(limitMs: number): Promise<readonly Partition[]>;
	/** Asks the accounting for what this user may. */
	associations(limitMs: number): Promise<readonly Association[]>;
	/** What became of a job as it was submitted: fields by their names. */
	submitted(job: JobId, limitMs: number): Promise<ReadonlyMap<string, string>>;
	/** Which of these programs are not in PATH. */
	missing(programs: readonly string[]): Promise<readonly string[]>;
	/** Says the nonce and its clock to whoever comes. */
	listen(nonce: string): Promise<Listener>;
	knock(address: string, port: number, nonce: string, limitMs: number): Promise<Knock>;
}
