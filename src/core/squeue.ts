// One squeue for many jobs: its words, and what its answer means. Fixed text fields of our own ids only; never the name,
// which may hold a newline and forge a row. The reason comes last because it may hold anything.
import { type JobState, liveliest } from './job-state.ts';
import { dependencyInWords } from './slurm-reasons.ts';
import { clockSeconds } from './time-words.ts';
import { Trouble } from './trouble.ts';

/** These fields mean the same from 20.11 to 24.11; --json changed its shape four times meanwhile. */
const FIELDS = ['%i', '%A', '%T', '%N', '%L', '%S', '%e', '%E', '%r'];
const JOB_ID = /^[1-9]\d{0,9}(?:_\d{1,7})?(?:\+\d{1,7})?$/;

/** -t all: ended jobs too, as long as the controller remembers them. -r: one row for each task of an array. --local: without
 *  it every squeue first asks the controller about a federation, one RPC in three. */
export function squeueArgs(ids: readonly string[]): string[] {
	const odd = ids.find((id) => !JOB_ID.test(id));
	if (odd !== undefined || ids.length === 0) {
		throw new Trouble('usage', `Not a job id: ${JSON.stringify(odd ?? '')}`, { hint: 'a number such as 12345' });
	}
	return ['--local', '-h', '-r', '-t', 'all', '-o', FIELDS.join('|'), '-j', wordsFor(ids).join(',')];
}

/** Of an array's tasks, however many, the array is asked after. */
function wordsFor(ids: readonly string[]): readonly string[] {
	return [...new Set(ids.map((id) => id.split('_')[0] ?? id))];
}

/** As soon as a job is preempted it has a time of that; one that is put back into the queue has a restart more at once, while
 *  its processes still end. Slurm calls all of them COMPLETING, one that was cancelled too. */
export const DISPLACED_FIELDS = 'PreemptTime:32,RestartCnt:12';

export function parseDisplaced(stdout: string, restarts: number): boolean {
	const [, count] = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\s+(\d+)\s*$/.exec(stdout) ?? [];
	return count !== undefined && Number(count) === restarts;
}

export interface SqueueAnswer {
	readonly stdout: string;
	readonly stderr: string;
	/** null: it did not end by itself. */
	readonly code: number | null;
}

/** Every id gets a state. An array's own id gets that of its liveliest task. */
export function parseSqueue({ stdout, stderr, code }: SqueueAnswer, ids: readonly string[]): Map<string, JobState> {
	if (code !== 0) {
		// One purged id alone, or one no job can have, is an error to squeue; a purged one among several is dropped silently.
		const purged =
			code === 1 && wordsFor(ids).length === 1 && stdout === '' && /Invalid job id(?: specified|: )/.test(stderr);
		const state: JobState = purged ? { kind: 'missing' } : { kind: 'unknown', why: whyNot(stderr, code) };
		return new Map(ids.map((id) => [id, state]));
	}
	const asked = new Set(wordsFor(ids));
	const rows = stdout.split('\n');
	const cut = rows.pop() !== '';
	const seen = new Map<string, JobState>();
	const arrays = new Map<string, JobState[]>();
	let bad: string | undefined = cut ? 'its answer was cut short' : undefined;
	for (const row of rows) {
		const fields = row.split('|');
		const [id = '', job = ''] = fields;
		if (!asked.has(id) && !asked.has(arrayOf(id)) && !asked.has(job)) {
			bad ??= `a row that is none of ours: ${JSON.stringify(row.slice(0, 80))}`;
			continue;
		}
		const twice = { kind: 'unknown', why: `squeue has two rows for ${id}` } as const;
		const state = seen.has(id) ? twice : stateOf(fields);
		seen.set(id, state);
		const array = arrayOf(id);
		if (array !== id) arrays.set(array, arrays.get(array) ?? []);
		arrays.get(array)?.push(state);
		// A running task of an array has a job id of its own, which is what the job itself knows.
		if (job !== id && job !== array) seen.set(job, state);
	}
	// A row we cannot place may be anybody's, and an error beside an answer means the answer may be a part: then an id
	// without a row is not missing, it is not known.
	bad ??= /\b(?:error|unable|failed|refused|timed out)\b/i.test(stderr) ? whyNot(stderr, code) : undefined;
	const absent: JobState = bad === undefined ? { kind: 'missing' } : { kind: 'unknown', why: bad };
	return new Map(
		ids.map((id) => {
			const own = seen.get(id);
			const tasks = arrays.get(id) ?? [];
			// Tasks that were taken out together are one row, of the array's id.
			return [id, liveliest(own === undefined ? tasks : [own, ...tasks]) ?? seen.get(arrayOf(id)) ?? absent];
		}),
	);
}

function stateOf([id = '', , state = '', nodes = '', left = '', ...others]: string[]): JobState {
	const [start = '', end = '', dependency = '', ...reason] = others;
	const because = reason.join('|');
	if (reason.length === 0) return { kind: 'unknown', why: 'squeue gave a row without all its fields' };
	if (RUNNING.has(state)) return { kind: 'running', nodes, ...timeOf('ends', end), ...secondsOf(left) };
	if (state === 'CONFIGURING') return { kind: 'pending', reason: 'Configuring', ...timeOf('expectedStart', start) };
	if (PENDING.has(state)) {
		const todo = because === 'JobHeldUser' ? { todo: `scontrol release ${id}` } : {};
		const words = dependencyInWords(because, dependency);
		const said = words === undefined ? todo : { ...todo, words };
		return { kind: 'pending', reason: because, ...said, ...timeOf('expectedStart', start) };
	}
	// Also while a job's handler of SIGTERM runs.
	if (state === 'COMPLETING') return { kind: 'ending', nodes };
	if (state === 'COMPLETED') return { kind: 'ended', how: state, exitCode: 0 };
	if (ENDED.has(state)) return { kind: 'ended', how: state };
	return { kind: 'unknown', why: `squeue knows a state ${JSON.stringify(state.slice(0, 40))}` };
}

const RUNNING = new Set(['RUNNING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING']);
const PENDING = new Set(['PENDING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT', 'RESV_DEL_HOLD']);
/** Not REVOKED: that job runs in another cluster of the federation. */
const ENDED = new Set([
	...['STAGE_OUT', 'CANCELLED', 'FAILED', 'TIMEOUT', 'DEADLINE', 'OUT_OF_MEMORY', 'NODE_FAIL'],
	...['PREEMPTED', 'BOOT_FAIL', 'LAUNCH_FAILED', 'RECONFIG_FAIL'],
]);

/** squeue prints local times such as 2026-11-21T09:32:10; N/A, NONE and Unknown where it has none. */
function timeOf<Name extends string>(name: Name, text: string): { readonly [Key in Name]?: string } {
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? ({ [name]: text } as { [Key in Name]: string }) : {};
}

function secondsOf(text: string): { readonly secondsLeft?: number } {
	const secondsLeft = clockSeconds(text);
	return secondsLeft === undefined ? {} : { secondsLeft };
}

function arrayOf(id: string): string {
	return id.split(/[_+]/)[0] ?? id;
}

function whyNot(stderr: string, code: number | null): string {
	const line = stderr.split('\n').find((each) => each.trim() !== '');
	return line?.trim().slice(0, 200) ?? (code === null ? 'squeue did not answer in time' : `squeue ended with ${code}`);
}
