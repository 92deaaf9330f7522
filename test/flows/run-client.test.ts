// A client inside its job, in a world of straw: what it leaves in its heads' corners, and with which code it ends.
import { expect, it } from 'vitest';
import { parseClientRecord, renderClientRecord } from '../../src/core/client-record.ts';
import type { HeadInfo } from '../../src/core/connection.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { planPorts } from '../../src/core/ports.ts';
import { renderSuccessor } from '../../src/core/succession.ts';
import type { KnownState, NestProgram, Running, World } from '../../src/core/world.ts';
import type { ClientJob } from '../../src/flows/client-job.ts';
import { runClient } from '../../src/flows/run-client.ts';
import { strawWorld } from './straw-world.ts';

const LAYOUT = layoutOf('/o');
const ASKED = {
	layout: LAYOUT,
	head: { kind: 'job', job: '1' },
	node: { keepRayLogs: 'never' },
	rayWords: [],
	script: '/p/slow.py',
	scriptArguments: ['3'],
	clientSignal: undefined,
	leadMs: 0,
	rejoinMs: undefined,
	environment: '/env',
	version: '0',
} as unknown as ClientJob;
const GONE: KnownState = { kind: 'gone' };
const RUNNING: KnownState = { kind: 'running', nodes: 'n' };
const INFO = { rayAddress: '10.0.0.1:6379', authTokenPath: '/token' } as unknown as HeadInfo;

/** living: the one head that runs, and has an info file. Nobody ever joins it. */
function clientWorld(living: string, job: object = {}, answers = false, end: Running['end'] = () => undefined) {
	const programs: NestProgram[] = [];
	const straw = strawWorld();
	const state = (head: string) => (head === living ? RUNNING : GONE);
	const running = { ended: new Promise(() => {}), end, signal: () => {} } as unknown as Running;
	const nest = {
		folder: '/nest',
		spawn: async (program: NestProgram) => {
			programs.push(program);
			return running;
		},
		keepLogs: () => {},
		close: async () => true,
	};
	const silent = async () => ({ kind: 'silent', why: 'nobody listens' });
	const store = {
		identity: answers ? async () => ({ kind: 'answered', value: { rayVersion: '2.60.0' } }) : silent,
		nodes: async () => ({ kind: 'answered', value: [] }),
	};
	Object.assign(straw.world, {
		scheduler: { states: async (heads: readonly string[]) => new Map(heads.map((head) => [head, state(head)])) },
		queue: async (heads: readonly string[]) => ({
			known: () => new Map(heads.map((head) => [head, state(head)])),
			stop: () => {},
		}),
		readInfo: async (_: string, head: string) =>
			head === living ? { kind: 'read', info: { ...INFO, slurmJobId: head } } : { kind: 'missing' },
		ear: { take: () => [], poke: () => {}, wait: straw.world.clock.sleep },
		ray: { controlStore: async () => store, find: async () => ({ python: '/python', rayVersion: '2.60.0' }) },
		node: {
			hostName: 'n',
			job: async () => ({ jobId: '5', restarts: 0, nodes: ['n'], cpus: 1, memoryBytes: 4e9, ...job }),
			makeNest: async () => nest,
			address: async () => '10.0.0.2',
			claimPorts: async () => ({ plan: planPorts(0), passed: [], release: () => {} }),
			memory: async () => ({ totalBytes: 8e9, usedBytes: 0, thresholdGiven: true }),
			room: async () => 8e9,
			ping: async () => true,
		},
		randomHex: () => 'abcd',
	} as unknown as Partial<World>);
	Object.assign(straw.world.files, {
		appendLine: async (path: string, line: string) =>
			void straw.files.set(path, `${straw.files.get(path) ?? ''}${line}\n`),
	});
	return { ...straw, programs };
}

const record = (job: string, array?: string) =>
	renderClientRecord({ job, script: 'slow.py', arguments: ['3'], rejoin: true, array, submitted: 'x' });

it.each([
	['one', '5', undefined, {}],
	['a task of an array', '4', '1-2', { arrayTask: '4_1' }],
])('that goes on with the next head is registered there: %s', async (_, recorded, array, job) => {
	const { world, files } = clientWorld('2', job);
	files.set(LAYOUT.head('1').clientRecord(recorded), record(recorded, array));
	files.set(LAYOUT.head('1').successor, renderSuccessor('2'));
	await runClient(world, { ...ASKED, rejoinMs: 60_000 });
	const there = parseClientRecord(files.get(LAYOUT.head('2').clientRecord('5')) ?? '');
	expect(there).toEqual({ job: '5', script: 'slow.py', arguments: ['3'], rejoin: true, submitted: 'x' });
	expect(files.get(LAYOUT.head('1').clientEvents('5'))).toContain('"step":"moved","head":"2"');
});

it.each([
	['hangs', () => undefined],
	['ends with 0', () => ({ code: 0 })],
])(
	'whose Ray never joins fails, and its script, which might end with 0, never begins: ray start %s',
	async (_, end) => {
		const { world, files, programs } = clientWorld('1', {}, true, end);
		const code = await runClient(world, ASKED);
		expect(code).toBe(1);
		expect(programs.map(({ argv }) => argv.includes('/p/slow.py'))).toEqual([false]);
		const last = (files.get(LAYOUT.head('1').clientEvents('5')) ?? '').trimEnd().split('\n').at(-1) ?? '';
		expect(JSON.parse(last)).toMatchObject({ step: 'ended', code });
		expect(JSON.parse(last).reason).toMatch(/^Failed to connect to Ray cluster: /);
	},
);
