// `rayslurm logs JOB`: the files that the scheduler writes for a job, printed once or followed to the job's end. Nobody is
// asked while there is something to print.
import type { Client } from '../core/clients.ts';
import { whyPendingAndTodo } from '../core/slurm-reasons.ts';
import { isJobId } from '../core/target.ts';
import { inGroups, nameOf } from '../core/task-names.ts';
import { Trouble } from '../core/trouble.ts';
import type { JobId, World } from '../core/world.ts';
import { followJob } from '../flows/follow-job.ts';
import { type QueueListener, queueWords } from '../flows/queue-words.ts';
import { readClients } from '../flows/read-clients.ts';
import type { FoundJob } from './find-job.ts';
import { findLogs, type LogPaths, logRefused } from './log-files.ts';
import { type OutputTail, printOnce, tailOf } from './output-tail.ts';
import { openOwn } from './own-file.ts';
import { queueNotes, say, shown } from './progress.ts';
import type { Shell } from './shell.ts';

/** One job's; job: undefined of a task that has not begun, as far as is known. */
export type WantedLog = Omit<FoundJob, 'kind' | 'job'> & {
	readonly kind: 'head' | 'client';
	readonly job: JobId | undefined;
};

export function wantedLog(found: FoundJob): WantedLog {
	const { kind, name, job, clients } = found;
	if (kind === 'array') throw isArray(name, clients);
	return { ...found, kind, job: isJobId(job) ? job : undefined };
}

function isArray(name: string, tasks: readonly Client[]): Trouble {
	const begun = tasks.filter(({ events }) => events.length > 0).map(nameOf);
	const example = begun[0] ?? tasks.map(nameOf)[0];
	return new Trouble(
		'usage',
		`Job ${name} is an array of clients (${inGroups(tasks.map(nameOf))}): which of its tasks?`,
		{
			hint: `rayslurm logs ${example}; ${begun.length === 0 ? 'none has begun yet' : `these have begun: ${inGroups(begun)}`}`,
		},
	);
}

export interface LogWishes {
	readonly lines: number | undefined;
	readonly follow: boolean;
	readonly errors: boolean;
	readonly json: boolean;
}

export async function showLog(shell: Shell, world: World, wanted: WantedLog, wishes: LogWishes): Promise<number> {
	if (wishes.follow && !wishes.json) return follow(shell, world, wanted, wishes);
	const { job, name, layout, kind } = wanted;
	const paths = job === undefined ? undefined : await findLogs(layout, job);
	if (wishes.json) {
		const facts = { job: name, kind, output: paths?.output ?? null, errors: paths?.errors ?? null };
		shell.out(`${JSON.stringify({ schemaVersion: 1, ...facts })}\n`);
		return 0;
	}
	if (paths === undefined) return sayWhyNothing(shell, world, wanted);
	let bytes = 0;
	for (const path of shownPaths(paths, wanted, wishes)) {
		const opened = await openOwn(path);
		if (opened.kind === 'refused') throw logRefused(path, opened.why);
		if (opened.kind === 'missing') continue;
		bytes += opened.stat.size;
		await printOnce(opened.file, opened.stat.size, (piece) => shell.outBytes(piece), wishes.lines);
		await opened.file.close();
	}
	if (bytes === 0 && !wishes.errors) {
		say(shell, `Its output is empty. Its errors, and what rayslurm did: rayslurm logs --err ${name}`);
	}
	return 0;
}

/** Where there is no script, what the supervisor says is the output. */
function shownPaths({ output, errors }: LogPaths, wanted: WantedLog, wishes: LogWishes): readonly string[] {
	return wishes.errors ? [errors] : hasScript(wanted) ? [output] : [output, errors];
}

function hasScript({ kind, clients }: WantedLog): boolean {
	const record = clients[0]?.record;
	return kind === 'client' && (record === undefined || record.script !== undefined);
}

async function sayWhyNothing(shell: Shell, world: World, { name }: WantedLog): Promise<number> {
	const { title } = world.scheduler;
	const state = (await world.scheduler.states([name])).get(name);
	switch (state?.kind) {
		case 'pending': {
			const start = state.expectedStart === undefined ? '' : `; expected to start at ${state.expectedStart}`;
			say(
				shell,
				`Job ${name} is pending: ${whyPendingAndTodo(state)}${start}. Wait for it with: rayslurm logs -f ${name}`,
			);
			return 0;
		}
		case 'running':
			say(shell, `Job ${name} runs and has written nothing yet. Wait for it with: rayslurm logs -f ${name}`);
			return 0;
		case 'ending':
		case 'ended':
		case 'gone':
			throw neverBegan(world, name);
		default:
			throw new Trouble(
				'scheduler-silent',
				`No log of job ${name} is there, and ${title} did not say why: ${state?.why ?? 'no answer'}`,
				{ hint: 'try again in a minute' },
			);
	}
}

function neverBegan(world: World, name: string): Trouble {
	return new Trouble('no-such-job', `Job ${name} has ended, and no log of it is there`, {
		hint: `it may never have begun: ${world.scheduler.lookHint(name)}`,
	});
}

async function follow(shell: Shell, world: World, wanted: WantedLog, wishes: LogWishes): Promise<number> {
	const words = queueNotes(shell, world, 'job');
	const job = wanted.job ?? (await untilBegun(world, wanted, words));
	let paths: LogPaths | undefined;
	let tails: readonly OutputTail[] = [];
	await followJob(
		world,
		{ ...wanted, job },
		{
			...words,
			show: async () => {
				if (paths === undefined) {
					paths = await findLogs(wanted.layout, job);
					tails = paths === undefined ? [] : tailsOf(shell, paths, wanted, wishes);
				}
				return (await Promise.all(tails.map(showMuch))).some(Boolean);
			},
			closed: async () => paths !== undefined && hasClosed((await world.files.readEnd(paths.errors, 4096)) ?? '', job),
		},
	);
	await Promise.all(tails.map((tail) => tail.close()));
	if (paths === undefined) throw neverBegan(world, wanted.name);
	return 0;
}

const MOST_PIECES = 64;

/** What has come since the last look, and of a torrent so much that other things get their turn. */
async function showMuch(tail: OutputTail): Promise<boolean> {
	let pieces = 0;
	while (pieces < MOST_PIECES && (await tail.show())) pieces += 1;
	return pieces > 0;
}

function tailsOf(shell: Shell, paths: LogPaths, wanted: WantedLog, wishes: LogWishes): readonly OutputTail[] {
	const tail = (path: string, write: (bytes: Uint8Array) => Promise<void> | void) =>
		tailOf(path, write, { lines: wishes.lines, note: (what) => say(shell, `${shown(shell, path)}: ${what}`) });
	const out = (bytes: Uint8Array) => shell.outBytes(bytes);
	const tails = shownPaths(paths, wanted, wishes).map((path) => tail(path, out));
	// As somebody sees it who runs the script by hand.
	if (!wishes.errors && hasScript(wanted)) tails.push(tail(paths.errors, (bytes) => shell.errBytes(bytes)));
	return tails;
}

/** What a supervisor says last of all. */
function hasClosed(words: string, job: JobId): boolean {
	const line = words.trimEnd().split('\n').at(-1) ?? '';
	return line.startsWith(`Client ${job} ended with code `) || line.startsWith(`Head ${job} ended: `);
}

const LOOK_EVERY_MS = 1_000;

/** The job id of a task of an array. */
export async function untilBegun(world: World, { name, head }: WantedLog, words: QueueListener): Promise<JobId> {
	const queue = await world.queue([name]);
	const endBySlurm = queueWords(world.clock, words, world.scheduler.title);
	try {
		for (;;) {
			const job = (await readClients(world, head)).find(({ task }) => task === name)?.job;
			if (job !== undefined && isJobId(job)) return job;
			const end = endBySlurm(queue.known().get(name));
			if (end !== undefined) {
				throw new Trouble('no-such-job', `Task ${name} has ended, and has said nothing of itself: ${end}`, {
					hint: 'its log may be in outputs/slurm_logs, under a job id of its own',
				});
			}
			await world.clock.sleep(LOOK_EVERY_MS);
		}
	} finally {
		queue.stop();
	}
}
