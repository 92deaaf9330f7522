// Every failure a person can meet is a Trouble: what happened, with the value seen, then a command to type.
// Anything else that is thrown is a bug of ours and prints a stack.

/** The closed list of failures; its words are what scripts see in JSON. */
export type TroubleKind =
	| 'failed'
	| 'usage'
	| 'script-not-found'
	| 'head-not-running'
	| 'job-ended'
	| 'no-such-job'
	| 'deadline'
	| 'info-file-missing'
	| 'info-file-invalid'
	| 'unhealthy'
	| 'scheduler-silent'
	/** It may have taken the job: never to be tried again without looking. */
	| 'submission-unsure'
	| 'program-missing'
	| 'cannot-connect'
	| 'interrupted';

const EXIT_CODES: Record<TroubleKind, number> = {
	failed: 1,
	'cannot-connect': 1,
	usage: 2,
	'script-not-found': 2,
	'head-not-running': 3,
	'job-ended': 3,
	'no-such-job': 3,
	deadline: 4,
	'info-file-missing': 4,
	'info-file-invalid': 5,
	unhealthy: 5,
	'scheduler-silent': 75,
	'submission-unsure': 75,
	'program-missing': 127,
	interrupted: 130,
};

interface More {
	readonly hint?: string;
	readonly cause?: unknown;
	/** Where the kind has none of its own, such as a signal's number. */
	readonly exitCode?: number;
	/** What --json tells with it: what was done all the same, where it stopped. */
	readonly facts?: object;
}

export class Trouble extends Error {
	override readonly name = 'Trouble';
	readonly kind: TroubleKind;
	readonly hint: string | undefined;
	readonly exitCode: number;
	facts: object;

	/** What was typed wrong can be typed right, and the hint says how. */
	constructor(kind: TroubleKind, message: string, more: More & { readonly hint: string });
	constructor(kind: Exclude<TroubleKind, 'usage' | 'script-not-found'>, message: string, more?: More);
	constructor(kind: TroubleKind, message: string, more: More = {}) {
		super(message, more.cause === undefined ? undefined : { cause: more.cause });
		this.kind = kind;
		this.hint = more.hint;
		this.exitCode = more.exitCode ?? EXIT_CODES[kind];
		this.facts = more.facts ?? {};
	}
}

/** For a promise that fails after something has been done: that is told with it. */
export function besides(facts: object): (error: unknown) => never {
	return (error) => {
		if (error instanceof Trouble) error.facts = { ...facts, ...error.facts };
		throw error;
	};
}
