import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandHosts } from '../../src/core/host-list.ts';

// test/slurm/directives.test.ts asks Slurm itself.
describe('names of nodes', () => {
	it.each([
		['dws-01', ['dws-01']],
		['dws-[01-03,07]', ['dws-01', 'dws-02', 'dws-03', 'dws-07']],
		['a1,b[2-3],c', ['a1', 'b2', 'b3', 'c']],
		['r[1-2]n[08-10]', ['r1n08', 'r1n09', 'r1n10', 'r2n08', 'r2n09', 'r2n10']],
		['n[9-11]x', ['n9x', 'n10x', 'n11x']],
		['', []],
		['(null)', ['(null)']],
		['a', ['a']],
		['a,b', ['a', 'b']],
		['dws-[01-03,7],login1', ['dws-01', 'dws-02', 'dws-03', 'dws-7', 'login1']],
		['n[098-101]', ['n098', 'n099', 'n100', 'n101']],
		['r[1-2]n[0-1]', ['r1n0', 'r1n1', 'r2n0', 'r2n1']],
		['r[1-2]-x,y[3]z', ['r1-x', 'r2-x', 'y3z']],
		['n[3-1]', ['n3-1']],
		['n[1-999999999]', ['n1-999999999']],
	])('%s', (list, hosts) => {
		expect(expandHosts(list)).toEqual(hosts);
	});

	it('are as many as there are numbers in the range', () => {
		fc.assert(
			fc.property(fc.nat(500), fc.nat(500), (first, more) => {
				expect(expandHosts(`n[${first}-${first + more}]`)).toHaveLength(more + 1);
			}),
		);
	});

	it('written out, say themselves', () => {
		const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/), { minLength: 1 });
		fc.assert(fc.property(names, (names) => void expect(expandHosts(names.join(','))).toEqual(names)));
	});

	it('never make it fail', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: fc.constantFrom('n', '1', '0', '[', ']', '-', ',', ' ') }),
				(text) => void expandHosts(text),
			),
		);
	});
});
