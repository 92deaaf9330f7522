import { describe, expect, it } from 'vitest';
import { takeCensus, withoutEnd } from '../../src/core/client-census.ts';
import type { ClientEvent } from '../../src/core/events.ts';
import type { KnownState } from '../../src/core/world.ts';

const at = '2026-01-01T00:00:00.000Z';
const RUNNING: ClientEvent = { at, step: 'running', node: 'cn1' };
const ENDED: ClientEvent = { at, step: 'ended', reason: 'x', code: 0 };

function census(events: readonly ClientEvent[], state?: KnownState) {
	return takeCensus([{ job: '7', events }], new Map(state ? [['7', state]] : []));
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
		['was cancelled before it began', [], { kind: 'ended', how: 'CANCELLED' }, 'none'],
	] as const)('that %s', (_, events, state: KnownState | undefined, expected) => {
		const { connected, coming } = census(events, state);
		expect({ connected, coming }).toEqual({
			connected: expected === 'connected' ? ['7'] : [],
			coming: expected === 'coming' ? ['7'] : [],
		});
	});

	it('that said its end is not asked after', () => {
		expect(withoutEnd([{ job: '7', events: [RUNNING, ENDED] }])).toEqual([]);
	});
});
