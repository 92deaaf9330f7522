import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import type { KnownState } from '../../src/core/world.ts';
import { awaitClient } from '../../src/flows/await-client.ts';
import { awaitHead } from '../../src/flows/await-head.ts';
import { type StrawWorld, strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');
const head = layout.head('7');
const lines = (...steps: object[]) => steps.map((step) => `${JSON.stringify({ at: 'x', ...step })}\n`).join('');
const running = { step: 'running', node: 'n' };

function listener() {
	const told: string[] = [];
	return {
		told,
		reached: ({ step }: { readonly step: string }) => void told.push(step),
		pending: (reason: string) => void told.push(`pending: ${reason}`),
		silent: (why: string) => void told.push(`silent: ${why}`),
		requeued: () => void told.push('requeued'),
		show: async () => false,
	};
}
/** With what its environment said of it, in this log. */
function died(log: string): StrawWorld {
	const straw = strawWorld();
	straw.state = { kind: 'ended', how: 'FAILED' };
	straw.files.set(`${layout.slurmLogs}/${log}`, 'ERROR: first\nERROR: setup bad.sh\nslurmstepd: error\n');
	straw.world.files.list = async (path) => (path === layout.slurmLogs ? [log] : []);
	return straw;
}
const client = (straw: StrawWorld, progress = listener()) => awaitClient(straw.world, '7', layout, '7', progress);

describe('who waits for a client', () => {
	it('hears of a new life from its first step, its end too', async () => {
		const straw = strawWorld();
		const progress = listener();
		const path = head.clientEvents('7');
		straw.files.set(path, lines(running, { step: 'joined' }, { step: 'script' }));
		straw.whenSleeping = () =>
			straw.files.set(path, `${straw.files.get(path)}${lines(running, { step: 'ended', reason: 'done', code: 3 })}`);
		expect(await client(straw, progress)).toBe(3);
		expect(progress.told).toEqual(['running', 'joined', 'script', 'running', 'ended']);
		expect(straw.stopped).toBe(true);
	});

	it("takes no job for ended while it is ending: the script's own code counts", async () => {
		const straw = strawWorld();
		straw.state = { kind: 'ending', nodes: 'n' };
		straw.whenSleeping = (nowMs) => {
			if (nowMs > 20_000) straw.files.set(head.clientEvents('7'), lines({ step: 'ended', reason: 'x', code: 5 }));
		};
		expect(await client(straw)).toBe(5);
	});

	it("waits for a dead job's last words, and not for ever", async () => {
		const straw = strawWorld();
		straw.state = { kind: 'ended', how: 'NODE_FAIL' };
		let last = 0;
		straw.whenSleeping = (nowMs) => {
			last = nowMs;
		};
		await expect(client(straw)).rejects.toThrow('NODE_FAIL');
		expect(last).toBeGreaterThan(4_900);
		expect(last).toBeLessThan(6_000);
	});

	it.each<[string, object[], string]>([
		['before its supervisor began', [], 'Client 7 ended: Slurm says FAILED; setup bad.sh'],
		['later: what its script says is no reason', [running], 'Client 7 ended without a word: Slurm says FAILED'],
	])('hears what the job said last where it died %s', async (_, events, message) => {
		const straw = died('7-ray-client-tune.err');
		straw.files.set(head.clientEvents('7'), lines(...events));
		await expect(client(straw)).rejects.toMatchObject({ message, exitCode: 1 });
	});

	it('hears nothing of the errors of another job', async () => {
		await expect(client(died('77-ray-client-tune.err'))).rejects.toThrow('ended without a word: Slurm says FAILED');
	});

	it('goes on when Slurm puts the job back into its queue', async () => {
		const straw = strawWorld();
		const progress = listener();
		straw.whenSleeping = (nowMs) => {
			straw.state =
				nowMs < 3_000 || nowMs > 6_000 ? { kind: 'ended', how: 'PREEMPTED' } : { kind: 'pending', reason: 'Priority' };
			if (nowMs > 10_000) straw.files.set(head.clientEvents('7'), lines({ step: 'ended', reason: 'x', code: 0 }));
		};
		expect(await client(straw, progress)).toBe(0);
		expect(progress.told).toHaveLength(2);
	});

	const WAITS = expect.stringContaining('pending: its start time has not come');
	const terminated = lines(running, { step: 'ended', reason: 'SIGTERM received', code: 143 });
	const put = (straw: StrawWorld, text: string, folder = head) =>
		straw.files.set(folder.clientEvents('7'), `${straw.files.get(folder.clientEvents('7')) ?? ''}${text}`);

	it('goes on with one that was preempted: ended by SIGTERM, completing, and then in the queue again', async () => {
		const straw = strawWorld();
		const progress = listener();
		put(straw, terminated);
		straw.state = { kind: 'running', nodes: 'n' };
		straw.whenSleeping = (nowMs) => {
			if (nowMs === 2_000) straw.state = { kind: 'ending', nodes: 'n' };
			if (nowMs === 40_000) straw.state = { kind: 'pending', reason: 'BeginTime' };
			if (nowMs === 300_000) straw.state = { kind: 'running', nodes: 'n' };
			if (nowMs === 310_000) put(straw, lines(running, { step: 'ended', reason: 'done', code: 4 }));
		};
		expect(await client(straw, progress)).toBe(4);
		expect(progress.told).toEqual([...['running', 'ended', 'requeued', WAITS], 'running', 'ended']);
	});

	it('looks for the next life where the first began, and goes with it to the next head again', async () => {
		const straw = strawWorld();
		const progress = listener();
		const next = layout.head('8');
		put(straw, lines(running, { step: 'left' }, { step: 'moved', head: '8' }));
		put(straw, terminated, next);
		straw.state = { kind: 'running', nodes: 'n' };
		straw.whenSleeping = (nowMs) => {
			if (nowMs === 1_000) straw.state = { kind: 'pending', reason: 'BeginTime' };
			if (nowMs === 5_000) put(straw, lines(running, { step: 'left' }, { step: 'moved', head: '8' }));
			if (nowMs === 6_000) put(straw, lines(running, { step: 'ended', reason: 'done', code: 0 }), next);
		};
		expect(await client(straw, progress)).toBe(0);
		const stay = ['running', 'left', 'moved', 'running', 'ended'];
		expect(progress.told).toEqual([...stay, 'requeued', WAITS, ...stay]);
	});

	it.each<[string, KnownState | undefined, number]>([
		['over, and says so at once', { kind: 'ended', how: 'CANCELLED' }, 1_000],
		['gone', { kind: 'gone' }, 1_000],
		['not known to a Slurm that is silent', { kind: 'unknown', why: 'down' }, 62_000],
		['not known, for nobody was asked', undefined, 62_000],
	])('returns 143 of one sent SIGTERM that is %s', async (_, state, atMostMs) => {
		const straw = strawWorld();
		put(straw, terminated);
		straw.state = state;
		let last = 0;
		straw.whenSleeping = (nowMs) => {
			last = nowMs;
		};
		expect(await client(straw)).toBe(143);
		expect(last).toBeLessThan(atMostMs);
		expect(last > 59_000).toBe(atMostMs > 60_000);
	});

	it('returns 143 of one that was cancelled while it waited to begin again', async () => {
		const straw = strawWorld();
		put(straw, terminated);
		straw.state = { kind: 'pending', reason: 'BeginTime' };
		straw.whenSleeping = (nowMs) => {
			if (nowMs > 200_000) straw.state = { kind: 'ended', how: 'CANCELLED' };
		};
		expect(await client(straw)).toBe(143);
	});

	it('is told each word of Slurm once', async () => {
		const straw = strawWorld();
		const progress = listener();
		straw.whenSleeping = (nowMs) => {
			straw.state = nowMs % 2_000 < 1_000 ? { kind: 'unknown', why: 'down' } : { kind: 'running', nodes: 'n' };
			if (nowMs > 3_000) straw.files.set(head.clientEvents('7'), lines({ step: 'ended', reason: 'x', code: 0 }));
		};
		await client(straw, progress);
		expect(progress.told).toEqual(['silent: down', 'silent: down', 'ended']);
	});
});

describe('who waits for a head', () => {
	it('hears of a new life, and asks no more afterwards', async () => {
		const straw = strawWorld();
		const progress = listener();
		straw.files.set(head.events, lines(running, { step: 'ray-answers' }));
		straw.whenSleeping = () =>
			straw.files.set(head.events, `${straw.files.get(head.events)}${lines(running, { step: 'joinable' })}`);
		expect(await awaitHead(straw.world, '7', layout, progress)).toMatchObject({ step: 'joinable' });
		expect(progress.told).toEqual(['running', 'ray-answers', 'running', 'joinable']);
		expect(straw.stopped).toBe(true);
	});

	it('hears what its job said last where its supervisor never began', async () => {
		const straw = died('7-ray-head-ray.err');
		await expect(awaitHead(straw.world, '7', layout, listener())).rejects.toThrow(
			'Head 7 ended before clients could join: Slurm says FAILED; setup bad.sh',
		);
		straw.files.set(head.events, lines({ step: 'ended', reason: 'never began', because: 'failed' }));
		await expect(awaitHead(straw.world, '7', layout, listener())).rejects.toThrow('join: failed; setup bad.sh');
	});

	it('hears that its second life has ended in its second step', async () => {
		const straw = strawWorld();
		straw.files.set(head.events, lines(running, { step: 'ray-answers' }));
		straw.whenSleeping = () =>
			straw.files.set(
				head.events,
				`${straw.files.get(head.events)}${lines(running, { step: 'ended', reason: 'no ports' })}`,
			);
		await expect(awaitHead(straw.world, '7', layout, listener())).rejects.toThrow('no ports');
		expect(straw.stopped).toBe(true);
	});
});
