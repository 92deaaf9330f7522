import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClusterName, parseTarget } from '../../src/core/target.ts';

describe('a target', () => {
	it.each([
		['12345', { kind: 'job', job: '12345' }],
		['4294967295', { kind: 'job', job: '4294967295' }],
		['7_0', { kind: 'task', array: '7', index: 0 }],
		['4294967295_1234567', { kind: 'task', array: '4294967295', index: 1_234_567 }],
		['latest', { kind: 'latest' }],
		['Latest', { kind: 'name', name: 'Latest' }],
		['tuning-7.b_c', { kind: 'name', name: 'tuning-7.b_c' }],
		['10.0.0.1:6379', { kind: 'address', address: '10.0.0.1:6379' }],
		['10.0.0.1:06379', { kind: 'address', address: '10.0.0.1:6379' }],
		['dws-01:6379', { kind: 'address', address: 'dws-01:6379' }],
		['node7.cluster.example:1', { kind: 'address', address: 'node7.cluster.example:1' }],
		['[fe80::1]:65535', { kind: 'address', address: '[fe80::1]:65535' }],
		['latest:6379', { kind: 'address', address: 'latest:6379' }],
	])('%s is understood', (word, target) => {
		expect(parseTarget(word)).toEqual(target);
	});

	it.each([
		...[
			'',
			'0',
			'007',
			'-1',
			'1_',
			'1_02',
			'0_1',
			'1_12345678',
			'1+0',
			'1;rm',
			'1 ',
			' 1',
			'1\n',
			'1.5',
			'12345678901',
			'１２',
		],
		...['a b', 'a/b', '../x', '-oProxyCommand=x', '.hidden', '$(id)', 'a\nb', 'é', 'x'.repeat(65)],
		...['-oProxyCommand=x:22', 'a b:1', '$(id):1', '10.0.0.1:', ':6379', '10.0.0.1:6379:1', '10.0.0.1:x', '::1:6379'],
		...['10.0.0.1:0', '10.0.0.1:65536', '10.0.0.256:1', '1.2.3:80', '1.2.3.4.5:80', '1:2', '1..2.3:4'],
	])('%j is refused', (word) => {
		expect(() => parseTarget(word)).toThrowError(expect.objectContaining({ kind: 'usage' }));
	});

	it('is read the same again from what it was read as, and holds nothing that a path or a shell would mind', () => {
		const words = fc.oneof(
			fc.string({ maxLength: 12 }),
			fc.stringMatching(/^[a-z0-9.:[\]-]{1,12}$/),
			fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 65_535 })).map(([ip, port]) => `${ip}:${port}`),
		);
		fc.assert(
			fc.property(words, (word) => {
				let text: string;
				try {
					const target = parseTarget(word);
					text =
						'job' in target
							? target.job
							: 'name' in target
								? target.name
								: 'address' in target
									? target.address
									: 'array' in target
										? `${target.array}_${target.index}`
										: 'latest';
				} catch (error) {
					expect(error).toMatchObject({ kind: 'usage' });
					return;
				}
				expect(parseTarget(text)).toEqual(parseTarget(word));
				expect(text).toMatch(/^[A-Za-z0-9[][A-Za-z0-9._:[\]-]*$/);
			}),
		);
	});
});

describe("a cluster's name", () => {
	it.each(['a', 'Tuning', 'x'.repeat(64)])('can be %s, and then names it', (name) => {
		expect(checkClusterName(name)).toBe(name);
		expect(parseTarget(name)).toEqual({ kind: 'name', name });
	});

	it.each(['', 'latest', '12345', '1a', 'a:1', 'a b', 'a/b', '-a', 'a\nb', 'x'.repeat(65)])('cannot be %j', (name) => {
		expect(() => checkClusterName(name)).toThrowError(expect.objectContaining({ kind: 'usage' }));
	});
});
