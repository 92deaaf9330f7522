import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	FROZEN_NODE_OPTIONS,
	frozenNodeWords,
	needed,
	readFrozenNode,
	text,
	wholeNumber,
} from '../../src/core/node-words.ts';
import { KEEPINGS } from '../../src/core/ray-logs.ts';
import { stepWords } from '../../src/core/step-words.ts';

describe('wishes for a node', () => {
	it('come back from the words they were frozen into', () => {
		const node = fc.record({
			portOffset: fc.option(
				fc.record({ offset: fc.integer({ min: -1e6, max: 1e6 }), from: fc.constantFrom('flag', 'environment') }),
				{ nil: undefined },
			),
			objectStoreBytes: fc.maxSafeNat(),
			interface: fc.option(fc.oneof(fc.string(), fc.constantFrom('', '--debug', '-x', 'a=b', '--')), {
				nil: undefined,
			}),
			insecureNoAuth: fc.boolean(),
			debug: fc.boolean(),
			keepRayLogs: fc.option(fc.constantFrom(...KEEPINGS), { nil: undefined }),
		});
		fc.assert(
			fc.property(node, fc.array(fc.string()), (node, others) => {
				const { values, positionals } = parseArgs({
					args: [...frozenNodeWords(node), '--', ...others],
					options: FROZEN_NODE_OPTIONS,
					allowPositionals: true,
				});
				expect(readFrozenNode(values)).toEqual(node);
				expect(positionals).toEqual(others);
			}),
		);
	});

	it.each(['', '1.5', '1e400', 'x', '9007199254740992', '0x10', ' 1'])('%j is not a whole number', (value) => {
		expect(() => wholeNumber({ n: value }, 'n')).toThrowError(expect.objectContaining({ kind: 'usage' }));
	});

	it('that are missing are said', () => {
		expect(() => readFrozenNode({})).toThrowError('--object-store-bytes is missing');
		expect(() => needed({ head: true }, 'head')).toThrowError('--head is missing');
		expect(text({ head: true }, 'head')).toBeUndefined();
		expect([wholeNumber({ n: '-40' }, 'n'), wholeNumber({ n: '0' }, 'n')]).toEqual([-40, 0]);
	});
});

describe("the step on a job's other nodes", () => {
	const step = { nodes: ['b', 'c'], cpus: 4, memoryPerCpu: false, program: ['/node', 'x y', '--'] };

	it('runs one program on each, and ends no other when one ends', () => {
		const words = stepWords(step);
		expect(words).toEqual(expect.arrayContaining(['--nodes=2', '--ntasks=2', '--nodelist=b,c', '--cpus-per-task=4']));
		expect(words).toEqual(expect.arrayContaining(['--overlap', '--kill-on-bad-exit=0', '--wait=0']));
		expect(words.slice(-3)).toEqual(step.program);
		expect(words.slice(1, -3).every((word) => word.startsWith('--'))).toBe(true);
	});

	it("names its memory unless the job's was asked for by CPU", () => {
		expect(stepWords(step)).toContain('--mem=0');
		expect(stepWords({ ...step, memoryPerCpu: true }).join(' ')).not.toContain('--mem');
	});
});
