import { describe, expect, it } from 'vitest';
import { renderClientRecord } from '../../src/core/client-record.ts';
import { renderHeadRecord } from '../../src/core/head-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { clientReadiness } from '../../src/core/readiness.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { survey, surveyAddress } from '../../src/flows/survey.ts';
import { recordNeverBegan } from '../../src/flows/taken-out.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');

const line = (event: object) => `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', ...event })}\n`;
const pending: KnownState = { kind: 'pending', reason: 'Resources' };

/** What stands in the corner of head 7, and what the scheduler says. */
async function look(files: Record<string, string>, states: Record<string, KnownState>) {
	const straw = strawWorld({ readInfo: async () => ({ kind: 'missing' }) } as Partial<World>);
	const head = layout.head('7');
	straw.world.files.list = async (path) =>
		path === head.clients ? Object.keys(files).filter((name) => name !== 'head') : [];
	for (const [name, text] of Object.entries(files))
		straw.files.set(name === 'head' ? head.events : `${head.clients}/${name}`, text);
	const asked: string[][] = [];
	const seen = await survey(straw.world, [{ job: '7', layout }], async (jobs) => {
		asked.push([...jobs]);
		return { states: new Map(jobs.map((job) => [job, states[job] ?? { kind: 'gone' }])), ageMs: 0 };
	});
	return { asked, clients: seen.heads[0]?.clients ?? [] };
}
const record = (more: object) =>
	renderClientRecord({ job: '26', script: 'a.py', arguments: ['1'], rejoin: false, submitted: 'x', ...more });

describe('an array of clients', () => {
	it('is asked after in one question, each task by its name, and each runs the script', async () => {
		const { asked, clients } = await look(
			{
				'26.json': record({ array: '0-3', takenOut: '3' }),
				'26.events.jsonl': line({ step: 'running', node: 'n', task: '26_1' }),
				'27.events.jsonl':
					line({ step: 'running', node: 'n', task: '26_0' }) + line({ step: 'ended', reason: 'x', code: 0 }),
			},
			{ 7: { kind: 'running', nodes: 'n' }, '26_1': { kind: 'running', nodes: 'n' }, '26_2': pending },
		);
		expect(asked).toEqual([['7', '26_1', '26_2']]);
		expect(clients).toMatchObject([
			{ job: '27', task: '26_0', script: 'a.py', arguments: ['1'], state: 'ended', exitCode: 0 },
			{ job: '26', task: '26_1', script: 'a.py', state: 'starting' },
			{ job: '26_2', task: '26_2', script: 'a.py', state: 'pending' },
			{ job: '26_3', task: '26_3', state: 'ended', because: 'cancelled' },
		]);
	});

	it('of which tasks outlive their head is asked after all the same', async () => {
		const over = line({ step: 'ended', reason: 'time limit', code: 0 });
		const { asked, clients } = await look({ head: over, '26.json': record({ array: '0-1' }) }, { '26_1': pending });
		expect(asked).toEqual([['26_0', '26_1']]);
		expect(clients.map(({ state }) => state)).toEqual(['gone', 'pending']);
	});
});

it('what goes on with the next head is there once, in the queue and running', async () => {
	const straw = strawWorld({ readInfo: async () => ({ kind: 'missing' }) } as Partial<World>);
	for (const [head, array] of [
		['7', '0-2'],
		['9', '1-2'],
	] as const)
		straw.files.set(layout.head(head).clientRecord('26'), record({ array }));
	const begun = line({ step: 'running', node: 'n', task: '26_0' });
	straw.files.set(layout.head('7').clientEvents('27'), begun + line({ step: 'moved', head: '9' }));
	straw.files.set(layout.head('9').clientEvents('27'), begun);
	straw.world.files.list = async (folder) =>
		[...straw.files.keys()]
			.filter((path) => path.startsWith(`${folder}/`))
			.map((path) => path.slice(folder.length + 1));
	const places = ['9', '7'].map((job) => ({ job, layout }));
	const states = new Map<string, KnownState>([['26_0', { kind: 'running', nodes: 'n', secondsLeft: 9 }]]);
	const { heads } = await survey(straw.world, places, async () => ({ states, ageMs: 0 }));
	const told = heads.map(({ job, clients }) => [job, clients.map((each) => [each.task, each.state, each.secondsLeft])]);
	expect(told).toEqual([
		[
			'9',
			[
				['26_0', 'starting', 9],
				['26_1', 'unknown', undefined],
				['26_2', 'unknown', undefined],
			],
		],
		['7', [['26_0', 'ended', undefined]]],
	]);
});

describe('of a head that never said a word', () => {
	const head = layout.head('7');
	const asked = { scheduler: 'slurm', job: '7', name: undefined, submitted: 'x', script: '/s', options: [], typed: [] };
	const begun = line({ step: 'running', node: 'n' });
	interface Case {
		readonly scheduler?: string;
		readonly events?: string;
		readonly isPrivate?: boolean;
	}
	function corner({ scheduler = 'slurm', events, isPrivate = true }: Case) {
		const readInfo = async () => ({ kind: 'missing' });
		const straw = strawWorld({ readInfo, scheduler: { name: 'slurm', title: 'Slurm' } } as unknown as Partial<World>);
		straw.world.files.isPrivate = async () => isPrivate;
		straw.files.set(head.record, renderHeadRecord({ ...asked, scheduler }));
		if (events !== undefined) straw.files.set(head.events, events);
		const questions: (readonly string[])[] = [];
		const look = (state: KnownState) =>
			survey(straw.world, [{ job: '7', layout }], async (jobs) => {
				questions.push(jobs);
				return { states: new Map([['7', state]]), ageMs: 0 };
			});
		return { straw, questions, look };
	}

	it('who took it out puts that down, and nobody is asked about it any more', async () => {
		const { straw, questions, look } = corner({});
		await recordNeverBegan(straw.world, layout, '7');
		const at = new Date(0).toISOString();
		const end = { at, step: 'ended', reason: 'never began', because: 'cancelled' };
		expect(JSON.parse(straw.files.get(head.events) ?? '{}')).toEqual(end);
		expect((await look({ kind: 'gone' })).heads).toMatchObject([{ state: 'ended', because: 'cancelled' }]);
		expect(questions).toEqual([]);
	});

	it.each<[string, Case]>([
		["another scheduler's", { scheduler: 'local' }],
		['one that spoke', { events: begun }],
		['a line that is being written', { events: '{"at"' }],
		['a folder that is not mine alone', { isPrivate: false }],
	])('nothing is put down: %s', async (_, how) => {
		const { straw } = corner(how);
		await recordNeverBegan(straw.world, layout, '7');
		expect(straw.files.get(head.events)).toBe(how.events);
	});

	it('who only looks puts nothing down: the same job of another cluster may be over', async () => {
		const { straw, look } = corner({});
		for (const state of [{ kind: 'gone' }, { kind: 'ended', how: 'COMPLETED', exitCode: 0 }] as const)
			await look(state);
		expect(straw.files.get(head.events)).toBeUndefined();
	});

	it('where nothing can be written, nothing is said', async () => {
		const { straw } = corner({});
		straw.world.files.appendLine = () => Promise.reject(new Error('EROFS'));
		await recordNeverBegan(straw.world, layout, '7');
		expect(straw.warnings).toEqual([]);
	});
});

describe('a client of a cluster named by its address', () => {
	it('is asked after alone, and its head is called by that address', async () => {
		const folder = '10.0.0.1_6379';
		const straw = strawWorld({ readInfo: async () => ({ kind: 'missing' }) } as Partial<World>);
		const steps = [{ step: 'running', node: 'n' }, { step: 'joined' }].map((step) => ({ at: '2026-01-01', ...step }));
		straw.files.set(layout.head(folder).clientEvents('8'), steps.map((event) => `${JSON.stringify(event)}\n`).join(''));
		straw.world.files.list = async (path) => (path === layout.head(folder).clients ? ['8.events.jsonl'] : []);
		const asked: (readonly string[])[] = [];
		const seen = await survey(straw.world, [{ job: folder, layout }], async (jobs) => {
			asked.push(jobs);
			return { states: new Map<string, KnownState>([['8', { kind: 'running', nodes: 'n' }]]), ageMs: 0 };
		});
		expect(asked).toEqual([['8']]);
		const [head] = seen.heads;
		const [client] = head?.clients ?? [];
		expect(seen.sources).toEqual([{ kind: 'scheduler', name: 'Slurm', answered: true }]);
		expect(head).toMatchObject({ job: '10.0.0.1:6379', state: 'unknown', clients: [{ job: '8', state: 'joined' }] });
		if (head === undefined || client === undefined) throw new Error('not seen');
		expect(clientReadiness(head, client).layers.filter(({ why }) => why !== undefined)).toEqual([]);
	});
});

it('of an answer that is not new the time left is that of now, and its age is told', async () => {
	const now = new Date('2026-01-01T12:00:00.400Z');
	const clock = { now: () => now } as unknown as World['clock'];
	const straw = strawWorld({ clock, readInfo: async () => ({ kind: 'missing' }) } as Partial<World>);
	straw.world.files.list = async () => [];
	const at = async (ageMs: number, more: object) => {
		const state: KnownState = { kind: 'running', nodes: 'n', secondsLeft: 1_787, ...more };
		const ask = async () => ({ states: new Map([['7', state]]), ageMs });
		const { heads, sources } = await survey(straw.world, [{ job: '7', layout }], ask);
		return [heads[0]?.secondsLeft, sources[0]?.asOf];
	};
	const ends = (instant: string) => {
		const date = new Date(instant);
		return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
	};
	expect(await at(1_000, {})).toEqual([1_786, undefined]);
	expect(await at(9_000, {})).toEqual([1_778, '2026-01-01T11:59:51.400Z']);
	expect(await at(9_000, { ends: ends('2026-01-01T12:30:00Z') })).toEqual([1_799, '2026-01-01T11:59:51.400Z']);
	expect(await at(9_000, { ends: ends('2026-01-01T11:59:58Z') })).toEqual([0, '2026-01-01T11:59:51.400Z']);
});

it('of a head that is over nobody needs to hear that its Ray does not answer', async () => {
	const store = { state: async () => ({ kind: 'silent', why: 'nobody listens' }), close() {} };
	const info = { rayAddress: '10.0.0.1:6379', ports: {} };
	const straw = strawWorld({
		readInfo: async () => ({ kind: 'read', info }),
		ray: { controlStore: async () => store },
	} as unknown as Partial<World>);
	straw.world.files.list = async () => [];
	const namesFor = async (state: KnownState) => {
		const ask = async () => ({ states: new Map([['7', state]]), ageMs: 0 });
		return (await survey(straw.world, [{ job: '7', layout }], ask)).sources.map(({ name }) => name);
	};
	expect(await namesFor({ kind: 'running', nodes: 'n' })).toEqual(['Slurm', 'Ray of 7']);
	expect(await namesFor({ kind: 'ended', how: 'CANCELLED' })).toEqual(['Slurm']);
	expect(await namesFor({ kind: 'gone' })).toEqual(['Slurm']);
});

it('a cluster named by its address must answer, unless it is watched; one that refuses says what it wants', async () => {
	const silent = { kind: 'silent', why: 'nobody listens' };
	const refuses = { kind: 'refused', why: 'missing-token', message: 'no token' };
	const at = (answer: object, mayBeSilent: boolean, tokenPath?: string) => {
		const store = { state: async () => answer, close() {} };
		const { world } = strawWorld({ ray: { controlStore: async () => store } } as unknown as Partial<World>);
		return surveyAddress(world, '10.0.0.1:6379', tokenPath, { mayBeSilent });
	};
	const failure = (hint: string) => ({ kind: 'cannot-connect', message: 'Failed to connect to Ray cluster', hint });
	await expect(at(silent, false)).rejects.toMatchObject(failure('10.0.0.1:6379: nobody listens'));
	expect((await at(silent, true)).heads).toMatchObject([{ state: 'unknown' }]);
	const asksForToken = failure('10.0.0.1:6379: no token; give its token with --token-file FILE');
	for (const watched of [false, true]) await expect(at(refuses, watched)).rejects.toMatchObject(asksForToken);
	await expect(at(refuses, false, '/t')).rejects.toMatchObject(failure('10.0.0.1:6379: no token'));
});
