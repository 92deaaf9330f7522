import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientEvent, newestLife, notYetTold, parseEvents } from '../../src/core/events.ts';

const at = '2025-10-28T10:30:00.000Z';
const event = fc.oneof(
	fc.record({ at: fc.constant(at), step: fc.constant('running' as const), node: fc.string() }),
	fc.record({
		at: fc.constant(at),
		step: fc.constant('ended' as const),
		reason: fc.string({ unit: 'binary' }),
		code: fc.nat(255),
	}),
);
const written = (events: readonly ClientEvent[]) => events.map((each) => `${JSON.stringify(each)}\n`).join('');

describe('events', () => {
	it('come back as they were told, and grow by whole lines only', () => {
		fc.assert(
			fc.property(fc.array(event), fc.nat(), (events, cut) => {
				const text = written(events);
				expect(parseEvents(text)).toEqual(events);
				const torn = parseEvents(text.slice(0, cut % (text.length + 1)));
				expect(torn).toEqual(events.slice(0, torn.length));
			}),
		);
	});

	it.each(['', '{', 'null', '[]', '1', '"running"', '{"at":1,"step":"x"}', `{"at":"${at}"}`, '\u0000'])(
		'are not made of %j, nor lost by it',
		(line) => {
			const good: ClientEvent = { at, step: 'script', pid: 7 };
			expect(parseEvents(`${line}\n${written([good])}${line}\n`)).toEqual([good]);
		},
	);

	it('are not there before their line is whole', () => {
		const text = written([{ at, step: 'script', pid: 7 }]);
		expect(parseEvents(text.trimEnd())).toEqual([]);
		expect(parseEvents(text)).toHaveLength(1);
	});

	it('of a job that was requeued begin with its newest life', () => {
		const life = (node: string): ClientEvent[] => [
			{ at, step: 'running', node },
			{ at, step: 'script', pid: 1 },
		];
		expect(newestLife([...life('a'), ...life('b')])).toEqual(life('b'));
		expect(newestLife(life('a'))).toEqual(life('a'));
		expect(newestLife(life('a').slice(1))).toEqual(life('a').slice(1));
		expect(newestLife([])).toEqual([]);
	});

	it('are told once, and of a newer life from its beginning, however short it is', () => {
		const life = (node: string): ClientEvent[] => [
			{ at, step: 'running', node },
			{ at, step: 'joined', nodeId: 'f' },
			{ at, step: 'ended', reason: 'x', code: 0 },
		];
		const both = [...life('a'), ...life('b')];
		const told: ClientEvent[] = [];
		for (let length = 0; length <= both.length; length += 1)
			told.push(...notYetTold(both.slice(0, length), length - 1));
		expect(told).toEqual(both);
		expect(notYetTold(both, 1)).toEqual(life('b'));
		expect(notYetTold(both, 0)).toEqual(life('b'));
		expect(notYetTold(life('a'), 9)).toEqual([]);
	});
});
