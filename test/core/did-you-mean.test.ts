import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, likelyCommands, likelyNames } from '../../src/core/did-you-mean.ts';

describe('the names that were probably meant', () => {
	const names = ['time', 'time-min', 'mem', 'output-dir', 'nodes', 'dry-run', 'wait'];
	it.each([
		['tmie', ['time']],
		['out', ['output-dir']],
		['outputdir', ['output-dir']],
		['dry', ['dry-run']],
		['node', ['nodes']],
		['wiat', ['wait']],
		['memo', ['mem']],
		['xyz', []],
		['mxx', []],
		['', []],
		['x'.repeat(100_000), []],
	])('%s', (typed, expected) => {
		expect(likelyNames(typed, names)).toEqual(expected);
	});

	it('are at most three, the nearest first', () => {
		expect(likelyNames('abcdef', ['abcdxx', 'abcdez', 'abcdey', 'abcdew', 'abcdez'])).toEqual([
			'abcdez',
			'abcdey',
			'abcdew',
		]);
	});
});

describe('the commands that were probably meant', () => {
	const names = [
		'head submit',
		'head restart',
		'connect',
		'status',
		'stop',
		'logs',
		'env',
		'python create',
		'python list',
	];
	it.each([
		[['statsu'], ['status']],
		[['stat'], ['status', 'stop']],
		[['lgos', '5'], ['logs']],
		[['evn'], ['env']],
		[['haed', 'submit'], ['head submit']],
		[['head', 'sumbit'], ['head submit']],
		[
			['head', 'xyz'],
			['head submit', 'head restart'],
		],
		[['haed'], ['head submit', 'head restart']],
		[['submit'], ['head submit', 'connect']],
		[['start'], ['head submit', 'head restart']],
		[
			['list', '5'],
			['status', 'python list'],
		],
		[['kill', '5'], ['stop']],
		[['attach'], []],
		[['submit', 'head'], ['head submit']],
		[['pyton', 'list'], ['python list']],
		[['conect', '12', 'x.py'], ['connect']],
		[['xyzzy'], []],
		[[''], []],
		[[], []],
	])('%j', (words, likely) => {
		expect(likelyCommands(words, names)).toEqual(likely);
	});
});

describe('the distance between two words', () => {
	it.each([
		['', '', 0],
		['abc', 'abc', 0],
		['abc', 'abd', 1],
		['abc', 'ab', 1],
		['abc', 'xabc', 1],
		['kitten', 'sitting', 3],
		['ab', 'ba', 1],
		['statsu', 'status', 1],
		['abc', 'cab', 2],
	])('%s to %s is %d', (from, to, distance) => {
		expect(editDistance(from, to, 9)).toBe(distance);
	});

	it('is the same both ways, and no more than the edits made', () => {
		fc.assert(
			fc.property(fc.string(), fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (word, place, letter) => {
				const at = place % (word.length + 1);
				const edited = word.slice(0, at) + letter + word.slice(at);
				expect(editDistance(word, edited, 9)).toBe(1);
				expect(editDistance(edited, word, 9)).toBe(1);
			}),
		);
	});

	it('beyond the limit is only "too far"', () => {
		expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
	});
});
