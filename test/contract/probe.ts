// A scheduler's own adapter at work for an ordinary user: a small program around it, one call a run, JSON out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { KnownState } from '../../src/core/world.ts';
import { nodeForUsers } from '../testbed/app.ts';
import { bundle, type Person, until } from '../testbed/bed.ts';

const SOURCE = `
import { realWorld } from './src/adapters/world.ts';
const [name, verb, ...words] = process.argv.slice(2);
const ear = { wait: async () => {}, poke: () => {}, take: () => [] };
const verbsOf = ({ scheduler }) => ({
	submit: ([script, scriptPath, ...options]) => scheduler.submit({ script, scriptPath, options }),
	states: async (jobs) => [...(await scheduler.states(jobs))],
	signal: ([signal, ...jobs]) => scheduler.signal(jobs, signal),
	cancel: (jobs) => scheduler.cancel(jobs),
	limits: () => scheduler.limits(undefined),
});
const world = realWorld(name, ear, JSON.parse(process.env.PROBE_SELF));
world.then((real) => verbsOf(real)[verb](words)).then(
	(value) => console.log(JSON.stringify({ value: value ?? null })),
	(error) => console.log(JSON.stringify({ trouble: { kind: error.kind, message: String(error.message) } })),
).then(() => process.exit(0));
`;

let text: string | undefined;

function programText(): string {
	if (text !== undefined) return text;
	const folder = mkdtempSync(join(tmpdir(), 'probe-'));
	buildSync({
		stdin: { contents: SOURCE, loader: 'ts', resolveDir: resolve(import.meta.dirname, '../..') },
		bundle: true,
		platform: 'node',
		format: 'cjs',
		target: 'node20',
		loader: { '.sh': 'text' },
		define: { 'import.meta.url': '"file:///"' },
		outfile: join(folder, 'probe.cjs'),
		logLevel: 'error',
	});
	text = readFileSync(join(folder, 'probe.cjs'), 'utf8');
	rmSync(folder, { recursive: true });
	return text;
}

export interface Submitted {
	readonly job: string;
	/** A file in the folder it was submitted from. */
	file(name: string): string;
	read(name: string): string;
}

export class Probe {
	readonly #who: Person;
	readonly #scheduler: string;
	readonly #environment: Readonly<Record<string, string>>;
	#program: Promise<string> | undefined;

	constructor(who: Person, scheduler: string, environment: Readonly<Record<string, string>> = {}) {
		this.#who = who;
		this.#scheduler = scheduler;
		this.#environment = environment;
	}

	/** A script of these lines, after #!/bin/bash, from a folder of its own. Lasts at most a few minutes, whatever happens. */
	async submit(lines: readonly string[], options: readonly string[] = [], more: Record<string, string> = {}) {
		const cwd = await this.#who.workspace();
		const script = ['#!/bin/bash', ...lines, ''].join('\n');
		const path = await this.#who.write(join(cwd, 'job.sh'), script);
		const job = await this.#ask<string>(['submit', script, path, ...SMALL, ...options], cwd, more);
		const file = (name: string) => join(cwd, name);
		return { job, file, read: (name: string) => readFileSync(file(name), 'utf8') } satisfies Submitted;
	}

	async state(job: string): Promise<KnownState> {
		return (await this.states([job])).get(job) as KnownState;
	}

	async states(jobs: readonly string[]): Promise<Map<string, KnownState>> {
		return new Map(await this.#ask<[string, KnownState][]>(['states', ...jobs]));
	}

	signal(signal: string, ...jobs: string[]): Promise<null> {
		return this.#ask(['signal', signal, ...jobs]);
	}

	cancel(...jobs: string[]): Promise<null> {
		return this.#ask(['cancel', ...jobs]);
	}

	async ended(job: string, timeoutMs = 60_000): Promise<Extract<KnownState, { kind: 'ended' }>> {
		const is = (state: KnownState) => state.kind === 'ended';
		const state = await until(`job ${job} has ended`, () => this.state(job), { is, timeoutMs, everyMs: 300 });
		return state as Extract<KnownState, { kind: 'ended' }>;
	}

	async #ask<T>(words: readonly string[], cwd?: string, more: Record<string, string> = {}): Promise<T> {
		this.#program ??= this.#who.workspace().then((folder) => this.#who.write(join(folder, 'probe.cjs'), programText()));
		const argv = [nodeForUsers(), await this.#program, this.#scheduler, ...words];
		const env = { ...this.#environment, PROBE_SELF: JSON.stringify([nodeForUsers(), bundle]), ...more };
		const { stdout, stderr } = await this.#who.run(argv, { env, ...(cwd === undefined ? {} : { cwd }) });
		if (stdout === '') throw new Error(stderr);
		const { value, trouble } = JSON.parse(stdout);
		if (trouble === undefined) return value;
		throw Object.assign(new Error(trouble.message), { kind: trouble.kind });
	}
}

const SMALL = ['--time=5', '--cpus-per-task=1', '--mem=50M'];
