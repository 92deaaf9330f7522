import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inGroups, isMeant, namesIn } from '../../src/core/task-names.ts';

it.each([
	[
		['26_3', '26_4', '7', '26_9'],
		['26_[3-4,9]', '7'],
	],
	[
		['26_3', '27_3'],
		['26_3', '27_3'],
	],
	[
		['27', '26_1', '26_0'],
		['27', '26_[0-1]'],
	],
	[[], []],
	[[1, 3, 5, 7, 9, 11, 13, 15, 17, 19].map((index) => `26_${index}`), ['26_[1,3,5,7,9,11,13,15,…]']],
])('%j together: %j', (names, groups) => {
	expect(inGroups(names)).toEqual(groups);
});

it('what is said of several together means them', () => {
	const names = fc.uniqueArray(
		fc.integer({ min: 0, max: 9 }).map((index) => `26_${index}`),
		{ minLength: 1 },
	);
	fc.assert(
		fc.property(names, (all) => {
			expect(inGroups(all).flatMap(namesIn).toSorted()).toEqual(all.toSorted());
		}),
	);
	expect([namesIn('26'), namesIn('26_[x]'), namesIn('26_[1-3%2]')]).toEqual([
		['26'],
		['26_[x]'],
		['26_1', '26_2', '26_3'],
	]);
});

it.each([
	[{ job: '27', task: '26_1' }, '26', true],
	[{ job: '27', task: '26_1' }, '26_1', true],
	[{ job: '27', task: '26_1' }, '27', true],
	[{ job: '27', task: '26_1' }, '26_2', false],
	[{ job: '27', task: '26_1' }, '2', false],
	[{ job: '26' }, '26', true],
	[{ job: '26' }, '26_1', false],
])('%j is meant by %s: %s', (client, word, expected) => {
	expect(isMeant(client, word)).toBe(expected);
});
