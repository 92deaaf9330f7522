import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Corner, type Found, type JobTrace, jobsOf, leftoversOf, youngOf } from '../../src/core/leftovers.ts';
import type { KnownState } from '../../src/core/world.ts';

const DAY = 86_400_000;
const now = { nowMs: 100 * DAY, olderThanMs: 7 * DAY };
const STATES = {
	runs: { kind: 'running', nodes: 'n' },
	waits: { kind: 'pending', reason: 'Priority' },
	ending: { kind: 'ending', nodes: 'n' },
	silent: { kind: 'unknown', why: 'down' },
	ended: { kind: 'ended', how: 'COMPLETED' },
	gone: { kind: 'gone' },
} satisfies Record<string, KnownState>;
type Name = keyof typeof STATES;

const NOTHING: Found = { corners: [], infos: [], requests: [], logs: [], registered: [] };
const thing = (path: string) => ({ path, bytes: 10, identity: '' });
const trace = (job: string, daysAgo: number, saidEnd = true): JobTrace => ({
	...{ job, saidEnd, endedAtMs: now.nowMs - daysAgo * DAY },
	script: thing(`/s/${job}`),
});
const corner = (head: JobTrace | undefined, clients: JobTrace[] = []): Corner => ({
	...thing(`/heads/${head?.job ?? 'address'}`),
	...{ head, clients, tokens: [thing('/heads/1/token')], modifiedMs: now.nowMs - 100 * DAY },
});
const left = (found: Partial<Found>, states: Record<string, Name>) => {
	const known = new Map(Object.entries(states).map(([job, name]) => [job, STATES[name]]));
	const { things, unknown } = leftoversOf({ ...NOTHING, ...found }, known, now);
	return { things: things.map(({ what, path }) => `${what} ${path}`), unknown };
};
const WHOLE = ['state /heads/1', 'script /s/1'];

describe('of a head', () => {
	it.each([
		['gone, long ago', 8, true, 'gone', WHOLE],
		['ended without a word, long ago', 8, false, 'ended', WHOLE],
		['gone, lately: its token alone', 6, true, 'gone', ['token /heads/1/token']],
		['that said its end, when nobody answers', 8, true, 'silent', WHOLE],
		['that did not, when nobody answers', 8, false, 'silent', []],
		['that was put back into the queue', 8, true, 'waits', []],
		['that runs', 8, false, 'runs', []],
		['that is ending', 8, false, 'ending', []],
	] as const)('%s', (_, days, said, state, expected) => {
		expect(left({ corners: [corner(trace('1', days, said))] }, { 1: state }).things).toEqual(expected);
	});

	it('whose client lives, or ended lately, the state stays', () => {
		const found = (days: number) => ({ corners: [corner(trace('1', 9), [trace('2', days, false)])] });
		expect(left(found(9), { 1: 'gone', 2: 'runs' }).things).toEqual(['token /heads/1/token']);
		expect(left(found(9), { 1: 'gone', 2: 'silent' })).toEqual({ things: ['token /heads/1/token'], unknown: ['2'] });
		expect(left(found(6), { 1: 'gone', 2: 'gone' }).things).toEqual(['token /heads/1/token']);
		expect(left(found(9), { 1: 'gone', 2: 'gone' }).things).toEqual(['script /s/2', ...WHOLE]);
	});

	it('what is too young is told apart from what stays whatever its age', () => {
		const young = (daysAgo: number, state: Name) => {
			const found = {
				...NOTHING,
				corners: [corner(trace('1', daysAgo))],
				registered: [{ scheduler: 'slurm', job: '1', name: undefined, outputDir: '/o', corner: '/heads/1' }],
			};
			const states = new Map([['1', STATES[state]]]);
			return youngOf(found, states, now.nowMs, leftoversOf(found, states, now).things).map(({ path }) => path);
		};
		expect(young(6, 'gone')).toEqual(['/heads/1', '/s/1']);
		expect(young(8, 'gone')).toEqual([]);
		expect(young(6, 'runs')).toEqual([]);
	});

	it('that runs, the script of a client that is long over goes', () => {
		const found = { corners: [corner(trace('1', 0, false), [trace('2', 9)])] };
		expect(left(found, { 1: 'runs', 2: 'gone' }).things).toEqual(['script /s/2']);
	});

	it('that was named by its address', () => {
		const found = { corners: [corner(undefined, [trace('2', 9)])] };
		expect(left(found, { 2: 'gone' }).things).toEqual(['script /s/2', 'state /heads/address']);
		expect(left(found, { 2: 'waits' }).things).toEqual(['token /heads/1/token']);
	});
});

it('info files, requests and old logs go with their jobs', () => {
	const found: Partial<Found> = {
		infos: [{ ...thing('/i'), job: '1' }],
		requests: [{ ...thing('/r'), job: '1' }],
		logs: [1, 9].map((days) => ({ ...thing(`/l${days}`), job: '1', modifiedMs: now.nowMs - days * DAY })),
	};
	expect(left(found, { 1: 'gone' }).things).toEqual(['info file /i', 'request /r', 'log /l9']);
	for (const state of ['runs', 'waits', 'ending', 'silent'] as const)
		expect(left(found, { 1: state }).things).toEqual([]);
	expect(left(found, {})).toEqual({ things: [], unknown: ['1'] });
});

it('an entry of the register goes when its folder is not there, or goes now', () => {
	const registered = (path: string | undefined) => [
		{ scheduler: 'slurm', job: '1', name: undefined, outputDir: '/o', corner: path },
	];
	expect(left({ registered: registered(undefined) }, { 1: 'gone' }).things).toEqual(['register entry /o']);
	expect(left({ registered: registered(undefined) }, { 1: 'runs' }).things).toEqual([]);
	const found = (days: number) => ({ corners: [corner(trace('1', days))], registered: registered('/heads/1') });
	expect(left(found(9), { 1: 'gone' }).things).toEqual([...WHOLE, 'register entry /o']);
	expect(left(found(1), { 1: 'gone' }).things).toEqual(['token /heads/1/token']);
});

it('nothing goes of a job that lives, or of which nobody can say anything', () => {
	const jobs = fc.constantFrom('1', '2', '3');
	const traces = fc.tuple(jobs, fc.nat(20), fc.boolean()).map(([job, days, said]) => trace(job, days, said));
	const found = fc.record({
		corners: fc.array(fc.tuple(traces, fc.array(traces)).map(([head, clients]) => corner(head, clients))),
		infos: fc.array(jobs.map((job) => ({ ...thing('/i'), job }))),
		requests: fc.array(jobs.map((job) => ({ ...thing('/r'), job }))),
		logs: fc.array(jobs.map((job) => ({ ...thing('/l'), job, modifiedMs: 0 }))),
		registered: fc.constant([]),
	});
	const states = fc.dictionary(jobs, fc.constantFrom<Name>('runs', 'waits', 'ending', 'silent', 'ended', 'gone'));
	fc.assert(
		fc.property(found, states, (all, names) => {
			const known = new Map(Object.entries(names).map(([job, name]) => [job, STATES[name]]));
			const said = new Set(
				all.corners
					.flatMap(({ head, clients }) => [head, ...clients])
					.flatMap((one) => (one?.saidEnd ? [one.job] : [])),
			);
			for (const { job = '' } of leftoversOf(all, known, now).things) {
				const kind = known.get(job)?.kind ?? 'unknown';
				expect(['running', 'pending', 'ending']).not.toContain(kind);
				if (kind === 'unknown') expect(said).toContain(job);
				expect(jobsOf(all)).toContain(job);
			}
		}),
	);
});
