import { describe, expect, it } from 'vitest';
import { ownWord, takeCensus } from '../../src/core/client-census.ts';
import type { ClientEvent } from '../../src/core/events.ts';
import type { KnownState } from '../../src/core/world.ts';

const at = '2026-01-01T00:00:00.000Z';
const RUNNING: ClientEvent = { at, step: 'running', node: 'cn1' };
const ENDED: ClientEvent = { at, step: 'ended', reason: 'x', code: 0 };
const ORDERED: ClientEvent = { at, step: 'ended', reason: 'SIGTERM received', code: 143 };
const LEFT: ClientEvent = { at, step: 'left', reason: 'x' };
const MOVED: ClientEvent = { at, step: 'moved', head: '8' };

function census(events: readonly ClientEvent[], state?: KnownState, readAtMs = 5_000) {
	return takeCensus([{ job: '7', events, readAtMs }], { states: new Map(state ? [['7', state]] : []), atMs: 5_000 });
}

describe('a client', () => {
	it.each([
		['has begun, and nobody answers', [RUNNING], undefined, 'connected'],
		['has begun, and Slurm is unsure', [RUNNING], { kind: 'unknown', why: 'x' }, 'connected'],
		['has begun and runs', [RUNNING], { kind: 'running', nodes: 'cn1' }, 'connected'],
		['is still ending', [RUNNING], { kind: 'ending', nodes: 'cn1' }, 'connected'],
		['was requeued', [RUNNING], { kind: 'pending', reason: 'BeginTime' }, 'coming'],
		['began anew after an end', [RUNNING, ENDED, RUNNING], undefined, 'connected'],
		['waits', [], { kind: 'pending', reason: 'Priority' }, 'coming'],
		['has not said a word, and nobody answers', [], undefined, 'coming'],
		['starts', [], { kind: 'running', nodes: 'cn1' }, 'coming'],
		['said its end', [RUNNING, ENDED], { kind: 'running', nodes: 'cn1' }, 'none'],
		['was killed', [RUNNING], { kind: 'ended', how: 'CANCELLED' }, 'none'],
		['is gone', [RUNNING], { kind: 'gone' }, 'none'],
		['was preempted, and waits again', [RUNNING, ORDERED], { kind: 'pending', reason: 'BeginTime' }, 'coming'],
		['was cancelled, and still cleans up', [RUNNING, ORDERED], { kind: 'ending', nodes: 'cn1' }, 'none'],
		['was cancelled or preempted, and nobody answers', [RUNNING, ORDERED], undefined, 'coming'],
		['has left for the next head', [RUNNING, LEFT], { kind: 'running', nodes: 'cn1' }, 'none'],
		['is with the next head', [RUNNING, LEFT, MOVED], { kind: 'running', nodes: 'cn1' }, 'none'],
		['came back to the same job', [RUNNING, LEFT, RUNNING], { kind: 'running', nodes: 'cn1' }, 'connected'],
		['was cancelled before it began', [], { kind: 'ended', how: 'CANCELLED' }, 'none'],
	] as const)('that %s', (_, events, state: KnownState | undefined, expected) => {
		const { connected, coming } = census(events, state);
		expect({ connected, coming }).toEqual({
			connected: expected === 'connected' ? ['7'] : [],
			coming: expected === 'coming' ? ['7'] : [],
		});
	});

	it.each([
		['waited, and has begun meanwhile', [RUNNING], { kind: 'pending', reason: 'Priority' }, 'connected'],
		['was completing, and has begun anew', [RUNNING, ORDERED, RUNNING], { kind: 'ending', nodes: 'n' }, 'connected'],
		['ran, and was preempted meanwhile', [RUNNING, ORDERED], { kind: 'running', nodes: 'n' }, 'coming'],
		['waits, without a word of its own', [], { kind: 'ended', how: 'CANCELLED' }, 'none'],
	] as const)("whose word is younger than Slurm's: that %s", (_, events, state: KnownState, expected) => {
		const { connected, coming } = census(events, state, 5_001);
		expect({ connected, coming }).toEqual({
			connected: expected === 'connected' ? ['7'] : [],
			coming: expected === 'coming' ? ['7'] : [],
		});
	});

	it.each([
		['with one at work', [RUNNING], { kind: 'running', nodes: 'cn1' }, ['7'], ['7']],
		['with one that has ended', [RUNNING, ENDED], { kind: 'pending', reason: 'Priority' }, [], ['7']],
		['and nobody answers', [RUNNING, ENDED], undefined, [], ['7']],
		['and all are cancelled', [RUNNING, ENDED], { kind: 'ended', how: 'CANCELLED' }, [], []],
		['and none has begun', [], { kind: 'pending', reason: 'Priority' }, [], ['7']],
	] as const)(
		'that is an array of which some wait, %s',
		(_, events, state: KnownState | undefined, connected, coming) => {
			const word = { states: new Map(state ? [['7', state]] : []), atMs: 5_000 };
			expect(takeCensus([{ job: '7', events, readAtMs: 5_000, toBegin: 2 }], word)).toEqual({ connected, coming });
		},
	);

	it.each([
		['said its end', [RUNNING, ENDED], 'over'],
		['left', [RUNNING, LEFT], 'over'],
		['was ordered to end, after which Slurm may start it anew', [RUNNING, ORDERED], 'ordered'],
		['began anew', [RUNNING, ORDERED, RUNNING], 'open'],
		['has not begun', [], 'open'],
	] as const)('that %s', (_, events, word) => {
		expect(ownWord({ events })).toBe(word);
	});
});
