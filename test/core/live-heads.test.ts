import { describe, expect, it } from 'vitest';
import type { ClientEvent, HeadEvent } from '../../src/core/events.ts';
import { clientWord, headWord } from '../../src/core/live-heads.ts';

const NOW = Date.parse('2026-05-05T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const event = (step: string, agoMs = 0) => ({ at: new Date(NOW - agoMs).toISOString(), step });
const steps = (...all: string[]) => all.map((step) => event(step));

describe('a head, by its files', () => {
	it.each([
		['is pending', [], false, NOW - HOUR, 'pending'],
		['was never heard of', [], false, NOW - 8 * DAY, undefined],
		['has no date', [], false, Number.NaN, 'pending'],
		['starts', steps('running'), false, undefined, 'starting'],
		['answers', steps('running', 'ray-answers'), false, undefined, 'starting'],
		['began long ago, and said no more', [event('running', 8 * DAY)], false, undefined, undefined],
		['can be joined', steps('running', 'ray-answers', 'joinable', 'ready'), true, undefined, 'joinable'],
		['was killed', steps('running', 'ray-answers', 'joinable', 'ready'), false, undefined, undefined],
		['ends', steps('running', 'joinable', 'ending', 'ending'), true, undefined, 'ending'],
		['was killed as it ended', steps('running', 'joinable', 'ending'), false, undefined, undefined],
		['has ended', steps('running', 'joinable', 'ended'), false, undefined, undefined],
		['has ended, its file stays', steps('running', 'joinable', 'ended'), true, undefined, undefined],
		['runs again', steps('running', 'joinable', 'ended', 'running'), false, undefined, 'starting'],
	] as const)('%s', (_, events, infoIsThere, submittedMs, word) => {
		expect(headWord({ events: events as unknown as HeadEvent[], infoIsThere, submittedMs }, NOW)).toBe(word);
	});
});

describe('a client, by its files', () => {
	it.each([
		['is pending', [], NOW - HOUR, 'pending'],
		['was never heard of', [], NOW - 8 * DAY, undefined],
		['starts', steps('running'), NOW, 'starting'],
		['runs', steps('running', 'joined', 'script'), NOW, 'running'],
		['has ended', [...steps('running'), { ...event('ended'), code: 1 }], NOW, undefined],
		['has left', steps('running', 'joined', 'left'), NOW, undefined],
		['has moved on', steps('running', 'joined', 'moved'), NOW, undefined],
	] as const)('%s', (_, events, submittedMs, word) => {
		expect(clientWord(events as unknown as ClientEvent[], submittedMs, NOW)).toBe(word);
	});
});
