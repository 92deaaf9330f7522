// Programs that make an environment: each leads a session of its own, so that all it starts can be ended with it, and is
// written down, so that a later command can end what the death of this process has left behind.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessTable } from '../../core/holder.ts';
import type { BenchOutcome } from '../../core/python-environments.ts';
import { UNWANTED_VARIABLES } from '../../core/python-words.ts';
import { debug } from '../log.ts';
import { parseStat, processesInSessions, thisProcessTable } from '../processes.ts';

export interface MakerPlace {
	/** Where it is written down. */
	readonly record: string;
	readonly cwd: string;
	readonly temporaryFolder: string;
	readonly stop: AbortSignal;
}

export interface MakerMore {
	readonly input?: string;
	readonly heard?: (line: string) => void;
}

interface MakerRecord extends ProcessTable {
	readonly session: number;
	readonly startTime: string;
	readonly temporaryFolder: string;
}

const LONGEST_OUTPUT = 2_000_000;
/** pip takes its temporary files away when it is interrupted in order. */
const ORDERLY_MS = 3_000;
/** A process that waits for a disk does not end before that. */
const KILLED_MS = 2_000;
/** Half an hour: nothing that a person still waits for. */
const LONGEST_MS = 1_800_000;

export async function runMaker(
	argv: readonly string[],
	place: MakerPlace,
	more: MakerMore = {},
): Promise<BenchOutcome> {
	place.stop.throwIfAborted();
	const [program = '', ...words] = argv;
	const began = performance.now();
	const child = spawn(program, words, {
		cwd: place.cwd,
		detached: true,
		env: environmentFor(place.temporaryFolder),
		stdio: [more.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
	});
	if (child.pid !== undefined) writeRecord(place, child.pid);
	child.stdin?.on('error', () => {}); // It need not read.
	child.stdin?.end(more.input);
	let stdout = '';
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		const lines = lineSplitter((line) => {
			debug(line);
			more.heard?.(line);
		});
		stream?.setEncoding('utf8').on('data', (text: string) => {
			if (output.length < LONGEST_OUTPUT) output += text;
			if (stream === child.stdout && stdout.length < LONGEST_OUTPUT) stdout += text;
			lines(text);
		});
	}
	const limit = AbortSignal.any([place.stop, AbortSignal.timeout(LONGEST_MS)]);
	let ending: Promise<void> | undefined;
	const end = () => {
		if (child.pid !== undefined) ending = endInOrder(child.pid);
	};
	limit.addEventListener('abort', end);
	const ended = await new Promise<{ code: number; missing: boolean }>((resolve) => {
		child.once('error', (error: NodeJS.ErrnoException) =>
			resolve({ code: 127, missing: error.code === 'ENOENT' || error.code === 'EACCES' }),
		);
		child.once('close', (code) => resolve({ code: code ?? 1, missing: false }));
	});
	limit.removeEventListener('abort', end);
	await ending; // What it had started may outlive it.
	debug(
		`${ended.code} in ${Math.round(performance.now() - began)} ms: ${argv.map((word) => JSON.stringify(word)).join(' ')}`,
	);
	place.stop.throwIfAborted();
	return { ...ended, stdout, output };
}

function environmentFor(temporaryFolder: string): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(
		([name]) => !(UNWANTED_VARIABLES as readonly string[]).includes(name),
	);
	return { ...Object.fromEntries(kept), TMPDIR: temporaryFolder, PYTHONUNBUFFERED: '1' };
}

async function endInOrder(leader: number): Promise<void> {
	tryToSignal(-leader, 'SIGINT');
	if (!(await sessionEnds(leader, ORDERLY_MS))) await killSession(leader);
}

async function killSession(leader: number, since = 0): Promise<void> {
	for (const { pid, startTime } of await processesInSessions(new Set([leader]))) {
		if (Number(startTime) >= since) tryToSignal(pid, 'SIGKILL');
	}
	await sessionEnds(leader, KILLED_MS);
}

async function sessionEnds(leader: number, withinMs: number): Promise<boolean> {
	const deadline = performance.now() + withinMs;
	while ((await processesInSessions(new Set([leader]))).length > 0) {
		if (performance.now() > deadline) return false;
		await delay(30);
	}
	return true;
}

function tryToSignal(pid: number, signal: NodeJS.Signals): void {
	try {
		process.kill(pid, signal);
	} catch {} // It has ended by itself.
}

function writeRecord({ record, temporaryFolder }: MakerPlace, session: number): void {
	const startTime = parseStat(readFileSync(`/proc/${session}/stat`, 'utf8'))?.startTime ?? '';
	const maker: MakerRecord = { ...thisProcessTable(), session, startTime, temporaryFolder };
	writeFileSync(record, `${JSON.stringify(maker)}\n`, { mode: 0o600 });
}

/** Ends what a maker that is gone has left running here. Its temporary folder, which is for the caller to take away. */
export async function endLeftMaker(record: string): Promise<string | undefined> {
	const text = await readFile(record, 'utf8').catch(() => '');
	const maker = parseRecord(text);
	const here = thisProcessTable();
	if (maker === undefined || maker.host !== here.host) return undefined;
	if (maker.bootId !== here.bootId || maker.pidSpace !== here.pidSpace) return maker.temporaryFolder;
	const left = await processesInSessions(new Set([maker.session]));
	const leader = left.find(({ pid }) => pid === maker.session);
	// A number that is used again has a leader that began later.
	if (leader !== undefined && leader.startTime !== maker.startTime) return maker.temporaryFolder;
	if (left.length > 0) await killSession(maker.session, Number(maker.startTime));
	return maker.temporaryFolder;
}

function parseRecord(text: string): MakerRecord | undefined {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // Cut off by a full disk, or not there.
	}
}

function lineSplitter(each: (line: string) => void): (text: string) => void {
	let rest = '';
	return (text) => {
		const parts = (rest + text).split(/\r?\n|\r/);
		rest = parts.pop() ?? '';
		for (const part of parts) each(part);
	};
}
