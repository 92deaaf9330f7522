// Doctor and its job on the node, both in one process, with a folder of straw between them.
import { describe, expect, it } from 'vitest';
import type { Senses } from '../../src/core/doctor/evidence.ts';
import { PROBE_FILES } from '../../src/core/doctor/probe-words.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { followProbe, type ProbeEnd } from '../../src/flows/doctor/follow-probe.ts';
import { lookAt } from '../../src/flows/doctor/look-at.ts';
import { probeNode } from '../../src/flows/doctor/probe-node.ts';

const FOLDER = '/o/.rayslurm/doctor-1';
const path = (name: keyof typeof PROBE_FILES) => `${FOLDER}/${PROBE_FILES[name]}`;

let nowMs = 0;
const sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
/** Only sleeping moves it: when nobody has anything left to do, to the moment when the first of the sleepers wakes. */
const clock = {
	now: () => new Date(nowMs),
	monotonicMs: () => nowMs,
	sleep: (ms: number) =>
		new Promise<void>((wake) => {
			sleepers.push({ atMs: nowMs + ms, wake });
			setImmediate(() => {
				sleepers.sort((a, b) => a.atMs - b.atMs);
				const first = sleepers.shift();
				nowMs = first?.atMs ?? nowMs;
				first?.wake();
			});
		}),
};

function straw(state: KnownState | undefined = { kind: 'running', nodes: 'n1' }) {
	const files = new Map<string, string>();
	const unreadable = new Set<string>();
	const world = {
		clock,
		scheduler: { title: 'Slurm', onThisMachine: false },
		files: {
			list: async (folder: string) =>
				[...files.keys()].filter((each) => each.startsWith(`${folder}/`)).map((each) => each.slice(folder.length + 1)),
			readState: async (file: string) => (unreadable.has(file) ? undefined : files.get(file)),
			readText: async (file: string) => files.get(file),
			remove: async (folder: string) => {
				for (const each of files.keys()) if (each.startsWith(folder)) files.delete(each);
			},
			write: async (file: string, text: string) => void files.set(file, text),
		},
		node: {
			hostName: 'n1',
			job: async () => ({ jobId: '7', uid: 1, memoryBytes: 2e9 }),
			address: async () => '10.0.0.1',
			claimPorts: async () => ({ plan: { offset: 0, ray: 6379 }, passed: [], release: () => {} }),
			memory: async () => ({ totalBytes: 8e9, availableBytes: 8e9 }),
		},
		queue: async () => ({
			known: () => new Map(state === undefined ? [] : [['7', state]]),
			every: () => {},
			stop: () => {},
		}),
	} as unknown as World;
	const senses = {
		folder: async (folder: string) => ({ path: folder, nearest: folder, mode: 0o777, freeBytes: 1e12, used: 0.1 }),
		limits: async () => ({ limits: {}, threads: 1, mostPids: undefined }),
		addresses: async () => ({ candidates: [{ interface: 'eth0', address: '10.0.0.1' }], named: [] }),
		proxies: () => ({}),
		cwd: () => '/work',
		tmpdir: undefined,
		missing: async () => [],
		listen: async () => ({ port: 5000, close: () => {} }),
		knock: async () => ({ kind: 'reached', ms: 1, aheadMs: 0 }),
	} as unknown as Senses;
	const said: string[] = [];
	const listener = {
		running: (node: string) => said.push(`running on ${node}`),
		pending: (reason: string) => said.push(`pending: ${reason}`),
		silent: (why: string) => said.push(`silent: ${why}`),
	};
	const follow = (
		more: { timeoutMs?: number; awaitSignal?: { leadSeconds: number; limitSeconds: number } } = {},
	): Promise<ProbeEnd> =>
		followProbe(
			world,
			senses,
			'7',
			{ folder: FOLDER, nonce: 'n', timeoutMs: more.timeoutMs ?? 60_000, awaitSignal: more.awaitSignal },
			listener,
		);
	return { files, unreadable, world, senses, said, follow };
}

const ask = { nonce: 'n', addresses: ['10.0.0.254'], port: 4000, node: {}, outputDir: '/o' };
const RAY = JSON.stringify({ look: { kind: 'seen', ms: 5, value: { rayVersion: '2.60.0' } } });

/** As the job's script does it. */
async function runJob({ files, world, senses }: ReturnType<typeof straw>, ray: string | undefined = RAY) {
	files.set(path('question'), JSON.stringify(ask));
	files.set(path('started'), 'n1\n');
	if (ray !== undefined) files.set(path('ray'), ray);
	files.set(path('rayOver'), '');
	await probeNode(world, senses, FOLDER);
	files.set(path('over'), '');
}

describe('doctor follows its job', () => {
	it('to the end: all that was seen on both sides', async () => {
		const all = straw();
		const [end] = await Promise.all([all.follow(), runJob(all)]);
		expect(end).toMatchObject({
			kind: 'seen',
			seen: {
				hello: { hostName: 'n1', cwd: '/work', port: 5000 },
				node: {
					machine: { addresses: { value: { chosen: '10.0.0.1' } }, ports: { value: { rayPort: 6379 } } },
					replyAfterMs: expect.any(Number),
					knocks: [{ address: '10.0.0.254', knock: { kind: 'reached' } }],
				},
				ray: { kind: 'seen', value: { rayVersion: '2.60.0' } },
				knocks: [{ address: '10.0.0.1', knock: { kind: 'reached' } }],
			},
		});
		expect(all.said).toEqual(['running on n1']);
		expect(all.files.has(path('done'))).toBe(true);
	});

	it("where Ray's environment fails, the rest is told all the same", async () => {
		const all = straw();
		all.files.set(path('rayErrors'), 'noise\nERROR: The environment could not be set up (code 1): venv /e\n  → look\n');
		const job = runJob(all, '');
		all.files.delete(path('ray'));
		const [end] = await Promise.all([all.follow(), job]);
		expect(end).toMatchObject({
			kind: 'seen',
			seen: {
				node: {},
				ray: { kind: 'failed', message: 'The environment could not be set up (code 1): venv /e', hint: 'look' },
			},
		});
	});

	it('until its signal has come', async () => {
		const all = straw();
		const following = all.follow({ awaitSignal: { leadSeconds: 60, limitSeconds: 120 } });
		const job = runJob(all);
		await clock.sleep(3_000);
		expect(all.files.has(path('done'))).toBe(false);
		all.files.set(path('signal'), '1234\n');
		expect(await following).toMatchObject({ kind: 'seen', seen: { signalAt: 1234, signalAwaited: true } });
		await job;
	});

	it('until it is too late for its signal', async () => {
		const all = straw();
		const [end] = await Promise.all([
			all.follow({ awaitSignal: { leadSeconds: 100, limitSeconds: 120 } }),
			runJob(all),
		]);
		expect(end).toMatchObject({ kind: 'seen', seen: { signalAt: undefined, signalAwaited: true } });
	});

	it('or does not any more: the job takes the folder away itself', async () => {
		const all = straw();
		await runJob(all);
		expect([...all.files.keys()]).toEqual([path('over')]);
	});

	it('in the queue until the time is over', async () => {
		const all = straw({ kind: 'pending', reason: 'Resources' });
		expect(await all.follow({ timeoutMs: 3_000 })).toEqual({
			kind: 'not-begun',
			state: { kind: 'pending', reason: 'Resources' },
		});
		expect(all.said).toEqual(['pending: waiting for free resources (Resources)']);
	});

	it('that ends without a word', async () => {
		const all = straw();
		all.files.set(path('started'), 'n1\n');
		all.files.set(path('errors'), 'node:internal\nError: Cannot find module /x.cjs\n    at x\nNode.js v20\n');
		all.files.set(path('over'), '');
		expect(await all.follow()).toMatchObject({
			kind: 'unheard',
			started: true,
			seen: { lastError: 'Error: Cannot find module /x.cjs' },
		});
	});

	it('that the scheduler says is over, and of which no file came', async () => {
		const all = straw({ kind: 'ended', how: 'FAILED' });
		expect(await all.follow()).toMatchObject({ kind: 'unheard', started: false, state: 'Slurm says FAILED' });
	});

	it('whose files belong to somebody else as seen from here', async () => {
		const all = straw();
		all.unreadable.add(path('hello'));
		all.files.set(path('started'), '');
		all.files.set(path('hello'), '{}');
		expect(await all.follow()).toMatchObject({ kind: 'seen', seen: { notMine: [path('hello')] } });
	});
});

describe('a look', () => {
	it.each([
		[async () => 3, { kind: 'seen', value: 3 }],
		[() => new Promise(() => {}), { kind: 'silent', afterMs: 1_000 }],
		[() => Promise.reject(new Error('no')), { kind: 'failed', message: 'no' }],
	])('%s', async (look, said) => {
		expect(await lookAt(clock, look as () => Promise<unknown>, 1_000)).toMatchObject(said);
	});
});
