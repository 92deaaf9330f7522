import { describe, expect, it } from 'vitest';
import { parseClientRecord, renderClientRecord } from '../../src/core/client-record.ts';
import type { HeadEnd } from '../../src/core/head-life.ts';
import { renderHeadRecord } from '../../src/core/head-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { planStop } from '../../src/core/stop-plan.ts';
import { renderStopRequest } from '../../src/core/stop-request.ts';
import { inGroups, isMeant, type Named, nameOf } from '../../src/core/task-names.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { sayFarewell } from '../../src/flows/say-farewell.ts';
import { endAsAsked } from '../../src/flows/stop-asked.ts';
import { type StoppedJob, stopJobs } from '../../src/flows/stop-jobs.ts';
import { clientTargets, headTarget } from '../../src/flows/stop-targets.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');
const head = layout.head('7');
const at = new Date(0).toISOString();
const lines = (...steps: object[]) => steps.map((step) => `${JSON.stringify({ at, ...step })}\n`).join('');
const begun = { step: 'running', node: 'n', incarnation: '2-abc' };
const runs: KnownState = { kind: 'running', nodes: 'n' };
const ended: KnownState = { kind: 'ended', how: 'COMPLETED' };
const asStopped: KnownState = { kind: 'ended', how: 'CANCELLED' };

/** One head, 7, with a client, 8. `queue` is what loops are told; `asked` what a question is answered with. */
function world(initial: Record<string, KnownState>, more: Partial<World['scheduler']> = {}) {
	const did: string[] = [];
	const queue = new Map(Object.entries(initial));
	const asked = { states: queue };
	const straw = strawWorld({
		scheduler: {
			...{ name: 'slurm', title: 'Slurm' },
			signal: async (jobs: readonly string[]) => void did.push(`signal ${jobs}`),
			cancel: async (jobs: readonly string[]) => void did.push(`cancel ${jobs}`),
			states: async () => {
				did.push('asked');
				return asked.states;
			},
			...more,
		},
		queue: async () => ({ known: () => queue, every: () => {}, stop: () => void did.push('queue left') }),
		node: { job: async () => ({ jobId: '7', restarts: 2 }) },
	} as unknown as Partial<World>);
	straw.files.set(head.events, lines(begun));
	straw.world.files.list = async (folder) =>
		[...straw.files.keys()]
			.filter((path) => path.startsWith(`${folder}/`))
			.map((path) => path.slice(folder.length + 1));
	return { ...straw, straw, did, queue, asked };
}
type Straw = ReturnType<typeof world>;

async function stop({ world, queue }: Straw, wish: object = {}, job = '7') {
	const targets =
		job === '7'
			? [await headTarget(world, layout, job)]
			: (await clientTargets(world, layout, '7')).filter((client) => isMeant(client, job));
	const told: string[] = [];
	const list = (all: readonly Named[]) => inGroups(all.map(nameOf)).join();
	const progress = {
		told: (all: readonly Named[]) => void told.push(`told ${list(all)}`),
		cancelled: (all: readonly Named[]) => void told.push(`cancelled ${list(all)}`),
		ended: (all: readonly StoppedJob[]) => void told.push(`ended ${list(all)}`),
		silent: (why: string) => void told.push(`silent: ${why}`),
	};
	const how = { atOnce: false, because: 'rayslurm stop', patienceMs: 900_000, ...wish };
	const { left, waiting, ended } = await stopJobs(world, planStop(targets, queue), how, progress);
	return { ended, left: left.map(nameOf), waiting: waiting.map(nameOf), told };
}

describe('a head', () => {
	it('is told by a request for its life and a signal; its own last word is checked with one question', async () => {
		const straw = world({ 7: runs, 8: runs });
		let request = '';
		straw.straw.whenSleeping = (nowMs) => {
			request ||= straw.files.get(layout.stopRequest('7')) ?? '';
			if (nowMs < 3_000) return;
			straw.files.set(head.events, lines(begun, { step: 'ended', reason: 'stop', code: 0 }));
			straw.asked.states = new Map([['7', ended]]);
		};
		const outcome = await stop(straw);
		expect(JSON.parse(request)).toMatchObject({ life: '2', atOnce: false, because: 'rayslurm stop' });
		expect(outcome).toMatchObject({
			ended: [{ job: '7', role: 'head', reason: 'stop', code: 0 }],
			left: [],
			told: ['told 7', 'ended 7'],
		});
		expect(straw.did).toEqual(['signal 7', 'asked', 'queue left']);
		expect(straw.files.has(layout.stopRequest('7'))).toBe(false);
	});

	it('that cannot be told keeps no request', async () => {
		const silence = () => Promise.reject(new Trouble('scheduler-silent', 'no answer'));
		const straw = world({ 7: runs }, { signal: silence });
		await expect(stop(straw)).rejects.toMatchObject({ kind: 'scheduler-silent' });
		expect([...straw.files.keys()]).toEqual([head.events]);
	});

	it('that does not end is left, with its request, when the patience is over', async () => {
		const straw = world({ 7: runs });
		expect(await stop(straw, { patienceMs: 5_000 })).toMatchObject({ ended: [], left: ['7'] });
		expect(straw.files.has(layout.stopRequest('7'))).toBe(true);
	});

	it('is not over because the scheduler is silent, and is by its own word after a while', async () => {
		const straw = world({ 7: runs });
		straw.straw.whenSleeping = (nowMs) => {
			straw.queue.set('7', { kind: 'unknown', why: 'down' });
			if (nowMs > 100_000) straw.files.set(head.events, lines(begun, { step: 'ended', reason: 'stop', code: 0 }));
		};
		const { told, ended: over } = await stop(straw);
		expect(told).toEqual(['told 7', 'silent: down', 'ended 7']);
		expect(over).toHaveLength(1);
		expect(straw.world.clock.monotonicMs()).toBeGreaterThan(155_000);
	});

	it('leaves clients that take longer: they are awaited for a while, and named', async () => {
		const straw = world({ 7: runs, 8: runs });
		straw.files.set(head.clientEvents('8'), lines({ step: 'running', node: 'n', restarts: 0 }));
		straw.straw.whenSleeping = (nowMs) => nowMs > 1_000 && straw.queue.set('7', ended);
		expect(await stop(straw)).toMatchObject({ ended: [{ job: '7' }], left: ['8'] });
		expect(straw.world.clock.monotonicMs()).toBeLessThan(40_000);
	});

	it('awaits clients that have not joined yet; with --force one that cannot hear is cancelled', async () => {
		const straw = world({ 7: runs, 8: runs });
		straw.files.set(head.clientRecord('8'), '{}');
		straw.straw.whenSleeping = (nowMs) => nowMs > 1_000 && straw.queue.set('7', ended);
		expect(await stop(straw)).toMatchObject({ left: ['8'] });
		const client = await clientTargets(straw.world, layout, '7');
		straw.did.length = 0;
		const order = { atOnce: true, because: 'x', patienceMs: 1 };
		const quiet = { told: () => {}, cancelled: () => {}, ended: () => {}, silent: () => {} };
		await stopJobs(straw.world, planStop(client, straw.queue), order, quiet);
		expect(straw.did).toContain('cancel 8');
		expect(straw.did).not.toContain('signal 8');
	});

	it('leaves clients in the queue that another head follows for', async () => {
		const straw = world({ 7: runs, 8: { kind: 'pending', reason: 'Dependency' } });
		straw.files.set(head.clientRecord('8'), '{}');
		straw.straw.whenSleeping = (nowMs) => nowMs > 1_000 && straw.queue.set('7', ended);
		expect(await stop(straw)).toMatchObject({ left: [], waiting: ['8'] });
	});
});

describe('a head in the queue', () => {
	const waits: KnownState = { kind: 'pending', reason: 'Priority' };
	const asked = { job: '7', name: undefined, submitted: at, script: '/s', options: [], typed: [] };
	function waiting() {
		const straw = world({ 7: waits });
		straw.files.delete(head.events);
		straw.files.set(head.record, renderHeadRecord({ scheduler: 'slurm', ...asked }));
		return straw;
	}

	it('is over for everybody once it was taken out', async () => {
		const straw = waiting();
		straw.straw.whenSleeping = () => straw.queue.set('7', asStopped);
		const { ended: over } = await stop(straw);
		expect(over).toEqual([{ job: '7', role: 'head', reason: 'CANCELLED', cancelled: true }]);
		expect(JSON.parse(straw.files.get(head.events) ?? '')).toMatchObject({
			...{ step: 'ended', reason: 'never began', because: 'cancelled' },
		});
		expect(await headTarget(straw.world, layout, '7')).toMatchObject({ word: 'over', spoke: false });
	});

	it('that somebody else has seen to be over was taken out all the same', async () => {
		const straw = waiting();
		straw.straw.whenSleeping = () => {
			straw.files.set(head.events, lines({ step: 'ended', reason: 'never began', because: 'cancelled' }));
			straw.queue.set('7', asStopped);
		};
		expect((await stop(straw)).ended).toMatchObject([{ job: '7', cancelled: true }]);
		expect(straw.files.get(head.events)?.split('\n')).toHaveLength(2);
	});

	it.each([
		['begins meanwhile: its own words count', lines(begun), 5_000, asStopped],
		['stays in the queue', undefined, 5_000, waits],
	] as const)('that %s', async (_, events, patienceMs, last) => {
		const straw = waiting();
		straw.straw.whenSleeping = () => {
			if (events !== undefined) straw.files.set(head.events, events);
			straw.queue.set('7', last);
		};
		await stop(straw, { patienceMs });
		expect(straw.files.get(head.events)).toBe(events);
	});
});

describe('a client', () => {
	it('in the queue is cancelled; one that begins meanwhile is told', async () => {
		const straw = world({ 8: { kind: 'pending', reason: 'Priority' } });
		straw.files.set(head.clientRecord('8'), '{}');
		straw.straw.whenSleeping = (nowMs) => {
			if (nowMs > 2_000) straw.queue.set('8', runs);
			if (nowMs > 4_000) straw.queue.set('8', ended);
		};
		const outcome = await stop(straw, {}, '8');
		expect(straw.did.filter((each) => each !== 'asked')).toEqual(['cancel 8', 'signal 8', 'queue left']);
		expect(outcome.told).toEqual(['cancelled 8', 'told 8', 'ended 8']);
		expect(straw.files.has(layout.stopRequest('8'))).toBe(false);
	});

	it('that never began has no code', async () => {
		const straw = world({ 8: { kind: 'pending', reason: 'Priority' } });
		straw.files.set(head.clientRecord('8'), record({ job: '8' }));
		straw.straw.whenSleeping = () => straw.queue.set('8', asStopped);
		const { ended: over } = await stop(straw, {}, '8');
		expect(over).toEqual([{ job: '8', role: 'client', reason: 'CANCELLED', cancelled: true }]);
		expect(recorded(straw, '8')).toMatchObject({ job: '8', script: 'a.py', takenOut: true });
	});
});

const record = (more: object) =>
	renderClientRecord({ job: '8', script: 'a.py', arguments: [], rejoin: false, submitted: 'x', ...more });
const recorded = (straw: Straw, job: string) => parseClientRecord(straw.files.get(head.clientRecord(job)) ?? '');

describe('an array', () => {
	const waits: KnownState = { kind: 'pending', reason: 'JobArrayTaskLimit' };
	const task = (index: number, ...more: object[]) =>
		lines({ step: 'running', node: 'n', task: `26_${index}`, restarts: 0 }, ...more);
	const over = { step: 'ended', reason: 'done', code: 0 };
	/** Task 0 is over, task 1 runs, the others have not begun. */
	function array() {
		const straw = world({ '26_0': ended, '26_1': runs, '26_2': waits, '26_3': waits });
		straw.files.set(head.clientRecord('26'), record({ job: '26', array: '0-3%1' }));
		straw.files.set(head.clientEvents('26'), task(0, over));
		straw.files.set(head.clientEvents('27'), task(1));
		return straw;
	}

	it('whose first task is over: one that runs is told, the others are taken out of the queue, and each end is told', async () => {
		const straw = array();
		straw.straw.whenSleeping = (nowMs) => {
			for (const name of ['26_2', '26_3']) straw.queue.set(name, asStopped);
			if (nowMs < 2_000) return;
			straw.files.set(head.clientEvents('27'), task(1, { step: 'ended', reason: 'told to stop', code: 138 }));
			straw.queue.set('26_1', ended);
		};
		const outcome = await stop(straw, {}, '26');
		expect(straw.did.slice(0, 2)).toEqual(['signal 26_1', 'cancel 26']);
		expect(outcome.told).toEqual(['told 26_1', 'cancelled 26_[2-3]', 'ended 26_[2-3]', 'ended 26_1']);
		expect(outcome.ended).toEqual([
			{ job: '27', task: '26_1', role: 'client', reason: 'told to stop', code: 138 },
			{ job: '26_2', task: '26_2', role: 'client', reason: 'CANCELLED', cancelled: true },
			{ job: '26_3', task: '26_3', role: 'client', reason: 'CANCELLED', cancelled: true },
		]);
		expect(recorded(straw, '26')).toMatchObject({ array: '0-3%1', takenOut: '2-3' });
		expect((await clientTargets(straw.world, layout, '7')).map(({ word }) => word)).toEqual([
			...['over', 'over', 'over', 'over'],
		]);
	});

	it('a task that begins while it is taken out of the queue is told by its name, and its last word is heard', async () => {
		const straw = array();
		straw.straw.whenSleeping = (nowMs) => {
			if (nowMs === 1_000) straw.queue.set('26_2', runs);
			if (nowMs === 2_000) straw.files.set(head.clientEvents('28'), task(2));
			if (nowMs < 3_000) return;
			straw.files.set(head.clientEvents('28'), task(2, { step: 'ended', reason: 'told to stop', code: 0 }));
			straw.queue.set('26_2', ended);
		};
		const outcome = await stop(straw, {}, '26_2');
		expect(outcome.told).toEqual(['cancelled 26_2', 'told 26_2', 'ended 26_2']);
		expect(outcome.ended).toMatchObject([{ task: '26_2', reason: 'told to stop', code: 0 }]);
		expect(recorded(straw, '26')?.takenOut).toBeUndefined();
	});

	it('of a head that is stopped: its tasks in the queue are put down as over', async () => {
		const straw = array();
		for (const job of ['7', '26_1']) straw.queue.set(job, runs);
		straw.straw.whenSleeping = (nowMs) => {
			if (nowMs > 1_000) for (const job of ['7', '26_1', '26_2', '26_3']) straw.queue.set(job, ended);
		};
		expect(await stop(straw)).toMatchObject({ left: [], waiting: [], told: ['told 7', 'ended 7,26_[1-3]'] });
		expect(recorded(straw, '26')).toMatchObject({ takenOut: '2-3' });
	});
});

describe('a head that hears SIGUSR1', () => {
	const limit: HeadEnd = { do: 'end', reason: 'time limit', code: 0, because: 'the time limit is near' };
	const asked = (more: object) => renderStopRequest({ at, life: '2', atOnce: false, because: 'x', ...more });
	it.each([
		['was not asked', undefined, limit, 'time limit'],
		['was asked', asked({}), limit, 'stop'],
		['was asked in an earlier life', asked({ life: '1' }), limit, 'time limit'],
		['ends for another reason', asked({}), { ...limit, reason: 'idle' } as HeadEnd, 'idle'],
	])('%s', async (_, request, end, reason) => {
		const { world: at7, files } = world({});
		if (request !== undefined) files.set(layout.stopRequest('7'), request);
		expect((await endAsAsked(at7, layout, end)).reason).toBe(reason);
	});

	it('learns who follows, and whether there is time', async () => {
		const { world: at7, files } = world({});
		files.set(layout.stopRequest('7'), asked({ atOnce: true, successor: '9' }));
		expect(await endAsAsked(at7, layout, limit)).toEqual({
			...{ do: 'end', reason: 'stop', code: 0, because: 'told to stop: x' },
			...{ atOnce: true, successor: '9' },
		});
	});

	it('hears of what was asked of all tasks of its array', async () => {
		const { world: at7, files } = world({});
		at7.node.job = async () => ({ jobId: '9', arrayTask: '7_2', restarts: 0 }) as never;
		files.set(layout.stopRequest('7'), asked({ life: undefined }));
		expect((await endAsAsked(at7, layout, limit)).reason).toBe('stop');
	});

	it('hears of what was asked of its task by the name people know it by', async () => {
		const { world: at7, files } = world({});
		at7.node.job = async () => ({ jobId: '7', arrayTask: '7_2', restarts: 0 }) as never;
		files.set(layout.stopRequest('7_2'), asked({ life: undefined }));
		expect((await endAsAsked(at7, layout, limit)).reason).toBe('stop');
		files.clear();
		files.set(layout.stopRequest('7_1'), asked({ life: undefined }));
		expect((await endAsAsked(at7, layout, limit)).reason).toBe('time limit');
	});
});

describe('the farewell of a head that is stopped', () => {
	/** Its client works for ever; SIGUSR1 is heard again after 3 s. */
	async function farewell(hurries: boolean, graceMs = 20_000) {
		const straw = world({});
		const said: string[] = [];
		let heard = false;
		const ear = {
			take: () => {
				const again = !heard && straw.world.clock.monotonicMs() >= 3_000;
				heard ||= again;
				return again ? ['USR1'] : [];
			},
			wait: (ms: number) => straw.world.clock.sleep(ms),
		};
		Object.assign(straw.world, { ear, log: { say: (text: string) => said.push(text), warn: () => {} } });
		straw.world.files.appendLine = async () => {};
		const census = async () => ({ connected: ['8'], coming: ['9', '11'] });
		const watch = { look: census, ask: census, anew: () => {} };
		const wish = { graceMs, pending: 'cancel', hurried: async () => hurries } as const;
		straw.files.set(head.clientRecord('9'), record({ job: '9', array: '1-3' }));
		straw.files.set(head.clientEvents('10'), lines({ step: 'running', node: 'n', task: '9_1' }));
		for (const task of ['9_2', '9_3']) straw.queue.set(task, { kind: 'ended', how: 'CANCELLED' });
		// Its environment is still being set up.
		straw.files.set(head.clientRecord('11'), record({ job: '11' }));
		straw.queue.set('11', runs);
		await sayFarewell(straw.world, head, watch, wish, 'stop', async () => []);
		return {
			afterMs: straw.world.clock.monotonicMs(),
			did: straw.did,
			said,
			recorded: recorded(straw, '9'),
			starting: recorded(straw, '11'),
		};
	}

	it('waits for its clients, and empties the queue', async () => {
		const { afterMs, did, said, recorded: array, starting } = await farewell(false);
		expect(did.filter((each) => each !== 'asked')).toEqual(['signal 8', 'cancel 9,11', 'signal 11']);
		expect(said).toContain('About to join, and told: 11');
		expect(starting?.takenOut).toBeUndefined();
		expect(said).toContain('Stop: told 1 client: 8');
		expect(array?.takenOut).toBe('2-3');
		expect(afterMs).toBeGreaterThanOrEqual(20_000);
	});

	it('waits no more when it is asked again, at once', async () => {
		expect((await farewell(true)).afterMs).toBeLessThan(5_000);
	});

	it('tells them also where there is no grace', async () => {
		const { afterMs, did } = await farewell(false, 0);
		expect(did).toContain('signal 8');
		expect(afterMs).toBeLessThan(20_000);
	});
});

describe('what could not be told', () => {
	const targets = async (straw: Straw) => [
		await headTarget(straw.world, layout, '7'),
		...(await clientTargets(straw.world, layout, '7')),
	];
	const order = { atOnce: false, because: 'rayslurm stop', patienceMs: 1 };
	const quiet = { told: () => {}, cancelled: () => {}, ended: () => {}, silent: () => {} };

	it('is not left behind as a request when writing stops half-way', async () => {
		const straw = world({ 7: runs, 8: runs });
		straw.files.set(head.clientEvents('8'), lines({ step: 'running', node: 'n' }));
		const { write } = straw.world.files;
		straw.world.files.write = async (path, text) => {
			if (path === layout.stopRequest('8')) throw new Trouble('failed', 'no space is left');
			await write(path, text);
		};
		// One that an earlier order has left stays.
		straw.files.set(layout.stopRequest('8'), 'before');
		const plan = planStop(await targets(straw), straw.queue);
		await expect(stopJobs(straw.world, { ...plan, tell: await targets(straw) }, order, quiet)).rejects.toThrow(
			'no space',
		);
		expect([straw.files.has(layout.stopRequest('7')), straw.files.get(layout.stopRequest('8'))]).toEqual([
			false,
			'before',
		]);
		expect(straw.did).toEqual([]);
	});

	it('is not told through a state folder that is missing, or not mine alone', async () => {
		const straw = world({ 7: runs });
		straw.world.files.isPrivate = async (folder) => folder !== layout.state;
		const made: string[] = [];
		straw.world.files.makePrivateFolder = async (path) => void made.push(path);
		await expect(stop(straw)).rejects.toMatchObject({
			kind: 'failed',
			message: '/o/.rayslurm is not there, or not private to you: nobody was told to stop',
		});
		expect([made, straw.did]).toEqual([[], []]);
	});
});
