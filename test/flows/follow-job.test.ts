import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/core/layout.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { followJob } from '../../src/flows/follow-job.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');
const head = layout.head('7');
const lines = (...steps: object[]) => steps.map((step, at) => `${JSON.stringify({ at: `${at}`, ...step })}\n`).join('');
const running = { step: 'running', node: 'n' };
const ended = (code: number) => ({ step: 'ended', reason: 'x', code });

function follow(states: KnownState[] = []) {
	const asked: number[] = [];
	const scheduler = {
		title: 'Slurm',
		states: async (jobs: readonly string[]) => {
			asked.push(1);
			const state = states.length > 1 ? states.shift() : states[0];
			return new Map(jobs.map((job) => [job, state]));
		},
	} as unknown as World['scheduler'];
	const straw = strawWorld({ scheduler });
	const told: string[] = [];
	let nowMs = 0;
	const seen = { closed: false, shows: 0 };
	let act: (ms: number) => void = () => {};
	straw.whenSleeping = (ms) => {
		nowMs = ms;
		act(ms);
		if (ms > 200_000) throw new Error('it goes on for ever');
	};
	const start = (when: (ms: number) => void = () => {}) => {
		act = when;
		return followJob(
			straw.world,
			{ job: '7', kind: 'client', layout, head },
			{
				pending: (reason) => void told.push(reason),
				silent: (why) => void told.push(why),
				closed: async () => seen.closed,
				show: async () => {
					seen.shows += 1;
					return false;
				},
			},
		);
	};
	const events = (...steps: object[]) => straw.files.set(head.clientEvents('7'), lines(...steps));
	return { straw, start, events, seen, told, asked, at: () => nowMs };
}

describe('logs -f', () => {
	it('ends when the job has said so and has left, and asks nobody', async () => {
		const { start, events, seen, asked, at, straw } = follow();
		events(running);
		await start((ms) => {
			if (ms > 5_000) events(running, ended(3));
			seen.closed = ms > 9_000;
		});
		expect(at()).toBeGreaterThan(9_000);
		expect(at()).toBeLessThan(10_000);
		expect(asked).toEqual([]);
		expect(straw.stopped).toBe(true);
	});

	it('of a script that crashed, asks nobody: only an order to end may be followed by another life', async () => {
		const { start, events, seen, asked } = follow([{ kind: 'running', nodes: 'n' }]);
		events(running);
		await start((ms) => {
			if (ms > 1_000) {
				events(running, ended(139));
				seen.closed = true;
			}
		});
		expect(asked).toEqual([]);
	});

	it('does not wait for ever for a closing line', async () => {
		const { start, events, at } = follow();
		events(running);
		await start((ms) => {
			if (ms > 1_000) events(running, ended(0));
		});
		expect(at()).toBeGreaterThan(60_000);
		expect(at()).toBeLessThan(63_000);
	});

	it('goes on through a quiet hour', async () => {
		const { start, events, seen } = follow();
		events(running);
		seen.closed = true; // An earlier life's.
		await start((ms) => {
			if (ms > 150_000) events(running, ended(0));
		});
		expect(seen.shows).toBeGreaterThan(700);
	});

	it('of a job that has ended long ago, ends at once, with one question', async () => {
		const { start, events, asked, at } = follow([{ kind: 'gone' }]);
		events(running, ended(143));
		await start();
		expect(at()).toBeLessThan(1_000);
		expect(asked).toEqual([1]);
	});

	it('takes its own word where the scheduler says nothing', async () => {
		const { start, events, at } = follow([{ kind: 'unknown', why: 'down' }]);
		events(running, ended(0));
		await start();
		expect(at()).toBeLessThan(1_000);
	});

	it('of a job that was told to end, sees whether it comes back', async () => {
		const { start, events, seen, asked, at } = follow([
			{ kind: 'ending', nodes: 'n' },
			{ kind: 'pending', reason: 'BeginTime' },
		]);
		events(running);
		await start((ms) => {
			seen.closed = ms > 2_000 && ms < 20_000;
			if (ms > 1_000) events(running, ended(143));
			if (ms > 20_000) events(running, ended(143), running);
			if (ms > 30_000) {
				events(running, ended(143), running, ended(0));
				seen.closed = true;
			}
		});
		expect(asked).toEqual([1, 1]);
		expect(at()).toBeGreaterThan(30_000);
		expect(at()).toBeLessThan(31_000);
	});

	it('of a job that waits in the queue for its second life, goes on with that', async () => {
		const { start, events, seen, at } = follow([{ kind: 'pending', reason: 'BeginTime' }]);
		events(running, ended(143));
		seen.closed = true;
		await start((ms) => {
			if (ms > 10_000) events(running, ended(143), running, ended(0));
		});
		expect(at()).toBeGreaterThan(10_000);
	});

	it('of a job without a word ends by that of Slurm', async () => {
		const { start, straw, at, told } = follow();
		straw.state = { kind: 'pending', reason: 'Priority' };
		await start((ms) => {
			if (ms > 5_000) straw.state = { kind: 'ended', how: 'CANCELLED' };
		});
		expect(told).toEqual(['other jobs come first (Priority)']);
		expect(at()).toBeGreaterThan(10_000);
		expect(at()).toBeLessThan(11_000);
	});

	it('goes with a client to its next head', async () => {
		const { start, events, straw, seen } = follow();
		seen.closed = true;
		events(running, { step: 'left', reason: 'x' }, { step: 'moved', head: '9' });
		let shownAtMove = 0;
		await start((ms) => {
			if (ms > 3_000) {
				shownAtMove ||= seen.shows;
				straw.files.set(layout.head('9').clientEvents('7'), lines(running, ended(0)));
			}
		});
		expect(shownAtMove).toBeGreaterThan(10);
	});
});
