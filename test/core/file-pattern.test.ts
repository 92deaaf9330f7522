import { describe, expect, it } from 'vitest';
import { expandPattern } from '../../src/core/file-pattern.ts';
import { slurmPathPattern } from '../../src/core/quote.ts';

const words = { job: '17', name: 'a/b', host: 'vm.example', user: 'me', array: undefined };

describe('a file name pattern', () => {
	it.each([
		['%j-ray-head-%x.out', '17-ray-head-a/b.out'],
		['%N', 'vm'],
		['%5j', '00017'],
		['%u %t %n %s', 'me 0 0 batch'],
		['%A_%a', '17_4294967294'],
		['100%%', '100%'],
		['%%j', '%j'],
		['%q %', '%q %'],
		['a\\b%j', 'ab%j'],
	])('%s', (pattern, name) => {
		expect(expandPattern(pattern, words)).toBe(name);
	});

	it('names the task of an array', () => {
		const array = { job: '12', index: 3 };
		expect(expandPattern('%A_%a %3a %j', { ...words, array })).toBe('12_3 003 17');
	});

	it('keeps a path that was made safe', () => {
		expect(expandPattern(slurmPathPattern('/x %j %%/y'), words)).toBe('/x %j %%/y');
	});
});
