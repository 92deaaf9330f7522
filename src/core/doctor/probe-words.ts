// What doctor and its job on the node tell each other: small files in a private folder that both see.
import type { FrozenNode } from '../node-words.ts';
import type { RayInstall } from '../world.ts';
import type { AddressEvidence, Knock, MachineEvidence } from './evidence.ts';
import type { Look } from './look.ts';

/** Their names. `started`, `signal`, `errors` and the ends are written by the job's script. */
export const PROBE_FILES = {
	question: 'question.json',
	started: 'started',
	hello: 'hello.json',
	reply: 'reply',
	node: 'node.json',
	ray: 'ray.json',
	rayErrors: 'ray-errors',
	rayOver: 'ray-over',
	errors: 'errors',
	signal: 'signal',
	done: 'done',
	over: 'over',
} as const;

export interface ProbeQuestion {
	/** What listeners say, so that no stranger's is taken for ours. */
	readonly nonce: string;
	/** Where the asking machine listens. */
	readonly addresses: readonly string[];
	readonly port: number | undefined;
	readonly node: FrozenNode;
	readonly outputDir: string;
}

export interface ProbeHello {
	readonly hostName: string;
	/** Where the job runs. */
	readonly cwd: string;
	readonly addresses: Look<AddressEvidence>;
	readonly port: number | undefined;
}

export interface ProbeNode {
	readonly machine: MachineEvidence;
	readonly job: { readonly memoryBytes: number } | undefined;
	/** From writing a file there until the answer of the asking machine was seen; undefined: never. */
	readonly replyAfterMs: number | undefined;
	readonly knocks: readonly { readonly address: string; readonly knock: Knock }[];
	/** Programs of the scheduler that heads ask, as far as they are missing. */
	readonly missing: readonly string[];
}

export interface ProbeRay {
	readonly look: Look<RayInstall>;
}

/** What was seen of the job from here, whatever became of it. */
export interface ProbeSeen {
	readonly hello?: ProbeHello | undefined;
	readonly node?: ProbeNode | undefined;
	readonly ray?: Look<RayInstall> | undefined;
	/** From here to each address of the node. */
	readonly knocks: readonly { readonly address: string; readonly knock: Knock }[];
	/** Of files the node wrote: not mine as seen from here. */
	readonly notMine: readonly string[];
	/** When the warning before the job's end came, in seconds since 1970; undefined: not, or not awaited. */
	readonly signalAt?: number | undefined;
	/** The end of its time limit, counted from its first word as seen here. */
	readonly endsAtMs?: number | undefined;
	readonly signalAwaited: boolean;
	/** The last line that the job's script said of its failure. */
	readonly lastError: string;
}

export function parseProbe<T>(text: string | undefined): T | undefined {
	if (text === undefined) return undefined;
	try {
		return JSON.parse(text) as T;
	} catch {
		return undefined;
	}
}
