// A world of straw: files in memory, a clock that only sleeping moves, and a queue that says what it is told to.
import type { KnownState, World } from '../../src/core/world.ts';

export interface StrawWorld {
	readonly world: World;
	readonly files: Map<string, string>;
	readonly warnings: string[];
	state: KnownState | undefined;
	stopped: boolean;
	/** Called before each sleep, with how long the world has been going on. */
	whenSleeping: (nowMs: number) => void;
}

export function strawWorld(more: Partial<World> = {}): StrawWorld {
	let nowMs = 0;
	/** Only sleeping moves the clock: when nobody has anything left to do, to the moment when the first of them wakes. */
	const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
	const files = new Map<string, string>();
	const warnings: string[] = [];
	const straw: StrawWorld = {
		world: undefined as never,
		files,
		warnings,
		state: undefined,
		stopped: false,
		whenSleeping: () => {},
	};
	const world = {
		scheduler: { title: 'Slurm' },
		clock: {
			now: () => new Date(nowMs),
			monotonicMs: () => nowMs,
			sleep: (ms: number) =>
				new Promise<void>((wake) => {
					sleepers.push({ atMs: nowMs + ms, wake });
					setImmediate(() => {
						straw.whenSleeping(nowMs);
						sleepers.sort((a, b) => a.atMs - b.atMs);
						const first = sleepers.shift();
						nowMs = Math.max(nowMs, first?.atMs ?? nowMs);
						first?.wake();
					});
				}),
		},
		files: {
			appendLine: async (path: string, line: string) => void files.set(path, `${files.get(path) ?? ''}${line}\n`),
			exists: async (path: string) => files.has(path),
			isPrivate: async () => true,
			list: async () => [],
			makeFolder: async () => {},
			makePrivateFolder: async () => {},
			readText: async (path: string) => files.get(path),
			readState: async (path: string) => files.get(path),
			readEnd: async (path: string, bytes: number) => files.get(path)?.slice(-bytes),
			wayTo: async () => [],
			remove: async (path: string) => void files.delete(path),
			write: async (path: string, text: string) => void files.set(path, text),
		},
		log: { say: () => {}, warn: (text: string) => void warnings.push(text), error: () => {}, debug: () => {} },
		queue: async () => ({
			known: () => new Map(straw.state === undefined ? [] : [['7', straw.state]]),
			every: () => {},
			stop: () => {
				straw.stopped = true;
			},
		}),
		lookAtQueue: async () => ({
			states: straw.state === undefined ? new Map() : new Map([['7', straw.state]]),
			ageMs: 0,
		}),
		...more,
	} as unknown as World;
	return Object.assign(straw, { world });
}
