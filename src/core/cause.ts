// Why a job died, in words, from what is left of it: its exit code, the scheduler's state, and what its logs say last.
// Only what was seen is said; where nothing is known, nothing is.

export interface Remains {
	readonly exitCode?: number | undefined;
	/** The scheduler's state or the job's own last word. */
	readonly because?: string | undefined;
	/** The end of its logs, both streams. */
	readonly log: string;
}

interface Sign {
	readonly form: RegExp;
	/** The scheduler's state that says the same. */
	readonly state?: string;
	/** Somebody ended the job: that its script was interrupted follows from it. */
	readonly order?: true;
	words(match: readonly string[]): string;
}

/** What the schedulers, the kernel and Ray write. */
const SIGNS: readonly Sign[] = [
	{
		...{ form: /DUE TO TIME LIMIT/, state: 'timeout', order: true },
		words: () => 'it ran into its time limit: ask for more with --time',
	},
	{
		...{ form: /DUE TO PREEMPTION/, state: 'preempted', order: true },
		words: () => 'it was preempted by a job of higher priority',
	},
	{
		...{ form: /\*\*\* JOB \S+ ON \S+ CANCELLED AT \S+ \*\*\*/, state: 'cancelled', order: true },
		words: () => 'it was cancelled',
	},
	{ form: /DUE TO NODE FAILURE|NODE_FAIL/i, words: () => 'its node failed' },
	{
		// Ray advises every driver on its "oom killing policy", whatever has ended it.
		form: /oom[-_]kill|OUT_OF_MEMORY|Exceeded job memory limit|ray\.exceptions\.OutOfMemoryError/i,
		words: () => 'it needed more memory than it had: ask for more with --mem',
	},
	{ form: /No space left on device|Disk quota exceeded/i, words: ([what]) => `a file system was full: ${what}` },
	{
		form: /error: couldn't chdir to `([^']+)'/,
		words: ([, folder]) => `its folder is not there on the node: ${folder}`,
	},
	{ form: /CUDA out of memory|CUDA error: out of memory/, words: () => "its GPU's memory was not enough" },
];

/** Codes that mean the same in every shell. */
const CODES: ReadonlyMap<number, string> = new Map([
	[126, 'a program could not be run (code 126): is it executable, and built for this node?'],
	[127, 'a program was not found (code 127): is its environment there on the node?'],
	[130, 'it was interrupted (SIGINT)'],
	[134, 'it aborted itself (SIGABRT)'],
	[135, 'it met a bus error (SIGBUS): often a full /dev/shm'],
	[137, 'it was killed (SIGKILL): by the memory limit, or because it did not end in time'],
	[138, 'it was ended by SIGUSR1, which it does not handle: the warning before its time limit'],
	[139, 'it crashed (SIGSEGV)'],
	[143, 'it was told to end (SIGTERM): cancelled, preempted or at its time limit'],
]);

/** A person's word, as heads and clients note it; all that follows from it needs no other reason. */
const STOPPED = /^told to stop: /;
/** What else clients were told: that their scripts were interrupted follows from it. */
const TOLD: readonly (readonly [RegExp, (because: string) => string])[] = [
	[/^told that the time is nearly over$/, () => 'its time limit was near: ask for more with --time'],
	[/^the head(?:'s| is| was| has) /, (because) => `it was told to end: ${because}`],
];
const INTERRUPTED = /^(?:KeyboardInterrupt|SystemExit)\b/;

export function causesOf({ exitCode, because = '', log }: Remains): readonly string[] {
	if (STOPPED.test(because)) return [`it was ${because}`];
	const text = `${because}\n${log}`;
	const seen = SIGNS.flatMap(({ form, state, order, words }) => {
		const match = form.exec(text) ?? (because.toLowerCase() === state ? [] : null);
		return match === null ? [] : [{ words: words(match), order }];
	});
	const told = TOLD.flatMap(([form, words]) => (form.test(because) ? [words(because)] : []));
	const signs = [...told, ...seen.map(({ words }) => words)];
	const ordered = told.length > 0 || seen.some(({ order }) => order);
	const own = lastMatch(log, /^ERROR: (.+)$/gm)?.[1];
	const python = exceptionIn(log);
	const code = exitCode === undefined ? undefined : CODES.get(exitCode);
	const all = [
		...signs,
		...(own === undefined ? [] : [own]),
		...(python === undefined || (ordered && INTERRUPTED.test(python)) ? [] : [`its script failed: ${python}`]),
		...(code === undefined || signs.length > 0 ? [] : [code]),
	];
	return [...new Set(all)];
}

/** The last line of the last traceback, which Python and Ray write above everything that follows from it. */
function exceptionIn(log: string): string | undefined {
	const at = log.lastIndexOf('Traceback (most recent call last):');
	// What cannot be read is not run, so nothing is traced.
	if (at < 0)
		return lastMatch(log, /^ +File ".+", line \d+\n(?: .*\n){1,3}((?:Syntax|Indentation|Tab)Error: .*)$/gm)?.[1];
	const line = lastMatch(
		log.slice(at),
		/^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning)\b.*$/gm,
	)?.[0];
	return line?.trim();
}

function lastMatch(text: string, form: RegExp): RegExpMatchArray | undefined {
	return [...text.matchAll(form)].at(-1);
}
