import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndReason } from '../../src/core/end-reasons.ts';
import { type HeadSeen, stepHead } from '../../src/core/head-life.ts';
import { orderToEnd } from '../../src/core/order-to-end.ts';
import type { EarWord } from '../../src/core/world.ts';

const QUIET: HeadSeen = { heard: [], dead: [], neverUp: [], silentMs: 0, replaced: undefined, idle: undefined };
const WORDS: readonly EarWord[] = ['USR1', 'USR2', 'TERM', 'INT', 'HUP', 'ORPHANED'];

const words = fc.array(fc.constantFrom(...WORDS));
const seen = fc.record({
	heard: words,
	dead: fc.array(fc.constantFrom('gcs_server', 'raylet', 'ray start')),
	neverUp: fc.array(fc.constantFrom("the head's node", 'Ray (port 6379)')),
	silentMs: fc.integer({ min: 0, max: 200_000 }),
	replaced: fc.constantFrom(undefined, 'a newer head has taken its place'),
	idle: fc.constantFrom(undefined, 'idle 10 min of 10 min'),
});

describe('a head', () => {
	const stays = 'stay' as const;
	const ends = (reason: string, code: number, because: string) => ({ do: 'end', reason, code, because });
	const minute = 'the control store has not answered for a minute';

	// Each pair: what it bears, and what is too much.
	it.each([
		['nothing at all', {}, stays],
		['silence just short of a minute', { silentMs: 59_999 }, stays],
		['silence of a minute', { silentMs: 60_000 }, ends('Ray died', 1, minute)],
		['every process alive', { dead: [] }, stays],
		['a dead process', { dead: ['raylet'] }, ends('Ray died', 1, 'raylet has ended')],
		['all it needs', { neverUp: [] }, stays],
		[
			'a dead control store, which takes the rest with it',
			{ dead: ['ray start', 'raylet', 'gcs_server'] },
			ends('Ray died', 1, 'gcs_server has ended'),
		],
		['a dead node beside `ray start`', { dead: ['ray start', 'raylet'] }, ends('Ray died', 1, 'raylet has ended')],
		[
			'a node that never came',
			{ neverUp: ["the head's node"] },
			ends('Ray died', 1, "the head's node did not come up within a minute"),
		],
		['its own information file', { replaced: undefined }, stays],
		[
			"a newer head's",
			{ replaced: 'a newer head has taken its place' },
			ends('replaced', 0, 'a newer head has taken its place'),
		],
		['somebody who uses it', { idle: undefined }, stays],
		['nobody who uses it', { idle: 'idle 10 min of 10 min' }, ends('idle', 0, 'idle 10 min of 10 min')],
		['nothing heard', { heard: [] }, stays],
		['USR1', { heard: ['USR1'] }, ends('time limit', 0, 'the time limit is near')],
		['USR1 twice', { heard: ['USR1', 'USR1'] }, ends('time limit', 0, 'the time limit is near')],
		['TERM', { heard: ['TERM'] }, ends('stopped', 143, 'SIGTERM received')],
		['INT', { heard: ['INT'] }, ends('stopped', 130, 'SIGINT received')],
		['HUP', { heard: ['HUP'] }, ends('stopped', 129, 'SIGHUP received')],
		['USR2', { heard: ['USR2'] }, ends('stopped', 140, 'SIGUSR2 received')],
		['the end of its shell', { heard: ['ORPHANED'] }, ends('stopped', 129, 'the batch shell is gone')],
	] as const)('with %s', (_, more: Partial<HeadSeen>, expected) => {
		const decision = stepHead({ ...QUIET, ...more });
		if (expected === stays) expect(decision.do).toBe('stay');
		else expect(decision).toEqual(expected);
	});

	// When several things happen at once, the one that says most about why.
	it.each([
		['TERM tops USR1', { heard: ['USR1', 'TERM'] }, 'stopped'],
		['an order tops a death, which it may have caused', { heard: ['TERM'], dead: ['raylet'] }, 'stopped'],
		['the time limit tops a death', { heard: ['USR1'], dead: ['gcs_server'] }, 'time limit'],
		['a death tops silence', { dead: ['gcs_server'], silentMs: 99_000, replaced: 'x' }, 'Ray died'],
		['a signal tops an orphan', { heard: ['ORPHANED', 'TERM'] }, 'stopped'],
	] as const)('%s', (_, more: Partial<HeadSeen>, reason) => {
		expect(stepHead({ ...QUIET, ...more })).toMatchObject({ do: 'end', reason });
	});

	it('never ends for silence below the limit, nor without a cause', () => {
		fc.assert(
			fc.property(seen, (seen) => {
				const decision = stepHead(seen);
				const cause =
					seen.heard.length > 0 ||
					seen.dead.length > 0 ||
					seen.neverUp.length > 0 ||
					seen.silentMs >= 60_000 ||
					seen.replaced !== undefined ||
					seen.idle !== undefined;
				expect(decision.do).toBe(cause ? 'end' : 'stay');
				expect(decision.because).not.toBe('');
			}),
		);
	});

	it('ends with 0 for the time limit and a newer head, with 1 when Ray died, with 128+n for a signal', () => {
		fc.assert(
			fc.property(seen, (seen) => {
				const decision = stepHead(seen);
				if (decision.do === 'stay') return;
				const codes: Partial<Record<EndReason, number[]>> = {
					...{ idle: [0], 'time limit': [0], replaced: [0] },
					...{ 'Ray died': [1], stopped: [129, 130, 140, 143] },
				};
				expect(codes[decision.reason]).toContain(decision.code);
			}),
		);
	});
});

it('USR1 is no order to end now; every other word is, and the first signal names it', () => {
	fc.assert(
		fc.property(words, (heard) => {
			const order = orderToEnd(heard);
			expect(order === undefined).toBe(heard.every((word) => word === 'USR1'));
			const signal = heard.find((word) => word !== 'USR1' && word !== 'ORPHANED');
			if (signal) expect(order?.because).toBe(`SIG${signal} received`);
		}),
	);
});
