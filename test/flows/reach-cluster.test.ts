// From what is there to what a person is told: each message and its code, and how often anybody is asked.
import { describe, expect, it, vi } from 'vitest';
import type { HeadInfo } from '../../src/core/connection.ts';
import type { Answer, ClusterIdentity } from '../../src/core/control-store.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { InfoReading, KnownState } from '../../src/core/world.ts';
import { reachCluster } from '../../src/flows/reach-cluster.ts';
import { strawWorld } from './straw-world.ts';

const INFO = {
	rayAddress: '10.0.0.1:6379',
	headNode: 'dws-01',
	slurmJobId: '7',
	state: 'ready',
	authTokenPath: '/token',
	ports: { dashboard: 8265 },
} as unknown as HeadInfo;
const READ: InfoReading = { kind: 'read', info: INFO };
const MISSING: InfoReading = { kind: 'missing' };
const ANSWERS: Answer<ClusterIdentity> = {
	kind: 'answered',
	value: { rayVersion: '2.60.0', pythonVersion: undefined, sessionName: 's' },
};
const SILENT: Answer<never> = { kind: 'silent', why: 'nobody listens' };
const REFUSES: Answer<never> = { kind: 'refused', why: 'wrong-token', message: 'InvalidAuthToken' };
const LAYOUT = layoutOf('/p/outputs');

interface Situation {
	readonly reading: InfoReading;
	readonly identity?: Answer<ClusterIdentity>;
	readonly dashboard?: Answer<string | undefined>;
	/** undefined: the scheduler does not answer at all. */
	readonly state?: KnownState;
	/** Its corner of the state folder is there. */
	readonly known?: boolean;
	readonly mayBeSilent?: boolean;
	readonly given?: KnownState;
}

async function reached(situation: Situation) {
	const { identity = SILENT, dashboard = { kind: 'answered', value: '127.0.0.1:8265' } } = situation;
	const states = vi.fn(async () => {
		if (situation.state === undefined) throw new Trouble('program-missing', 'squeue is not in PATH');
		return new Map([['7', situation.state]]);
	});
	const straw = strawWorld({
		scheduler: { title: 'Slurm', states, lookHint: () => 'squeue -j 7' } as never,
		readInfo: async () => situation.reading,
		ray: {
			controlStore: async () => ({ identity: async () => identity, dashboard: async () => dashboard, close() {} }),
		} as never,
	});
	if (situation.known) straw.files.set(LAYOUT.head('7').folder, '');
	const wish = {
		head: { kind: 'job' as const, job: '7' },
		layout: LAYOUT,
		state: situation.given,
		...(situation.mayBeSilent === undefined ? {} : { mayBeSilent: situation.mayBeSilent }),
	};
	const outcome = await reachCluster(straw.world, wish).catch((error: unknown) => error);
	return { outcome, questions: states.mock.calls.length };
}

const ENDED: KnownState = { kind: 'ended', how: 'COMPLETED', exitCode: 0 };
const RUNS: KnownState = { kind: 'running', nodes: 'dws-01' };
const PENDING: KnownState = { kind: 'pending', reason: 'Resources' };
const GONE: KnownState = { kind: 'gone' };
const UNKNOWN: KnownState = { kind: 'unknown', why: 'timed out' };
const NOT_FOUND = 'Connection file not found: /p/outputs/ray_head_7.info';
const NOT_RUNNING = 'Ray head node job 7 is not running';
const NOT_CONNECTED = 'Failed to connect to Ray cluster';

describe('a cluster is refused at once', () => {
	it.each<readonly [string, Situation, string, number, number]>([
		['a head that nobody knows', { reading: MISSING, state: GONE }, NOT_FOUND, 4, 1],
		['a head that starts', { reading: MISSING, state: RUNS, known: true }, NOT_FOUND, 4, 1],
		[
			'a head in the queue',
			{ reading: MISSING, state: PENDING },
			'Head 7 is pending, and has no /p/outputs/ray_head_7.info yet: waiting for free resources (Resources)',
			4,
			1,
		],
		['a head that has ended', { reading: MISSING, state: ENDED }, NOT_RUNNING, 3, 1],
		['a head that ended long ago', { reading: MISSING, state: GONE, known: true }, NOT_RUNNING, 3, 1],
		['no file, and a scheduler that is silent', { reading: MISSING, state: UNKNOWN, known: true }, NOT_FOUND, 4, 1],
		['no file, and no scheduler', { reading: MISSING }, NOT_FOUND, 4, 1],
		['what the queue said already', { reading: MISSING, given: ENDED }, NOT_RUNNING, 3, 0],
		['a file that is not mine', { reading: { kind: 'refused', message: 'not mine', hint: 'x' } }, 'not mine', 5, 0],
		['a file left by a killed head', { reading: READ, state: ENDED }, NOT_RUNNING, 3, 1],
		['a file of a head long gone', { reading: READ, state: GONE }, NOT_RUNNING, 3, 1],
		["another Ray at a dead head's address", { reading: READ, identity: REFUSES, state: GONE }, NOT_RUNNING, 3, 1],
		['a head that runs and does not answer', { reading: READ, state: RUNS }, NOT_CONNECTED, 1, 1],
		['nobody answers anything', { reading: READ, state: UNKNOWN }, NOT_CONNECTED, 1, 1],
		[
			'a token that is refused',
			{ reading: READ, identity: REFUSES, state: RUNS, mayBeSilent: true },
			NOT_CONNECTED,
			1,
			1,
		],
		[
			'no sign of life, where a head must run',
			{ reading: READ, state: UNKNOWN, mayBeSilent: true },
			NOT_CONNECTED,
			1,
			1,
		],
	])('%s', async (_, situation, message, exitCode, asked) => {
		const { outcome, questions } = await reached(situation);
		expect(outcome).toMatchObject({ message, exitCode });
		expect(questions).toBe(asked);
	});
});

describe('a cluster that answers', () => {
	it('takes no question to the queue', async () => {
		const { outcome, questions } = await reached({ reading: READ, identity: ANSWERS });
		expect(outcome).toEqual({
			address: '10.0.0.1:6379',
			tokenPath: '/token',
			headJob: '7',
			info: INFO,
			dashboard: '127.0.0.1:8265',
			silent: undefined,
		});
		expect(questions).toBe(0);
	});

	it('has the dashboard that it will have, while it starts; later only the one it tells of', async () => {
		const dashboard: Answer<undefined> = { kind: 'answered', value: undefined };
		const starting: InfoReading = { kind: 'read', info: { ...INFO, state: 'joinable' } };
		expect((await reached({ reading: starting, identity: ANSWERS, dashboard })).outcome).toMatchObject({
			dashboard: '127.0.0.1:8265',
		});
		expect((await reached({ reading: READ, identity: ANSWERS, dashboard })).outcome).toMatchObject({
			dashboard: undefined,
		});
	});
});

it.each<[string, HeadInfo['state'], Partial<Situation>]>([
	['that starts', 'joinable', { identity: ANSWERS }],
	['whose Ray tells of one', 'ready', { identity: ANSWERS }],
	['that is silent', 'joinable', { state: RUNS, mayBeSilent: true }],
])('a head without a dashboard has none: one %s', async (_, state, more) => {
	const has = async (words: object) => {
		const reading = { kind: 'read', info: { ...INFO, state, ...words } } as InfoReading;
		return ((await reached({ reading, ...more })).outcome as { dashboard?: string }).dashboard;
	};
	expect(await has({ dashboard: 'none' })).toBeUndefined();
	expect(await has({})).toBe('127.0.0.1:8265');
});

it('where a running head is enough, its silence is told', async () => {
	const { outcome } = await reached({ reading: READ, state: RUNS, mayBeSilent: true });
	expect(outcome).toMatchObject({ silent: 'nobody listens', address: '10.0.0.1:6379' });
});
