// An array of clients as a person sees it, task by task, with files of straw and a scheduler that says what it is told to:
// of four tasks one is over, one runs, two are in the queue.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { quickLook } from '../../src/adapters/quick-look.ts';
import { command as complete } from '../../src/commands/complete.ts';
import { command as localCancel } from '../../src/commands/local-cancel.ts';
import type { Command } from '../../src/commands/shell.ts';
import { command as status } from '../../src/commands/status.ts';
import { command as stop } from '../../src/commands/stop.ts';
import { command as wait } from '../../src/commands/wait.ts';
import { parseClientRecord, renderClientRecord } from '../../src/core/client-record.ts';
import { type Layout, layoutOf } from '../../src/core/layout.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { place, put, useFreshFolder } from './shell-in-folder.ts';
import { typed } from './typed.ts';

useFreshFolder();

const AT = '2026-05-05T12:00:00.000Z';
const line = (step: object) => `${JSON.stringify({ at: AT, ...step })}\n`;
const runs: KnownState = { kind: 'running', nodes: 'n1' };
const waits: KnownState = { kind: 'pending', reason: 'JobArrayTaskLimit' };
const cancelled: KnownState = { kind: 'ended', how: 'CANCELLED' };

let layout: Layout;
let states: Record<string, KnownState>;
let did: string[];
let whenSleeping: (nowMs: number) => void;

beforeEach(() => {
	layout = layoutOf(`${place}/outputs`);
	const head = layout.head('7');
	mkdirSync(head.clients, { recursive: true });
	put('home/project/deep/requirements.txt', '');
	writeFileSync(head.events, line({ step: 'running', node: 'n0', incarnation: '0-a' }) + line({ step: 'ready' }));
	writeFileSync(layout.info('7'), '');
	const record = { job: '26', script: 'tune.py', arguments: ['--lr', '1'], rejoin: false, submitted: AT };
	writeFileSync(head.clientRecord('26'), renderClientRecord({ ...record, array: '0-3%1' }));
	says('27', 0, { step: 'joined', nodeId: 'b' }, { step: 'ended', reason: 'its script ended', code: 3 });
	says('28', 1, { step: 'joined', nodeId: 'a' }, { step: 'script', pid: 1 });
	states = { 7: runs, '26_1': runs, '26_2': waits, '26_3': waits };
	did = [];
	whenSleeping = () => {};
});

function says(job: string, index: number, ...steps: object[]): void {
	const begun = { step: 'running', node: 'n1', task: `26_${index}`, restarts: 0 };
	writeFileSync(layout.head('7').clientEvents(job), [begun, ...steps].map(line).join(''));
}

const known = (jobs: readonly string[]) =>
	new Map(jobs.map((job): [string, KnownState] => [job, states[job] ?? { kind: 'gone' }]));

function textOf(path: string): string | undefined {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return undefined;
	}
}

function world(): World {
	const straw = strawWorld({
		scheduler: {
			...{ name: 'slurm', title: 'Slurm', cancelHint: (job: string) => `scancel ${job}` },
			states: async (jobs: readonly string[]) => {
				did.push(`asked after ${jobs}`);
				return known(jobs);
			},
			signal: async (jobs: readonly string[]) => void did.push(`signal ${jobs}`),
			cancel: async (jobs: readonly string[]) => void did.push(`cancel ${jobs}`),
			mine: async (jobs: readonly string[]) =>
				[...known(jobs[0] === '26' ? ['26_1', '26_2', '26_3'] : jobs)].map(([task, state], index) => ({
					...{ job: `${28 + index}`, task, name: 'tune', state },
				})),
		},
		queue: async (jobs: readonly string[]) => ({ known: () => known(jobs), every: () => {}, stop: () => {} }),
		lookAtQueue: async (jobs: readonly string[]) => ({ states: known(jobs), ageMs: 0 }),
		readInfo: async () => ({ kind: 'missing' }),
		register: { heads: async () => [] },
	} as unknown as Partial<World>);
	straw.whenSleeping = (nowMs) => whenSleeping(nowMs);
	Object.assign(straw.world.files, {
		list: async (path: string) => {
			try {
				return readdirSync(path);
			} catch {
				return [];
			}
		},
		readState: async (path: string) => textOf(path),
		readEnd: async (path: string) => textOf(path),
		write: async (path: string, text: string) => writeFileSync(path, text),
		remove: async (path: string) => rmSync(path, { force: true }),
		makeFolder: async (path: string) => void mkdirSync(path, { recursive: true }),
	});
	return straw.world;
}
const type = async (command: Command, ...words: string[]) => {
	const straw = world();
	// The scheduler of this machine too: with what only it can do.
	return typed(command, words, { cwd: place, world: async () => Object.assign(straw, straw.scheduler) });
};
const record = () => parseClientRecord(readFileSync(layout.head('7').clientRecord('26'), 'utf8'));

describe('status', () => {
	it('names tasks, and says of several at once what is to be said of each; the scheduler is asked once', async () => {
		const { out } = await type(status);
		expect(out.split('\n').slice(1, 4)).toEqual([
			'  Clients: 1 running, 2 pending, 1 ended',
			'    26_1      running  on n1  tune.py --lr 1',
			'    26_[2-3]  pending         tune.py --lr 1; its array runs as many tasks as it may (JobArrayTaskLimit)',
		]);
		expect(did).toEqual(['asked after 7,26_1,26_2,26_3']);
	});

	it.each([
		['26', ['26_0', '26_1', '26_2', '26_3']],
		['26_0', ['26_0']],
		['28', ['26_1']],
		['26_3', ['26_3']],
	])('%s: %j', async (word, tasks) => {
		const { heads } = JSON.parse((await type(status, '--json', word)).out);
		expect(heads).toHaveLength(1);
		expect(heads[0].clients.map(({ task }: { task: string }) => task)).toEqual(tasks);
	});

	it('of an array says of the first that died why', async () => {
		put('home/project/deep/outputs/slurm_logs/27-ray-client-tune.err', 'ValueError: no\n');
		const { out } = await type(status, '26');
		expect(out).toMatch(/^ {2}Task 26_0:$/m);
	});
});

describe('wait --for end', () => {
	it('of an array ends with its last task, with the highest code', async () => {
		whenSleeping = (nowMs) => {
			if (nowMs >= 1_000) says('28', 1, { step: 'ended', reason: 'its script ended', code: 0 });
			if (nowMs >= 2_000) says('29', 2, { step: 'ended', reason: 'its script ended', code: 9 });
			if (nowMs >= 3_000) says('26', 3, { step: 'ended', reason: 'its script ended', code: 0 });
		};
		const { code, err } = await type(wait, '26', '--for=end');
		expect([code, err]).toEqual([9, '✗ ended with code 9: 2 of 4 tasks failed; 26_2: its script ended\n']);
	});

	it('of a task that has not begun', async () => {
		whenSleeping = (nowMs) => {
			if (nowMs >= 1_000) says('29', 2, { step: 'ended', reason: 'its script ended', code: 5 });
		};
		const { code, out } = await type(wait, '26_2', '--for=end', '--json');
		expect([code, JSON.parse(out)]).toMatchObject([5, { job: '26_2', ended: true, code: 5 }]);
	});

	it('of an array, late', async () => {
		await expect(type(wait, '26', '--timeout=1')).rejects.toMatchObject({
			kind: 'deadline',
			message: expect.stringContaining('the job does not run, 26_[2-3]: its array runs as many tasks as it may'),
		});
	});
});

describe('stop', () => {
	it('of an array: each end is told, those taken out of the queue in one line', async () => {
		whenSleeping = (nowMs) => {
			Object.assign(states, { '26_2': cancelled, '26_3': cancelled });
			if (nowMs < 2_000) return;
			says('28', 1, { step: 'ended', reason: 'told to stop', code: 138 });
			states['26_1'] = cancelled;
		};
		const { code, out, err } = await type(stop, '26');
		const lines = ['', 'Client 26_1 ended with code 138', 'Client 26_[2-3] taken out of the queue'];
		expect(out.split('\n').toSorted()).toEqual(lines);
		expect(err).toMatch(
			/^Client 26_0 has ended already\n✓ told to stop: client 26_1 .*\n✓ taken out of the queue: 26_\[2-3\] .*\n$/,
		);
		expect(code).toBe(0);
		expect(did.slice(1, 3)).toEqual(['signal 26_1', 'cancel 26']);
		expect(record()).toMatchObject({ takenOut: '2-3' });
		expect(readdirSync(layout.stops)).toEqual([]);
		expect((await type(status)).out).toContain('Clients: 4 ended');
	});

	it('of an array, as a dry run: what it would do, in words and for programs', async () => {
		expect((await type(stop, '--dry-run', '26')).out).toBe(
			'Would tell client 26_1 to stop\nWould take out of the queue: 26_[2-3]\n',
		);
		expect(JSON.parse((await type(stop, '--dry-run', '--json', '26')).out)).toMatchObject({
			wouldTell: [{ job: '28', task: '26_1', role: 'client' }],
			wouldCancel: ['26_2', '26_3'],
			over: [{ job: '27', task: '26_0', role: 'client' }],
		});
	});

	it('of some of its tasks, named as status names them', async () => {
		whenSleeping = () => Object.assign(states, { '26_3': cancelled });
		expect((await type(stop, '26_[0,3]')).out).toBe('Client 26_3 taken out of the queue\n');
		expect(did.slice(1, 2)).toEqual(['cancel 26_3']);
		expect(record()).toMatchObject({ takenOut: '3' });
	});

	it('not over in time: said in few words', async () => {
		await expect(type(stop, '26', '--timeout=1', '--json')).rejects.toMatchObject({
			message: 'Not over after 1.0 s: 26_[1-3]',
			hint: 'the order stands; end them at once with: rayslurm stop 26 --force',
		});
	});
});

it('local cancel puts down which of its tasks never begin', async () => {
	expect((await type(localCancel, '26', '--json')).out).toBe(
		'{"schemaVersion":1,"cancelled":["26_1","26_2","26_3"]}\n',
	);
	expect(did).toContain('cancel 26');
	expect(record()).toMatchObject({ takenOut: '2-3' });
});

it('a TAB offers the array and its tasks that may be at work, until nothing of it is', async () => {
	const look = async () => ({ ...quickLook(), nowMs: Date.parse(AT), heads: () => [] });
	const offered = async () =>
		(await typed(complete, ['fish', 'wait', '2'], { cwd: place, look })).out.split('\n').slice(0, -1);
	expect(await offered()).toEqual(['26\tarray of tune.py with head 7', '26_1\ttune.py with head 7, running']);
	await type(localCancel, '26');
	expect(await offered()).toEqual(['26\tarray of tune.py with head 7', '26_1\ttune.py with head 7, running']);
	says('28', 1, { step: 'ended', reason: 'x', code: 0 });
	expect(await offered()).toEqual([]);
});
