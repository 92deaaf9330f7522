import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeadSign, type HeadWatch, watchForHead } from '../../src/core/head-watch.ts';

type Look = readonly [afterMs: number, sign: HeadSign['file'] | 'answered'];

/** When and why the head is given up, looking after each of these times. */
function watched(looks: readonly Look[]): { atMs: number; gone: string } | undefined {
	let watch: HeadWatch = { silentSinceMs: undefined };
	let now = 5_000;
	for (const [afterMs, sign] of looks) {
		now += afterMs;
		const seen: HeadSign = sign === 'answered' ? { answered: true, file: 'same' } : { answered: false, file: sign };
		const step = watchForHead(watch, seen, now);
		watch = step.watch;
		if (step.gone !== undefined) return { atMs: now, gone: step.gone };
	}
	return undefined;
}

const every = (ms: number, times: number, sign: Look[1]): Look[] => Array.from({ length: times }, () => [ms, sign]);

describe('the head', () => {
	it.each<[string, Look[], string | undefined]>([
		['one unanswered question', [[0, 'missing']], undefined],
		['its file missing, 5.9 s of silence', [[0, 'missing'], ...every(2_950, 2, 'missing')], undefined],
		['its file missing, 6 s of silence', [[0, 'missing'], ...every(3_000, 2, 'missing')], 'the head has ended'],
		['its file replaced, 5.9 s of silence', [[0, 'replaced'], ...every(2_950, 2, 'replaced')], undefined],
		['its file replaced, 6 s of silence', [[0, 'same'], ...every(3_000, 2, 'replaced')], 'the head was started anew'],
		['its file there, 59 s of silence', [[0, 'same'], ...every(5_900, 10, 'same')], undefined],
		['its file there, 60 s of silence', every(6_000, 11, 'same'), 'the head has not answered for a minute'],
		['no file to watch, 59 s of silence', [[0, 'unwatched'], ...every(5_900, 10, 'unwatched')], undefined],
		['no file to watch, 60 s', every(6_000, 11, 'unwatched'), 'the head has not answered for a minute'],
		['an answer in between', [...every(6_000, 10, 'same'), [0, 'answered'], ...every(6_000, 10, 'same')], undefined],
		['no file at all, and answers', every(10_000, 20, 'answered'), undefined],
		[
			'five minutes of not looking (suspended), then an answer',
			[
				[0, 'same'],
				[300_000, 'same'],
				[4_000, 'answered'],
			],
			undefined,
		],
		[
			'five minutes of not looking, then silence',
			[[0, 'same'], [300_000, 'same'], ...every(5_000, 9, 'same')],
			undefined,
		],
		[
			'five minutes of not looking, then more silence',
			[[0, 'same'], [300_000, 'same'], ...every(5_000, 10, 'same')],
			'the head has not answered for a minute',
		],
	])('with %s', (_, looks, gone) => {
		expect(watched(looks)?.gone).toBe(gone);
	});

	const look = fc.tuple(
		fc.integer({ min: 0, max: 20_000 }),
		fc.constantFrom<Look[1]>('answered', 'same', 'missing', 'replaced', 'unwatched'),
	);

	it('is never given up before 6 s of unbroken silence, nor before 60 s without a word of its own', () => {
		fc.assert(
			fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
				const end = watched(looks);
				if (!end) return;
				let now = 5_000;
				let silentSince: number | undefined;
				for (const [afterMs, sign] of looks) {
					now += afterMs;
					silentSince = sign === 'answered' ? undefined : (silentSince ?? now);
					if (now === end.atMs && silentSince !== undefined) break;
				}
				const wordless = end.gone.includes('minute');
				expect(end.atMs - (silentSince ?? Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(wordless ? 60_000 : 6_000);
			}),
		);
	});

	it('is given up in the end, however rarely we look', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom('same', 'unwatched'), (ms, sign) => {
				const looks = Math.ceil(60_000 / Math.min(ms, 10_000)) + 1;
				expect(watched(every(ms, looks, sign as 'same'))?.gone).toContain('minute');
			}),
			{ examples: [[1_000_000, 'same']], numRuns: 30 },
		);
	});
});
