import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientAction, type ClientSeen, type ClientState, stepClient } from '../../src/core/client-life.ts';
import type { EarWord } from '../../src/core/world.ts';

const GRACE_MS = 60_000;
const QUIET: ClientSeen = {
	heard: [],
	script: undefined,
	worker: false,
	rayEnded: false,
	headGone: undefined,
	nowMs: 0,
};

type Moment = Partial<ClientSeen> & { readonly nowMs: number };

function live(moments: readonly Moment[], graceMs = GRACE_MS): ClientAction[] {
	let state: ClientState = {};
	const actions: ClientAction[] = [];
	for (const moment of moments) {
		const step = stepClient(state, { ...QUIET, ...moment }, graceMs);
		state = step.state;
		actions.push(step.action);
		if (step.action.do === 'leave') break;
	}
	return actions;
}

const story = (moments: readonly Moment[]) =>
	live(moments)
		.map((action) => action.do)
		.join(' ');
const last = (...moments: Moment[]) => live(moments).at(-1);

describe('a client with a script', () => {
	it.each<[string, Moment[], string]>([
		['nothing happens', [{ nowMs: 0 }, { nowMs: 1e9 }], 'stay stay'],
		['its script ends', [{ nowMs: 0, script: { code: 0 } }], 'leave'],
		['the head is there', [{ nowMs: 0, headGone: undefined }], 'stay'],
		['the head is gone', [{ nowMs: 0, headGone: 'x' }], 'tell'],
		['Ray lives', [{ nowMs: 0, rayEnded: false }], 'stay'],
		['Ray has ended', [{ nowMs: 0, rayEnded: true }], 'terminate'],
		['USR1 comes', [{ nowMs: 0, heard: ['USR1'] }], 'tell'],
		['USR1 comes twice at once', [{ nowMs: 0, heard: ['USR1', 'USR1'] }, { nowMs: 1 }], 'tell stay'],
		[
			'USR1 comes twice',
			[
				{ nowMs: 0, heard: ['USR1'] },
				{ nowMs: 1, heard: ['USR1'] },
			],
			'tell stay',
		],
		[
			'USR1 again does not lengthen the grace',
			[{ nowMs: 0, heard: ['USR1'] }, { nowMs: 59_999, heard: ['USR1'] }, { nowMs: 60_000 }],
			'tell stay terminate',
		],
		['the grace lasts', [{ nowMs: 5, heard: ['USR1'] }, { nowMs: 60_004 }], 'tell stay'],
		['the grace is over', [{ nowMs: 5, heard: ['USR1'] }, { nowMs: 60_005 }], 'tell terminate'],
		[
			'3 s more',
			[{ nowMs: 0, heard: ['USR1'] }, { nowMs: 60_000 }, { nowMs: 62_999 }, { nowMs: 63_000 }],
			'tell terminate stay kill',
		],
		[
			'it cannot be killed',
			[{ nowMs: 0, heard: ['TERM'] }, { nowMs: 3_000 }, { nowMs: 5_999 }, { nowMs: 6_000 }],
			'terminate kill stay leave',
		],
		['TERM comes', [{ nowMs: 0, heard: ['TERM'] }, { nowMs: 2_999 }, { nowMs: 3_000 }], 'terminate stay kill'],
		[
			'TERM comes twice',
			[
				{ nowMs: 0, heard: ['TERM'] },
				{ nowMs: 1, heard: ['TERM'] },
			],
			'terminate stay',
		],
		[
			'TERM cuts the grace short',
			[{ nowMs: 0, heard: ['USR1'] }, { nowMs: 1_000, heard: ['TERM'] }, { nowMs: 4_000 }],
			'tell terminate kill',
		],
		[
			'the head goes 5 s',
			[
				{ nowMs: 0, headGone: 'x' },
				{ nowMs: 4_999, headGone: 'x' },
				{ nowMs: 5_000, headGone: 'x' },
			],
			'tell stay terminate',
		],
		[
			'the head goes after USR1',
			[
				{ nowMs: 0, heard: ['USR1'] },
				{ nowMs: 1_000, headGone: 'x' },
				{ nowMs: 16_000, headGone: 'x' },
			],
			'tell stay terminate',
		],
		[
			'the head goes when the grace is nearly over',
			[
				{ nowMs: 0, heard: ['USR1'] },
				{ nowMs: 50_000, headGone: 'x' },
				{ nowMs: 60_000, headGone: 'x' },
			],
			'tell stay terminate',
		],
	])('%s', (_, moments, actions) => {
		expect(story(moments)).toBe(actions);
	});

	it.each<[string, Moment[], Partial<ClientAction>]>([
		[
			'its own code',
			[{ nowMs: 0, script: { code: 7 } }],
			{ code: 7, quickly: false, because: 'the script ended with code 7' },
		],
		['the code of the signal it died of', [{ nowMs: 0, script: { code: 139, signal: 'SIGSEGV' } }], { code: 139 }],
		[
			'0 if it ends well when told',
			[
				{ nowMs: 0, heard: ['USR1'] },
				{ nowMs: 1, script: { code: 0 } },
			],
			{ code: 0, quickly: false },
		],
		[
			'138 if it dies of being told',
			[
				{ nowMs: 0, heard: ['USR1'] },
				{ nowMs: 1, script: { code: 138, signal: 'SIGUSR1' } },
			],
			{ code: 138, quickly: false },
		],
		[
			"143 after scancel, when Ray's handler made a plain exit of it",
			[{ nowMs: 0, heard: ['TERM'], script: { code: 15 } }],
			{ code: 143, quickly: true, because: 'SIGTERM received' },
		],
		[
			'143 after scancel, which reaches the script too',
			[{ nowMs: 0, heard: ['TERM'], script: { code: 143, signal: 'SIGTERM' } }],
			{ code: 143, quickly: true, because: 'SIGTERM received' },
		],
		[
			'3 if it has to be killed when the head is gone',
			[
				{ nowMs: 0, headGone: 'the head has ended' },
				{ nowMs: 9, script: { code: 137, signal: 'SIGKILL' } },
			],
			{ code: 3, quickly: true, because: 'the head has ended' },
		],
		[
			'1 if Ray has ended and it will not',
			[{ nowMs: 0, rayEnded: true }, { nowMs: 3_000 }, { nowMs: 6_000 }],
			{ code: 1, quickly: true },
		],
		[
			'what the sharper reason says',
			[
				{ nowMs: 0, heard: ['USR1'] },
				{ nowMs: 1, heard: ['INT'] },
				{ nowMs: 2, script: { code: 1, signal: 'SIGTERM' } },
			],
			{ code: 130, quickly: true },
		],
	])('returns %s', (_, moments, expected) => {
		expect(last(...moments)).toMatchObject({ do: 'leave', ...expected });
	});
});

describe('a worker', () => {
	it.each<[string, Partial<ClientSeen>, Partial<ClientAction>]>([
		['stays', {}, { do: 'stay' }],
		['leaves with 0 when told', { heard: ['USR1'] }, { do: 'leave', code: 0, quickly: false }],
		['leaves with 143 at TERM', { heard: ['TERM'] }, { do: 'leave', code: 143, quickly: true }],
		['leaves with 3 when the head is gone', { headGone: 'x' }, { do: 'leave', code: 3, quickly: true }],
		['leaves with 1 when Ray has ended', { rayEnded: true }, { do: 'leave', code: 1 }],
		['leaves with 129 without its shell', { heard: ['ORPHANED'] }, { do: 'leave', code: 129 }],
	])('%s', (_, seen, expected) => {
		expect(last({ nowMs: 0, worker: true, ...seen })).toMatchObject(expected);
	});
});

describe('whatever happens', () => {
	const word = fc.constantFrom<EarWord>('USR1', 'USR1', 'USR2', 'TERM', 'INT', 'HUP', 'ORPHANED');
	const moment = fc.record({
		afterMs: fc.integer({ min: 0, max: 20_000 }),
		heard: fc.oneof({ weight: 6, arbitrary: fc.constant<EarWord[]>([]) }, fc.array(word, { maxLength: 3 })),
		rayEnded: fc.boolean(),
		headGone: fc.option(fc.constant('gone'), { nil: undefined, freq: 3 }),
	});
	const moments = fc.array(moment, { maxLength: 40 }).map((list) => {
		let nowMs = 0;
		let rayEnded = false;
		let headGone: string | undefined;
		return list.map((each): Moment => {
			nowMs += each.afterMs;
			rayEnded ||= each.rayEnded && each.afterMs % 5 === 0;
			headGone ??= each.headGone;
			return { heard: each.heard, rayEnded, headGone, nowMs };
		});
	});
	const grace = fc.integer({ min: 0, max: 400_000 });

	it('a script is told at most once, then terminated at most once, then killed at most once, and time passes between', () => {
		fc.assert(
			fc.property(moments, grace, (moments, graceMs) => {
				const actions = live(moments, graceMs);
				const did = actions.map((action) => action.do).filter((each) => each !== 'stay');
				const orders = ['tell terminate kill leave', 'terminate kill leave'];
				expect(orders.some((order) => order.startsWith(did.join(' ')))).toBe(true);
				const at = (name: ClientAction['do']) => moments[actions.findIndex((action) => action.do === name)]?.nowMs;
				const [terminated, killed, left] = [at('terminate'), at('kill'), at('leave')];
				if (killed !== undefined) expect(killed - (terminated ?? Number.NaN)).toBeGreaterThanOrEqual(3_000);
				if (left !== undefined) expect(left - (killed ?? Number.NaN)).toBeGreaterThanOrEqual(3_000);
			}),
		);
	});

	it('nothing is done without a reason, and a reason is never forgotten', () => {
		fc.assert(
			fc.property(moments, grace, (moments, graceMs) => {
				const actions = live(moments, graceMs);
				const first = moments.findIndex(({ heard, rayEnded, headGone }) => heard?.length || rayEnded || headGone);
				const acted = actions.findIndex((action) => action.do !== 'stay');
				expect(acted).toBe(first);
			}),
		);
	});

	it('it ends at last, in at most the grace and two presses', () => {
		fc.assert(
			fc.property(moments, grace, (moments, graceMs) => {
				const begun = moments.find(({ heard, rayEnded, headGone }) => heard?.length || rayEnded || headGone);
				fc.pre(begun !== undefined);
				const end = Math.max((begun?.nowMs ?? 0) + Math.max(graceMs, 15_000), moments.at(-1)?.nowMs ?? 0);
				const after = [0, 3_000, 6_000, 9_000].map((ms) => ({ nowMs: end + ms }));
				expect(live([...moments, ...after], graceMs).at(-1)?.do).toBe('leave');
			}),
		);
	});
});

describe('told by its head', () => {
	const limit = { reason: 'time limit' as const, because: "the head's time limit is near" };
	const stopped = { reason: 'stopped' as const, because: 'the head has ended: SIGTERM received' };
	const told = (headEnding: ClientSeen['headEnding'], nowMs = 0): Moment => ({ nowMs, heard: ['USR1'], headEnding });

	it.each<[string, Moment[], Partial<ClientAction>]>([
		[
			'of its time limit: as for its own, but another head may follow',
			[told(limit), { nowMs: 1, script: { code: 0 } }],
			{ code: 0, quickly: false, headEnds: true, because: limit.because },
		],
		[
			'that it stops: five seconds, then by force, and 3',
			[told(stopped), { nowMs: 5_000 }, { nowMs: 8_000 }, { nowMs: 11_000 }],
			{ code: 3, quickly: true, headEnds: true, because: stopped.because },
		],
		[
			'and then by its own time: no other head for it',
			[told(limit), told(undefined, 9), { nowMs: 10, script: { code: 0 } }],
			{ headEnds: false, because: limit.because },
		],
		[
			'after its own time: no other head for it either',
			[told(undefined), told(limit, 9), { nowMs: 10, script: { code: 0 } }],
			{ headEnds: false, because: 'told that the time is nearly over' },
		],
		['nothing: its own time', [told(undefined), { nowMs: 1, script: { code: 0 } }], { headEnds: false }],
		[
			'nothing, for it is gone, and its Ray node with it',
			[{ nowMs: 0, rayEnded: true, headGone: 'the head has ended', script: { code: 1 } }],
			{ code: 1, headEnds: true, because: 'the head has ended' },
		],
		[
			'to go by Slurm: no other head',
			[told(limit), { nowMs: 1, heard: ['TERM'], script: { code: 0 } }],
			{ headEnds: false },
		],
	])('%s', (_, moments, expected) => {
		expect(last(...moments)).toMatchObject({ do: 'leave', ...expected });
	});

	it('a script that ends by itself needs no other head', () => {
		expect(last({ nowMs: 0, script: { code: 1 } })).toMatchObject({ code: 1, headEnds: false });
	});
});

describe('a client that a person asks to stop', () => {
	const stop = { at: '', atOnce: false, because: 'rayslurm stop' };
	const told = (more: object = {}, seen: object = {}): Moment => ({
		...{ nowMs: 0, heard: ['USR1'], stop: { ...stop, ...more } },
		...seen,
	});

	it('tells its script, and has the patience of its own end', () => {
		expect(story([told(), { nowMs: 59_999 }, { nowMs: 60_000 }])).toBe('tell stay terminate');
		expect(last(told(), { nowMs: 1, script: { code: 5 } })).toMatchObject({
			...{ do: 'leave', code: 5, because: 'told to stop: rayslurm stop', headEnds: false },
		});
	});

	it('stops whatever becomes of its head: there is no next one for it', () => {
		const headEnding = { reason: 'time limit', because: 'x' } as ClientSeen['headEnding'];
		expect(last(told({}, { headEnding, worker: true }))).toMatchObject({ do: 'leave', code: 0, headEnds: false });
	});

	it('at once: no word to its script first, also where it had time before', () => {
		expect(story([told({ atOnce: true }), { nowMs: 3_000 }])).toBe('terminate kill');
		expect(story([told(), told({ atOnce: true }, { nowMs: 5 })])).toBe('tell terminate');
	});

	it('is told by a head that is stopped as by one whose time is over, unless that waits for nobody', () => {
		const ending = { reason: 'stop', because: 'the head is being stopped' } as const;
		const moment = (more: object): Moment => ({ nowMs: 0, heard: ['USR1'], headEnding: { ...ending, ...more } });
		expect(story([moment({}), { nowMs: 59_999 }, { nowMs: 60_000 }])).toBe('tell stay terminate');
		expect(story([moment({ atOnce: true }), { nowMs: 4_999 }, { nowMs: 5_000 }])).toBe('tell stay terminate');
	});
});
