import {
	chmodSync,
	existsSync,
	lutimesSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { log } from '../../src/adapters/log.ts';
import { takeTurn } from '../../src/adapters/shared-answer.ts';
import { looksAtQueue, watchQueue } from '../../src/adapters/shared-queue.ts';
import { renderHolder } from '../../src/core/holder.ts';
import type { KnownState, Scheduler } from '../../src/core/world.ts';
import { bundle, start } from './child-program.ts';

let folder: string;
let asked: string[];
let state: KnownState;
const scheduler = {
	name: 'straw',
	states: async (jobs: readonly string[]) => {
		asked.push(jobs.join());
		return new Map(jobs.map((job) => [job, state]));
	},
} as unknown as Scheduler;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	vi.stubEnv('TMPDIR', folder);
	vi.stubEnv('XDG_RUNTIME_DIR', '');
	asked = [];
	state = { kind: 'running', nodes: 'n1' };
});
afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
	rmSync(folder, { recursive: true });
});
const own = () => join(folder, `rayslurm-${userInfo().uid}`);
const kindsOf = async (...jobs: string[]) =>
	Object.fromEntries([...(await takeTurn(scheduler, jobs)).states].map(([job, { kind }]) => [job, kind]));

describe('the shared answer', () => {
	it('is asked for by the first; who comes later joins the next one', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		expect(await kindsOf('1')).toEqual({ 1: 'running' });
		expect(await kindsOf('2')).toEqual({});
		expect(await kindsOf('3', '1')).toEqual({ 1: 'running' });
		vi.advanceTimersByTime(14_900);
		expect(await kindsOf('2')).toEqual({});
		expect(asked).toEqual(['1']);
		vi.advanceTimersByTime(200);
		expect(await kindsOf('2')).toEqual({ 2: 'running' });
		expect(await kindsOf('3')).toEqual({ 3: 'running' });
		expect(asked).toEqual(['1', '1,2,3']);
	});

	it('is 5 seconds old at most while something is ending', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		state = { kind: 'ending', nodes: 'n1' };
		expect((await takeTurn(scheduler, ['1'])).againMs).toBe(5_000);
		vi.advanceTimersByTime(5_100);
		state = { kind: 'ended', how: 'FAILED' };
		expect(await kindsOf('1')).toEqual({ 1: 'ended' });
	});

	it('is 5 seconds old at most for who knows that something ends, and never asked for more often', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		const look = looksAtQueue(scheduler);
		for (let second = 0; second < 60; second += 1) {
			const { states, ageMs } = await look(['1'], second >= 30);
			expect(states.get('1')).toEqual(state);
			expect(ageMs).toBe((second % (second >= 30 ? 5 : 15)) * 1_000);
			vi.advanceTimersByTime(1_000);
		}
		expect(asked).toHaveLength(2 + 6);
	});

	it('goes on to speak of a job whose watch always finds it fresh', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		for (let turn = 0; turn < 20; turn += 1) {
			await kindsOf('1');
			if (turn > 0) expect(await kindsOf('2')).toEqual(turn === 1 ? {} : { 2: 'running' });
			vi.advanceTimersByTime(15_100);
		}
	});

	it('is not waited for behind a lock that nobody here can judge', async () => {
		await kindsOf('1');
		const elsewhere = { job: '', host: 'x', bootId: 'x', pidSpace: 'x', pid: 1, startTime: '1', nonce: 'aaaaaaaa' };
		const lock = join(own(), 'straw-queue.json-lock');
		symlinkSync(renderHolder(elsewhere), lock);
		expect((await takeTurn(scheduler, ['2'])).againMs).toBeLessThan(1_000);
		const longAgo = new Date(Date.now() - 100_000);
		lutimesSync(lock, longAgo, longAgo);
		await expect(takeTurn(scheduler, ['2'])).rejects.toThrow(/-lock has been held for 100 s/);
	});

	it('asks no more after what nobody waits for, nor after what is gone', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		await kindsOf('1');
		for (let turn = 0; turn < 9; turn += 1) {
			vi.advanceTimersByTime(15_100);
			state = { kind: 'gone' };
			expect(await kindsOf('2')).toEqual({ 2: 'gone' });
		}
		expect(asked.slice(1).every((jobs) => jobs === '1,2' || jobs === '1' || jobs === '2')).toBe(true);
		expect(asked.filter((jobs) => jobs.includes('2'))).toHaveLength(1);
		vi.advanceTimersByTime(15_100);
		expect(Object.keys(JSON.parse(readFileSync(join(own(), 'straw-queue.json'), 'utf8')).wanted)).toEqual(['2']);
	});

	it('passes on that the scheduler did not answer, to all', async () => {
		const broken = { ...scheduler, states: () => Promise.reject(new Error('no squeue here')) } as Scheduler;
		expect((await takeTurn(broken, ['1'])).states.get('1')).toEqual({ kind: 'unknown', why: 'no squeue here' });
		expect(await kindsOf('1')).toEqual({ 1: 'unknown' });
	});

	it("lives in the login's own folder where that is private", async () => {
		const runtime = join(folder, 'run');
		mkdirSync(runtime, { mode: 0o700 });
		vi.stubEnv('XDG_RUNTIME_DIR', runtime);
		await kindsOf('1');
		expect(existsSync(join(runtime, 'rayslurm/straw-queue.json'))).toBe(true);
		chmodSync(runtime, 0o750);
		await kindsOf('1');
		expect(asked).toHaveLength(2);
		expect(existsSync(join(own(), 'straw-queue.json'))).toBe(true);
	});

	it('has one asker, however many processes wait', async () => {
		const program = bundle(
			`import { watchQueue } from './src/adapters/shared-queue.ts';
			import { appendFileSync } from 'node:fs';
			const [, , job, log] = process.argv;
			const states = async (jobs) => {
				appendFileSync(log, jobs.join() + '\\n');
				await new Promise((resolve) => setTimeout(resolve, 50));
				return new Map(jobs.map((job) => [job, { kind: 'running', nodes: 'n' }]));
			};
			process.stdin.once('data', () => {
				watchQueue({ name: 'straw', states }, [job], 0);
				setTimeout(() => console.log('looked'), 1_000);
			}).on('end', () => process.exit(0));
			console.log('ready');`,
			join(folder, 'waiter.cjs'),
		);
		const calls = join(folder, 'calls');
		const waiters = [1, 2, 3, 4, 5, 6].map((job) => start([process.execPath, program, String(job), calls]));
		for (const waiter of waiters) expect(await waiter.line()).toBe('ready');
		for (const waiter of waiters) waiter.process.stdin?.write('go');
		for (const waiter of waiters) expect(await waiter.line()).toBe('looked');
		for (const waiter of waiters) waiter.process.stdin?.end();
		await Promise.all(waiters.map((waiter) => waiter.ended));
		expect(readFileSync(calls, 'utf8').trim().split('\n')).toHaveLength(1);
		const { wanted } = JSON.parse(readFileSync(join(own(), 'straw-queue.json'), 'utf8'));
		expect(Object.keys(wanted).sort()).toEqual(['1', '2', '3', '4', '5', '6']);
	});
});

describe('a watch whose answer cannot be shared', () => {
	it.each([
		["is somebody else's", () => symlinkSync('/tmp', own())],
		['cannot be made', () => writeFileSync(own(), '')],
	])('because its folder %s warns once and asks for itself', async (_, spoil) => {
		spoil();
		const warned = vi.spyOn(log, 'warn').mockImplementation(() => {});
		const watch = watchQueue(scheduler, ['1'], 0);
		await vi.waitFor(() => expect(watch.known().get('1')).toEqual(state));
		watch.every(1);
		await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1));
		watch.stop();
		expect(warned).toHaveBeenCalledTimes(1);
		expect(warned.mock.calls[0]?.[0]).toContain(own());
	});

	it('asks for itself no more often, at single looks too', async () => {
		writeFileSync(own(), '');
		vi.useFakeTimers({ toFake: ['Date'] });
		const warned = vi.spyOn(log, 'warn').mockImplementation(() => {});
		const look = looksAtQueue(scheduler);
		for (let second = 0; second < 60; second += 1) {
			expect((await look(['1'], second >= 30)).states.get('1')).toEqual(state);
			vi.advanceTimersByTime(1_000);
		}
		expect(asked).toHaveLength(2 + 6);
		expect((await look(['2'], true)).states.get('2')).toEqual(state);
		expect(warned).toHaveBeenCalledTimes(1);
	});
});
