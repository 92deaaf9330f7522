// process.argv in, exit code out: the only file that knows either.
import { fstatSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import { hearStops } from './adapters/interruption.ts';
import { parentsOf } from './adapters/parents.ts';
import { findEntry } from './commands/index.ts';
import { overview, overviewFor } from './commands/overview.ts';
import type { Shell } from './commands/shell.ts';
import { failureWords } from './core/failure-words.ts';
import { colours, draws } from './core/terminal.ts';
import { Trouble } from './core/trouble.ts';
import type { Ear } from './core/world.ts';

const SUPERVISORS = new Set(['idle-watch', 'run-client', 'run-node']);

/** A supervisor listens before anything else is loaded: a signal in the first instant counts. */
const listening: Promise<Ear> | undefined = SUPERVISORS.has(process.argv[2] ?? '')
	? import('./adapters/ear.ts').then(({ listen }) => listen())
	: undefined;

const NUMBERS = { stdin: 0, stdout: 1, stderr: 2 };
type Output = 'stdout' | 'stderr';

/** Those that somebody has used: making one takes Node a millisecond, which must not delay what is asked of others. */
const used = new Set<Output>();
for (const name of ['stdout', 'stderr'] as const) {
	const { get: make } = Object.getOwnPropertyDescriptor(process, name) ?? {};
	Object.defineProperty(process, name, {
		configurable: true,
		enumerable: true,
		get() {
			const stream: NodeJS.WriteStream = make?.call(process);
			if (!used.has(name)) stream.on('error', (error) => failed(name, error));
			used.add(name);
			return stream;
		},
	});
}

/** A reader that goes away (head, grep -q, a pager) ends a command quietly, as SIGPIPE ends others; a supervisor goes on.
 *  Where there is no room for what is printed, a command says so, if it still can. */
function failed(name: Output, error: NodeJS.ErrnoException): void {
	if (listening !== undefined && error.code === 'EPIPE') return;
	if (listening !== undefined) throw error;
	if (error.code === 'EPIPE') process.exit(141);
	if (name === 'stdout') process.stderr.write(`ERROR: What was to be printed could not be written: ${error.message}\n`);
	process.exit(1);
}

main(process.argv.slice(2)).then(
	(code) => leave(code),
	async (error: unknown) => leave(await report(error)),
);

async function main(words: readonly string[]): Promise<number> {
	const ear = await listening;
	const [first] = words;
	if (first === '--version' || first === '-V') {
		process.stdout.write(`rayslurm ${RAYSLURM_VERSION}\n`);
		return 0;
	}
	if (first === undefined || first === '--help' || first === '-h') {
		process.stdout.write(overview(columnsOf('stdout')));
		return 0;
	}
	const found = findEntry(words);
	if (found === undefined) {
		process.stdout.write(overviewFor(columnsOf('stdout'), words));
		return 0;
	}
	const { command } = await found.entry.load();
	return command(shellFor(found.rest, ear));
}

function shellFor(words: readonly string[], ear: Ear | undefined): Shell {
	const deaf: Ear = { wait: async () => {}, poke: () => {}, take: () => [] };
	const self = [process.execPath, __filename];
	return {
		words,
		cwd: here(),
		environment: process.env,
		out: (text) => void process.stdout.write(text),
		err: (text) => void process.stderr.write(text),
		outBytes: (bytes) => new Promise((resolve) => process.stdout.write(bytes, () => resolve())),
		errBytes: (bytes) => new Promise((resolve) => process.stderr.write(bytes, () => resolve())),
		stderrIsTerminal: draws(isTerminal('stderr'), process.env),
		stdoutIsTerminal: draws(isTerminal('stdout'), process.env),
		stdoutColours: colours(isTerminal('stdout'), process.env),
		stderrColours: colours(isTerminal('stderr'), process.env),
		columns: columnsOf,
		hostName: hostname(),
		self,
		world: async (scheduler) => (await import('./adapters/world.ts')).realWorld(scheduler, ear ?? deaf, self),
		openAtOnce: async () => (await import('./adapters/opening.ts')).openAtOnce(),
		local: async () => (await import('./adapters/schedulers/local.ts')).local(self),
		promiseCpus: (cpus) => {
			process.env['RAYSLURM_LOCAL_CPUS'] = String(cpus);
		},
		senses: async () => (await import('./adapters/doctor/senses.ts')).senses,
		look: async () => (await import('./adapters/quick-look.ts')).quickLook(),
		ear: ear ?? deaf,
		hasTerminal: isTerminal('stdin') && isTerminal('stdout') && isTerminal('stderr'),
		runHere: async (program) => (await import('./adapters/foreground.ts')).runForeground(program),
		tunnels: async () => (await import('./adapters/tunnels.ts')).tunnels,
		parents: () => parentsOf(process.ppid),
		onStop: hearStops,
		interrupted,
		run: async (argv, timeoutMs) => (await import('./adapters/run.ts')).run(argv, { timeoutMs }),
		traceFromNowOn: () => void import('./adapters/log.ts').then(({ traceFromNowOn }) => traceFromNowOn()),
	};
}

function columnsOf(stream: Output): number | undefined {
	return isTerminal(stream) ? process[stream].columns || 80 : undefined;
}

/** What asks the terminal itself takes Node a while to load. */
function isTerminal(stream: keyof typeof NUMBERS): boolean {
	return fstatSync(NUMBERS[stream]).isCharacterDevice() && isatty(NUMBERS[stream]);
}

function here(): string {
	const folder = whereWeAre();
	if (folder !== undefined) return folder;
	throw new Trouble('failed', 'The folder you are in is not there any more', {
		hint: 'cd "$PWD" if it was made anew; or cd ~',
	});
}

/** undefined: the folder has been removed under the shell's feet. */
function whereWeAre(): string | undefined {
	try {
		return process.cwd();
	} catch {
		return undefined;
	}
}

/** A second ctrl-C ends the process. */
function interrupted(): Promise<void> {
	return new Promise((resolve) => process.once('SIGINT', () => resolve()));
}

async function report(error: unknown): Promise<number> {
	const words = process.argv.slice(2);
	const { out, err, code } = failureWords(error, {
		cwd: whereWeAre() ?? '/',
		json: words.includes('--json') && (await (await import('./commands/asks-json.ts')).asksJson(words)),
		colours: colours(isTerminal('stderr'), process.env),
		self: `rayslurm ${RAYSLURM_VERSION} on Node ${process.version}`,
	});
	process.stdout.write(out);
	process.stderr.write(err);
	return code;
}

/** Timers and connections that are still open must not hold the command; output that is still on its way must not be lost. */
function leave(code: number): void {
	process.exitCode = code;
	// The batch shell takes 137 for a killed supervisor and awaits the guard's word, which has been said already.
	if (listening && code === 137) writeSync(NUMBERS.stdin, 'swept\n');
	const unsaid = [...used].filter((name) => process[name].writableLength > 0);
	const said = unsaid.map((name) => new Promise<void>((resolve) => process[name].write('', () => resolve())));
	// One turn later, so that a stream's error is heard before.
	void Promise.all(said).then(() => setImmediate(() => process.exit(code)));
}
