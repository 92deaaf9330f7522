import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClusterUse, type IdleState, stepIdle } from '../../src/core/idle.ts';

const UNUSED: ClusterUse = {
	connected: 0,
	coming: 0,
	nodes: 1,
	idleMs: 3_600_000,
	drivers: 0,
	detachedActors: 0,
	pending: 0,
};
const OPEN = { open: true } as const;
const AFTER_MS = 600_000;

function look(use: ClusterUse | undefined, nowMs: number, state: IdleState = {}, open = true) {
	return stepIdle(state, { window: { open }, use, nowMs }, AFTER_MS);
}

describe('an unused head', () => {
	it('ends when it has been seen unused for ten minutes, and not a second before', () => {
		const { state } = look(UNUSED, 1_000);
		expect(look(UNUSED, 600_999, state).end).toBe(false);
		expect(look(UNUSED, 601_000, state)).toMatchObject({
			end: true,
			because: 'idle 10 of 10 min: 1 node, 0 clients',
		});
	});

	it.each([
		['a client', { connected: 1 }, 'in use: 1 client'],
		['clients on the way', { coming: 2 }, 'in use: 2 clients on the way'],
		['a driver', { drivers: 1 }, 'in use: 1 driver'],
		['a detached actor', { detachedActors: 1 }, 'in use: 1 detached actor'],
		['work that waits', { pending: 3 }, 'in use: 3 waiting for room'],
		['a node at work', { idleMs: 0 }, 'in use: a node at work'],
		['no node', { nodes: 0 }, 'in use: no node has told its state yet'],
	])('stays with %s, and the count begins anew', (_, use, because) => {
		const { state } = look(UNUSED, 0);
		const step = look({ ...UNUSED, ...use }, 700_000, state);
		expect(step).toMatchObject({ end: false, because, state: {} });
		expect(look(UNUSED, 700_001, step.state).end).toBe(false);
	});

	it('stays while a node has not been idle for long enough, however long nobody was there', () => {
		const { state } = look(UNUSED, 0);
		expect(look({ ...UNUSED, idleMs: 599_999 }, 5_000_000, state).end).toBe(false);
		expect(look({ ...UNUSED, idleMs: 600_000 }, 5_000_000, state).end).toBe(true);
	});

	it('stays when somebody did not answer: silence is no sign of idleness', () => {
		const { state } = look(UNUSED, 0);
		expect(look(undefined, 5_000_000, state)).toMatchObject({ end: false, state: {} });
	});

	it('stays outside the window, and what was seen before does not count inside the next', () => {
		const { state } = look(UNUSED, 0);
		const closed = look(undefined, 5_000_000, state, false);
		expect(closed).toEqual({ state: {}, end: false, because: 'outside the idle window' });
		expect(look(UNUSED, 5_000_001, closed.state).end).toBe(false);
	});

	it('whose window closes while a client is joining stays, and for that one it counts anew in the next window', () => {
		const { state } = look(UNUSED, 0);
		const joining = look({ ...UNUSED, coming: 1 }, 599_000, state);
		expect(joining).toMatchObject({ end: false, because: 'in use: 1 client on the way' });
		const closed = look(undefined, 629_000, joining.state, false);
		expect(closed).toMatchObject({ end: false, state: {} });
		// It failed to join: nobody is there when the window opens again.
		const again = look(UNUSED, 90_000_000, closed.state);
		expect(again.end).toBe(false);
		expect(look(UNUSED, 90_599_999, again.state).end).toBe(false);
		expect(look(UNUSED, 90_600_000, again.state).end).toBe(true);
	});

	it('never ends unless every look of the last ten minutes showed it unused', () => {
		const use = fc.record({
			connected: fc.constantFrom(0, 0, 0, 0, 1),
			pending: fc.constantFrom(0, 0, 0, 0, 2),
			silent: fc.constantFrom(false, false, false, true),
		});
		fc.assert(
			fc.property(fc.array(use, { maxLength: 60 }), (looks) => {
				let state: IdleState = {};
				let unusedFor = 0;
				for (const [minute, { silent, ...seen }] of looks.entries()) {
					const busy = silent || seen.connected > 0 || seen.pending > 0;
					const step = stepIdle(
						state,
						{ window: OPEN, use: silent ? undefined : { ...UNUSED, ...seen }, nowMs: minute * 60_000 },
						AFTER_MS,
					);
					unusedFor = busy ? 0 : unusedFor + 1;
					expect(step.end).toBe(unusedFor > 10);
					state = step.state;
				}
			}),
		);
	});
});
