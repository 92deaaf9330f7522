import { describe, expect, it } from 'vitest';
import type { HeadEnd } from '../../src/core/head-life.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { planStop } from '../../src/core/stop-plan.ts';
import { renderStopRequest } from '../../src/core/stop-request.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { sayFarewell } from '../../src/flows/say-farewell.ts';
import { endAsAsked } from '../../src/flows/stop-asked.ts';
import { type StoppedJob, stopJobs } from '../../src/flows/stop-jobs.ts';
import { clientTarget, headTarget } from '../../src/flows/stop-targets.ts';
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
			title: 'Slurm',
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
	const target = job === '7' ? await headTarget(world, layout, job) : await clientTarget(world, layout, '7', job);
	const told: string[] = [];
	const progress = {
		told: () => void told.push('told'),
		cancelled: () => void told.push('cancelled'),
		ended: ({ job: over }: StoppedJob) => void told.push(`ended ${over}`),
		silent: (why: string) => void told.push(`silent: ${why}`),
	};
	const how = { atOnce: false, because: 'rayslurm stop', patienceMs: 900_000, ...wish };
	const outcome = await stopJobs(world, planStop([target], queue), how, progress);
	return { ...outcome, told };
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
			told: ['told', 'ended 7'],
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
		expect(told).toEqual(['told', 'silent: down', 'ended 7']);
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

	it('leaves clients in the queue that another head follows for', async () => {
		const straw = world({ 7: runs, 8: { kind: 'pending', reason: 'Dependency' } });
		straw.files.set(head.clientRecord('8'), '{}');
		straw.straw.whenSleeping = (nowMs) => nowMs > 1_000 && straw.queue.set('7', ended);
		expect(await stop(straw)).toMatchObject({ left: [], waiting: ['8'] });
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
		expect(outcome.told).toEqual(['cancelled', 'told', 'ended 8']);
		expect(straw.files.has(layout.stopRequest('8'))).toBe(false);
	});

	it('that never began has no code', async () => {
		const straw = world({ 8: { kind: 'pending', reason: 'Priority' } });
		straw.straw.whenSleeping = () => straw.queue.set('8', asStopped);
		const { ended: over } = await stop(straw, {}, '8');
		expect(over).toEqual([{ job: '8', role: 'client', reason: 'CANCELLED', cancelled: true }]);
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
		const census = async () => ({ connected: ['8'], coming: ['9'] });
		const watch = { look: census, ask: census, anew: () => {} };
		const wish = { graceMs, pending: 'cancel', hurried: async () => hurries } as const;
		await sayFarewell(straw.world, head, watch, wish, 'stop', async () => []);
		return { afterMs: straw.world.clock.monotonicMs(), did: straw.did, said };
	}

	it('waits for its clients, and empties the queue', async () => {
		const { afterMs, did, said } = await farewell(false);
		expect(did.filter((each) => each !== 'asked')).toEqual(['signal 8', 'cancel 9']);
		expect(said).toContain('Stop: told 1 client: 8');
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
		await clientTarget(straw.world, layout, '7', '8'),
	];
	const order = { atOnce: false, because: 'rayslurm stop', patienceMs: 1 };
	const quiet = { told: () => {}, cancelled: () => {}, ended: () => {}, silent: () => {} };

	it('is not left behind as a request when writing stops half-way', async () => {
		const straw = world({ 7: runs, 8: runs });
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
