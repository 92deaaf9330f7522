// A nest: a private folder, the programs started in it, and a guard that ends them and removes the folder whatever becomes
// of this process. The guard (guard.sh) is the one place that looks for and ends processes, on the happy path as well.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { lstat, mkdir, readFile, rmdir, symlink, unlink } from 'node:fs/promises';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { isShortEnough } from '../core/nest-place.ts';
import { Trouble } from '../core/trouble.ts';
import type { Nest, NestProgram, OwnProcess, ProgramEnd, Running } from '../core/world.ts';
import findOurs from './find-ours.sh';
import guardScript from './guard.sh';
import { ownProcess, parseStat, processesInSessions } from './processes.ts';

export async function makeNest(job: string, owner: string): Promise<Nest> {
	// First the guard, then what it guards: this process may be killed at any instant.
	const guard = new Guard(owner, job);
	const folder = await makeFolder(guard).catch(async (error: unknown) => {
		await guard.finish();
		throw error;
	});
	// Slurm itself says TMPDIR=/tmp. Only a place that is not ours, because its path is too long, stays what it is.
	const site = process.env['TMPDIR'];
	const temporaryFolder = site === undefined || folder.startsWith(`${site}/`) ? `${folder}/tmp` : undefined;
	if (temporaryFolder !== undefined) await mkdir(temporaryFolder);
	const leaders = new Set<number>();
	return {
		folder,
		temporaryFolder,
		async link(path, target) {
			if (!(await placeLink(path, target))) return false;
			guard.tell(`link ${path} ${target}`);
			return true;
		},
		keepInfo: (path, incarnation) => guard.tell(`info ${incarnation} ${path}`),
		keepToken: (path) => guard.tell(`token - ${path}`),
		keepLogs(argv) {
			for (const word of argv) guard.tell(`keep - ${word}`);
		},
		async spawn(program) {
			const running = await start(program, owner, job);
			leaders.add(running.pid);
			guard.tell(`leader ${running.pid} ${startTimeOf(running.pid)}`);
			return running;
		},
		close: () => guard.finish(),
		async find(names) {
			const found = new Map<string, OwnProcess>();
			for (const stat of await processesInSessions(leaders)) {
				if (names.includes(stat.command)) found.set(stat.command, ownProcess(stat));
			}
			return found;
		},
	};
}

async function makeFolder(guard: Guard): Promise<string> {
	const wished = process.env['TMPDIR'];
	// What the guard is told is a line: half a path would be another's.
	const isUsable = wished !== undefined && /^\/[^\n]*$/.test(wished) && isShortEnough(wished);
	const places = isUsable ? [wished, '/tmp'] : ['/tmp'];
	let failure: unknown;
	for (const place of places) {
		// Six letters that nobody can know, to be there first.
		const folder = `${place}/rs-${randomBytes(4).toString('base64url')}`;
		guard.tell(`folder - ${folder}`);
		try {
			// Fails where the name exists, whatever it is.
			await mkdir(folder, 0o700);
			if (((await lstat(folder)).mode & 0o777) === 0o700) return folder;
			await rmdir(folder);
			failure ??= new Error('its mode is not 0700');
		} catch (error) {
			guard.tell('folder - ');
			failure ??= error;
		}
	}
	throw new Trouble('failed', `No folder for Ray could be made in ${places[0]}: ${(failure as Error).message}`, {
		hint: `look at the space and the permissions there (df ${places[0]}), or set TMPDIR to another short path`,
		cause: failure,
	});
}

/** A link of mine from an earlier life of this job is replaced. Somebody else's is never followed, nor changed. */
async function placeLink(path: string, target: string): Promise<boolean> {
	try {
		const old = await lstat(path).catch(() => undefined);
		if (old?.isSymbolicLink() && old.uid === process.getuid?.()) await unlink(path);
		await symlink(target, path);
		return true;
	} catch {
		return false;
	}
}

async function start(program: NestProgram, owner: string, job: string): Promise<Running> {
	const output = program.outputFile === undefined ? undefined : openSync(program.outputFile, 'a', 0o600);
	const [file = '', ...words] = program.argv;
	const child = spawn(file, words, {
		detached: true, // A session of its own: that is how its processes are told from others.
		stdio: [program.stdin ?? 'ignore', output ?? 'inherit', output ?? 'inherit'],
		env: { ...process.env, ...program.environment, RAYSLURM_OWNER: owner, SLURM_JOB_ID: job },
	});
	if (output !== undefined) closeSync(output);
	const { pid } = child;
	if (pid === undefined) {
		const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
		throw new Trouble('program-missing', `${file} could not be started: ${cause.message}`, {
			hint: 'is it in the PATH of this environment?',
			cause,
		});
	}
	child.stdin?.on('error', () => {});
	return running(child, pid);
}

function running(child: ChildProcess, pid: number): Running {
	let end: ProgramEnd | undefined;
	const ended = new Promise<ProgramEnd>((resolve) => {
		child.once('exit', (code, signal) => {
			end = signal === null ? { code: code ?? 1 } : { code: 128 + signalNumber(signal), signal };
			resolve(end);
		});
	});
	return {
		pid,
		ended,
		end: () => end,
		catches: async (name) => {
			// SigCgt is a bit mask in hexadecimal; signal 1 is its lowest bit.
			const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
			const caught = BigInt(`0x${/^SigCgt:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
			return ((caught >> BigInt(signalNumber(`SIG${name}`) - 1)) & 1n) === 1n;
		},
		signal: (name) => {
			if (end === undefined) child.kill(`SIG${name}`);
		},
		write: (line) => {
			child.stdin?.write(`${line}\n`);
		},
	};
}

function startTimeOf(pid: number): string {
	try {
		return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.startTime ?? 'gone';
	} catch {
		return 'gone';
	}
}

function signalNumber(name: NodeJS.Signals): number {
	return constants.signals[name] ?? 0;
}

/** More deaths of guards than this are no accident, and another would not last either. */
const MOST_GUARDS = 5;
const FINISH_LIMIT_MS = 60_000;

class Guard {
	private child: ChildProcess;
	private started = 0;
	private over = false;
	private ending: Promise<boolean> | undefined;
	private readonly told: string[] = [];
	private finished: ((clean: boolean) => void) | undefined;
	private readonly words: readonly string[];

	constructor(...words: string[]) {
		this.words = words;
		this.child = this.start();
	}

	/** Facts are kept, so that a guard which dies is followed by one that knows as much. */
	tell(line: string): void {
		this.told.push(line);
		this.child.stdin?.write(`${line}\n`);
	}

	/** Resolves when everything is ended and removed; false if something could not be. Asked again, it says the same. */
	finish(): Promise<boolean> {
		this.ending ??= new Promise((resolve) => {
			const timer = setTimeout(() => resolve(false), FINISH_LIMIT_MS);
			this.finished = (clean) => {
				clearTimeout(timer);
				this.over = true;
				resolve(clean);
			};
			this.tell('done');
		});
		return this.ending;
	}

	private start(): ChildProcess {
		this.started += 1;
		// --norc: with a socket for its input, bash would take itself for a remote shell and run ~/.bashrc.
		const child = spawn('bash', ['--norc', '-c', 'eval "$GUARD"', 'rayslurm-guard', ...this.words], {
			detached: true,
			cwd: '/',
			env: {
				PATH: process.env['PATH'] ?? '/usr/bin:/bin',
				LC_ALL: 'C',
				GUARD: `${findOurs}\n${guardScript}`,
				// The local scheduler, which ends what a job leaves, gives guards the time to remove their folders.
				RAYSLURM_GUARD_OF: process.env['RAYSLURM_LOCAL_JOB'] ?? '',
			},
			stdio: ['pipe', 'pipe', 'ignore', 0],
		});
		child.stdin?.on('error', () => {});
		if (child.stdout) createInterface(child.stdout).on('line', (line) => this.finished?.(line === 'swept'));
		let gone = false;
		const replace = () => {
			if (gone) return;
			gone = true;
			if (this.started < MOST_GUARDS) setTimeout(() => this.replace(child), 100 * this.started).unref();
			else this.finished?.(false);
		};
		child.once('error', replace).once('close', replace);
		for (const line of this.told) child.stdin?.write(`${line}\n`);
		return child;
	}

	private replace(dead: ChildProcess): void {
		if (this.child === dead && !this.over) this.child = this.start();
	}
}
