// An ordinary user at work: commands run as that user, with a login's environment and nothing of ours.
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { execa, execaSync } from 'execa';
import { bundle, nodeForUsers } from './app.ts';
import { rayFolder, type User, workspacesOf } from './places.ts';

export interface Ended {
	stdout: string;
	stderr: string;
	/** Both, in the order in which they came. */
	all: string;
	/** 128+n when signal n ended it, as a shell says it. */
	code: number;
}

export interface RunOptions {
	cwd?: string;
	/** On top of a login's environment; undefined takes a variable away. */
	env?: Record<string, string | undefined>;
	input?: string;
	timeoutMs?: number;
}

export interface RayslurmOptions extends RunOptions {
	/** Without it, `ray` is the first in PATH. */
	ray?: boolean;
}

/** A command that has been started. `done` rejects only when its time is over. */
export interface Running {
	pid: number;
	done: Promise<Ended>;
	/** What it has printed up to now. */
	soFar(): { stdout: string; stderr: string };
	kill(signal: NodeJS.Signals): void;
}

const PATH = '/usr/bin:/bin';
const running = new Set<Running>();

/** Ends what a test started and did not wait for. */
export async function endCommands(): Promise<void> {
	const left = [...running];
	for (const command of left) command.kill('SIGKILL');
	await Promise.allSettled(left.map(({ done }) => done));
}

export class Person {
	readonly name: User;

	constructor(name: User) {
		this.name = name;
	}

	get home(): string {
		return this.#account.home;
	}

	start(argv: readonly string[], options: RunOptions = {}): Running {
		const { cwd = this.home, input, timeoutMs = 60_000 } = options;
		const command = execa('/usr/bin/setpriv', [...this.#identity, ...argv], {
			cwd,
			env: this.#environment(options.env),
			extendEnv: false,
			...(input === undefined ? { stdin: 'ignore' } : { input }),
			all: true,
			reject: false,
			stripFinalNewline: false,
			timeout: timeoutMs,
			killSignal: 'SIGKILL',
			forceKillAfterDelay: false, // A test's SIGTERM is a SIGTERM and nothing more.
		});
		const seen = { stdout: '', stderr: '' };
		command.stdout?.on('data', (chunk) => {
			seen.stdout += chunk;
		});
		command.stderr?.on('data', (chunk) => {
			seen.stderr += chunk;
		});
		const done = command.then((result): Ended => {
			running.delete(handle);
			const { exitCode, signal, timedOut, stdout = '', stderr = '', all = '' } = result;
			const what = `${this.name}: ${argv.join(' ')}`;
			if (timedOut) throw new Error(`${what}: not done after ${timeoutMs / 1000} s. It printed:\n${all}`);
			if (exitCode === undefined && !signal) throw new Error(`${what}: ${result.message}`);
			return { stdout, stderr, all, code: exitCode ?? 128 + constants.signals[signal as NodeJS.Signals] };
		});
		done.catch(() => {}); // Whoever awaits it sees the error; whoever never does has ended it on purpose.
		const kill = (signal: NodeJS.Signals) => void command.kill(signal);
		const handle = { pid: command.pid ?? 0, done, soFar: () => ({ ...seen }), kill };
		running.add(handle);
		return handle;
	}

	run(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
		return this.start(argv, options).done;
	}

	rayslurm(args: readonly string[], options: RayslurmOptions = {}): Promise<Ended> {
		return this.startRayslurm(args, options).done;
	}

	startRayslurm(args: readonly string[], options: RayslurmOptions = {}): Running {
		const path = options.ray === false ? PATH : `${rayFolder}/bin:${PATH}`;
		const argv = [nodeForUsers(), bundle, ...args];
		return this.start(argv, { ...options, env: { PATH: path, ...options.env } });
	}

	/** A fresh folder of this user, the same on all nodes, readable by everybody. */
	async workspace(): Promise<string> {
		const parent = workspacesOf(this.name);
		await this.#ownFolder(parent);
		const folder = await mkdtemp(join(parent, 'w-'));
		await chmod(folder, 0o755);
		await this.#own(folder);
		return folder;
	}

	/** A file of this user, in folders of this user. */
	async write(path: string, text: string, mode = 0o644): Promise<string> {
		await this.#ownFolder(dirname(path));
		await writeFile(path, text);
		await chmod(path, mode);
		await this.#own(path);
		return path;
	}

	/** Asked anew each time: where the tests are skipped there is no such user, and a bed that is mended makes new ones. */
	get #account(): { uid: number; gid: number; home: string } {
		const [, , uid, gid, , home = '/'] = execaSync('getent', ['passwd', this.name]).stdout.split(':');
		return { uid: Number(uid), gid: Number(gid), home };
	}

	get #identity(): string[] {
		const { uid, gid } = this.#account;
		return [`--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--'];
	}

	#environment(changes: Record<string, string | undefined> = {}): Record<string, string> {
		const { name, home } = this;
		const login = { HOME: home, USER: name, LOGNAME: name, SHELL: '/bin/bash', PATH, LANG: 'C.UTF-8' };
		const all: [string, string | undefined][] = Object.entries({ ...login, ...changes });
		return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
	}

	async #ownFolder(folder: string): Promise<void> {
		const first = await mkdir(folder, { recursive: true });
		for (let made = folder; first !== undefined && made.startsWith(first); made = dirname(made)) {
			await this.#own(made);
		}
	}

	#own(path: string): Promise<void> {
		const { uid, gid } = this.#account;
		return chown(path, uid, gid);
	}
}
