import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesByName } from '../../src/core/entry-names.ts';
import { type EntryState, type JobEntry, parseEntry, renderEntry } from '../../src/core/job-entry.ts';

const number = fc.integer({ min: 0, max: 2_000_000_000 });
const id = fc.integer({ min: 1, max: 999_999_999 }).map(String);
const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => value.toString(16));
const turn = { started: number, ends: number, gpus: fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 8 }) };
const state: fc.Arbitrary<EntryState> = fc.oneof(
	fc.record({ kind: fc.constant('pending' as const), reason: fc.constantFrom('None', 'Resources', 'Dependency') }),
	fc.record({ kind: fc.constantFrom('starting' as const, 'running' as const, 'ending' as const), ...turn }),
	fc.record({
		kind: fc.constant('ended' as const),
		how: fc.constantFrom('COMPLETED', 'NODE_FAIL'),
		code: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
		at: number,
	}),
);
const entry: fc.Arbitrary<JobEntry> = fc.record({
	id,
	state,
	facts: fc.record({
		cpus: number,
		memoryMb: number,
		gpus: number,
		limitSeconds: fc.option(number, { nil: undefined }),
		hasDependency: fc.boolean(),
		array: fc.option(fc.record({ job: id, index: number, atOnce: fc.option(number, { nil: undefined }) }), {
			nil: undefined,
		}),
		name: fc.string({ maxLength: 15 }),
		role: fc.constantFrom('head' as const, 'client' as const),
		mark: hex,
		keeper: fc.record({ pid: number, startTime: number.map(String), bootId: hex, pidSpace: number.map(String) }),
	}),
});

describe('an entry', () => {
	it('comes back from its name as it was', () => {
		fc.assert(
			fc.property(entry, (each) => {
				expect(parseEntry(renderEntry(each))).toEqual(each);
			}),
		);
	});

	it('is a file name, whatever the job is called', () => {
		const named = fc.tuple(entry, fc.string({ unit: 'binary', maxLength: 100 }));
		fc.assert(
			fc.property(named, ([each, name]) => {
				const rendered = renderEntry({ ...each, facts: { ...each.facts, name } });
				expect(rendered).toMatch(/^[\w.%!~*'(),-]+$/);
				expect(rendered.length).toBeLessThan(256);
				expect(parseEntry(rendered)?.id).toBe(each.id);
			}),
		);
	});

	it.each(['', 'jobs', '7', '7.sleeping.x', 'x.running.1-2-', '.7.ended.x', 'last-id', '07.pending.None'])(
		'%j is none',
		(name) => {
			expect(parseEntry(name)).toBeUndefined();
		},
	);
});

it('a task of an array answers to its own id, to the array and to its index', () => {
	const [plain, first, second] = ['5', '12', '13'].map((each) => parseEntry(`${each}.pending.None.c1`));
	if (!plain || !first || !second) throw new Error('no entry');
	const task = (one: JobEntry, index: number) => ({
		...one,
		facts: { ...one.facts, array: { job: '12', index, atOnce: undefined } },
	});
	const byName = entriesByName([plain, task(first, 1), task(second, 4)]);
	const ids = (name: string) => byName.get(name)?.map(({ id }) => id);
	expect(ids('5')).toEqual(['5']);
	expect(ids('12')).toEqual(['12', '13']);
	expect(ids('13')).toEqual(['13']);
	expect(ids('12_1')).toEqual(['12']);
	expect(ids('12_4')).toEqual(['13']);
	expect(ids('12_2')).toBeUndefined();
});
