import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDependency } from '../../src/core/dependency.ts';
import { type JobEntry, parseEntry } from '../../src/core/job-entry.ts';
import { isActive, type Machine, takeTurns } from '../../src/core/take-turns.ts';

const machine: Machine = { cpus: 4, memoryMb: 1000, gpus: 2 };
const NOW = 1_000_000;

/** `7 pending c2.m100`; a running one: `7 running m100.g1 0`, its GPUs last. */
function job(text: string): JobEntry {
	const [id, kind, facts = 'c1.m1', gpus = ''] = text.split(' ');
	const detail =
		kind === 'pending' ? 'None' : kind === 'ended' ? `${gpus || 'COMPLETED'}-0-5` : `${NOW - 60}-0-${gpus}`;
	const entry = parseEntry(`${id}.${kind}.${detail}.${facts}`);
	if (entry === undefined) throw new Error(text);
	return entry;
}

function turns(jobs: readonly string[], dependencies: Readonly<Record<string, string>> = {}) {
	const dependencyOf = (id: string) => {
		const text = dependencies[id];
		return text === undefined ? undefined : readDependency(text);
	};
	const { start, waiting } = takeTurns(jobs.map(job), dependencyOf, machine, NOW);
	return { start: [...start.keys()], waiting: Object.fromEntries(waiting) };
}

describe('turns', () => {
	it('are given in the order of ids, as long as there is room', () => {
		expect(turns(['12 pending c2.m1', '9 pending c1.m1', '10 pending c1.m1', '13 pending c1.m1'])).toEqual({
			start: ['9', '10', '12'],
			waiting: { 13: 'Resources' },
		});
	});

	it.each([
		['processors', '1 running c3.m1', '2 pending c2.m1'],
		['memory', '1 running c1.m901', '2 pending c1.m100'],
		['GPUs', '1 running c1.m1.g1 1', '2 pending c1.m1.g2'],
		['what a job holds that is only beginning', '1 starting c4.m1', '2 pending c1.m1'],
		['what a job holds that is ending', '1 ending c4.m1', '2 pending c1.m1'],
	])('wait for %s', (_, active, pending) => {
		expect(turns([active, pending])).toEqual({ start: [], waiting: { 2: 'Resources' } });
		expect(
			turns([
				active
					.replace(/(starting|running|ending)/, 'ended')
					.split(' ')
					.slice(0, 3)
					.join(' '),
				pending,
			]),
		).toEqual({
			start: ['2'],
			waiting: {},
		});
	});

	it('who has no room holds back who is behind, but not who waits for another', () => {
		const jobs = ['1 running c2.m1', '2 pending c1.m1.d', '3 pending c3.m1', '4 pending c1.m1', '5 pending c1.m1.d'];
		expect(turns(jobs, { 2: 'afterok:1', 5: 'after:1' })).toEqual({
			start: [],
			waiting: { 2: 'Dependency', 3: 'Resources', 4: 'Priority', 5: 'Priority' },
		});
	});

	it('who can never begin holds nobody back', () => {
		const jobs = ['1 ended c1.m1 FAILED', '2 pending c1.m1.d', '3 pending c1.m1'];
		expect(turns(jobs, { 2: 'afterok:1' })).toEqual({ start: ['3'], waiting: { 2: 'DependencyNeverSatisfied' } });
	});

	it('an array stands for all its tasks, and runs as many as it may', () => {
		const array = ['1 ended c1.m1.a1_0', '2 running c1.m1.a1_1', '3 pending c1.m1.a1_2.x1', '4 pending c1.m1.d'];
		expect(turns(array, { 4: 'afterany:1' })).toEqual({
			start: [],
			waiting: { 3: 'JobArrayTaskLimit', 4: 'Dependency' },
		});
		const done = array.map((each) => each.replace(/running|pending(?=.*x1)/, 'ended'));
		expect(turns(done, { 4: 'afterok:1' })).toEqual({ start: ['4'], waiting: {} });
	});

	it('who waits for the start of one that begins now begins too', () => {
		const jobs = ['1 pending c1.m1', '2 pending c1.m1.d', '3 pending c1.m1.d'];
		expect(turns(jobs, { 2: 'after:1', 3: 'after:2' })).toEqual({ start: ['1', '2', '3'], waiting: {} });
	});

	it('GPUs are given by number, none twice', () => {
		const { start } = takeTurns(['1 running c1.m1.g1 0', '2 pending c1.m1.g1'].map(job), () => undefined, machine, NOW);
		expect(start.get('2')).toEqual({ started: NOW, ends: 0, gpus: [1] });
	});

	it('never promise more than there is, and leave nobody waiting who is first and fits', () => {
		const one = fc.tuple(fc.constantFrom('pending', 'ended'), fc.nat(4), fc.nat(1000), fc.nat(2));
		fc.assert(
			fc.property(fc.array(one, { maxLength: 12 }), (jobs) => {
				let entries = jobs.map(([kind, c, m, g], index) => job(`${index + 1} ${kind} c${c}.m${m}.g${g}`));
				for (let round = 0; round <= jobs.length; round += 1) {
					const { start, waiting } = takeTurns(entries, () => undefined, machine, NOW);
					entries = entries.map((entry) => {
						const turn = start.get(entry.id);
						return turn === undefined ? entry : { ...entry, state: { kind: 'running', ...turn } };
					});
					const active = entries.filter(({ state }) => isActive(state));
					const sum = (of: (entry: JobEntry) => number) => active.reduce((total, each) => total + of(each), 0);
					expect(sum(({ facts }) => facts.cpus)).toBeLessThanOrEqual(machine.cpus);
					expect(sum(({ facts }) => facts.memoryMb)).toBeLessThanOrEqual(machine.memoryMb);
					const gpus = active.flatMap(({ state }) => ('gpus' in state ? state.gpus : []));
					expect(new Set(gpus).size).toBe(sum(({ facts }) => facts.gpus));
					if (active.length === 0) expect(waiting.size).toBe(0);
					// The first of those that run ends.
					const [first] = active;
					entries = entries.filter((entry) => entry.id !== first?.id);
				}
				expect(entries.filter(({ state }) => state.kind === 'pending')).toEqual([]);
			}),
		);
	});
});
