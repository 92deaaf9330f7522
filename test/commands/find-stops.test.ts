import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findAllStops, findStops } from '../../src/commands/find-stops.ts';
import { renderHeadRecord } from '../../src/core/head-record.ts';
import { type Layout, layoutOf } from '../../src/core/layout.ts';
import { planStop } from '../../src/core/stop-plan.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { folder, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

const ended = { at: 'x', step: 'ended', reason: 'idle', code: 0 };
const begun = { at: 'x', step: 'running', node: 'n', incarnation: '0-a' };

/** Heads by their ids with their clients and last words; all are named t. */
function world(
	heads: Record<string, { clients?: string[]; last?: object; scheduler?: string }>,
	states: Record<string, string>,
) {
	const layout = layoutOf(`${top}/outputs`);
	const asked: string[][] = [];
	const straw = strawWorld({
		scheduler: {
			name: 'slurm',
			title: 'Slurm',
			states: async (jobs: readonly string[]) => {
				asked.push([...jobs].sort());
				return new Map(jobs.map((job) => [job, { kind: states[job] ?? 'gone' } as KnownState]));
			},
		},
		readInfo: async () => ({ kind: 'missing' }),
		register: {
			heads: async () =>
				Object.keys(heads).map((job) => ({
					scheduler: heads[job]?.scheduler ?? 'slurm',
					job,
					name: 't',
					outputDir: layout.outputDir,
				})),
		},
	} as unknown as Partial<World>);
	for (const [job, { clients = [], last = begun, scheduler }] of Object.entries(heads)) {
		const head = layout.head(job);
		mkdirSync(folder(head.clients.slice(top.length + 1)), { recursive: true });
		straw.files.set(head.events, `${JSON.stringify(last)}\n`);
		const script = `${layout.scripts}/head-0.sbatch`;
		straw.files.set(
			head.record,
			renderHeadRecord({
				scheduler: scheduler ?? 'slurm',
				job,
				name: 't',
				submitted: 'x',
				script,
				options: [],
				typed: [],
			}),
		);
		for (const client of clients) straw.files.set(head.clientRecord(client), '{}');
	}
	straw.world.files.list = async (path) =>
		[...straw.files.keys()].filter((each) => each.startsWith(`${path}/`)).map((each) => each.slice(path.length + 1));
	return { world: straw.world, files: straw.files, layout, asked };
}

const search = (straw: World, here: Layout, said = true) => ({
	...{ world: straw, here, cwd: top },
	worldOf: said ? undefined : async (name: string) => ({ ...straw, scheduler: { ...straw.scheduler, name } }),
});
const find = async ({ world: straw, layout }: { world: World; layout: Layout }, ...words: string[]) =>
	(await findStops(search(straw, layout), words)).targets.map(({ job }) => job);

it('asks once, for all that may be meant and their clients', async () => {
	const straw = world(
		{ 1: { last: ended }, 2: { clients: ['5'] }, 3: {}, 4: { last: ended } },
		{ 2: 'running', 3: 'pending', 5: 'running' },
	);
	expect(await find(straw, 't')).toEqual(['2']);
	expect(straw.asked).toEqual([['2', '3', '5']]);
});

it('of those that are all over, the newest', async () => {
	expect(await find(world({ 1: { last: ended }, 2: { last: ended } }, {}), 'latest')).toEqual(['2']);
});

it('says what is none', async () => {
	const straw = world({ 1: {} }, { 1: 'running' });
	for (const [word, kind] of [
		['u', 'no-such-job'],
		['99', 'no-such-job'],
		['10.0.0.1:6379', 'usage'],
	] as const)
		await expect(find(straw, word)).rejects.toMatchObject({ kind });
});

it("refuses another scheduler's job where one was said; else speaks to that one", async () => {
	const straw = world({ 1: { scheduler: 'local' } }, { 1: 'running' });
	await expect(find(straw, '1')).rejects.toMatchObject({
		kind: 'usage',
		hint: expect.stringContaining('--scheduler=local'),
	});
	expect((await findAllStops(search(straw.world, straw.layout))).targets).toEqual([]);
	const found = await findStops(search(straw.world, straw.layout, false), ['1']);
	expect(found.world.scheduler.name).toBe('local');
});

it('all: says whose jobs it leaves out, unless they are over, or a scheduler was said', async () => {
	const straw = world({ 1: { scheduler: 'local' }, 2: {} }, { 1: 'running', 2: 'running' });
	const all = async (said: boolean, { world: of, layout } = straw) => {
		const { targets, leftOut } = await findAllStops(search(of, layout, said));
		return [targets.map(({ job }) => job), leftOut];
	};
	expect(await all(false)).toEqual([['2'], ['local']]);
	expect(await all(true)).toEqual([['2'], []]);
	expect(await all(false, world({ 1: { scheduler: 'local' } }, {}))).toEqual([[], []]);
	const silent = world({ 1: { scheduler: 'local' } }, {});
	silent.world.scheduler.states = async (jobs) => {
		if (jobs.includes('1')) throw new Error('no answer');
		return new Map(jobs.map((job) => [job, { kind: 'gone' }]));
	};
	expect(await all(false, silent)).toEqual([[], ['local']]);
});

it('all: also a client that waits for the next head, which is no client of the last one any more', async () => {
	const straw = world(
		{ 1: { last: ended, clients: ['5'] }, 2: { clients: ['6'] } },
		{ 2: 'running', 5: 'running', 6: 'running' },
	);
	const left = [
		{ step: 'running', node: 'n', restarts: 0 },
		{ step: 'left', reason: 'x' },
	];
	for (const [head, client] of [
		['1', '5'],
		['2', '6'],
	] as const)
		straw.files.set(
			straw.layout.head(head).clientEvents(client),
			left.map((each) => `${JSON.stringify({ at: 'x', ...each })}\n`).join(''),
		);
	const { targets } = await findAllStops(search(straw.world, straw.layout));
	expect(targets.map(({ job, clients, life }) => [job, clients, life]).toSorted()).toEqual([
		['2', [], '0'],
		['5', [], '0'],
		['6', [], '0'],
	]);
	expect(
		planStop(targets, new Map([2, 5, 6].map((job) => [String(job), { kind: 'running', nodes: 'n' }]))).tell,
	).toHaveLength(3);
});

it('all: heads that live, and clients whose head does not', async () => {
	const straw = world(
		{ 1: { last: ended, clients: ['5'] }, 2: { clients: ['6'] }, 3: {} },
		{ 2: 'running', 5: 'pending', 6: 'running' },
	);
	const { targets } = await findAllStops(search(straw.world, straw.layout));
	expect(targets.map(({ job }) => job)).toEqual(['2', '5']);
	expect(straw.asked).toHaveLength(1);
});

it('all: nothing that a name alone calls a job, nor what stands in a folder that is not mine alone', async () => {
	const straw = world({ 1: { clients: ['5'] } }, { 1: 'running', 5: 'running', 8: 'pending', 9: 'pending' });
	const planted = straw.layout.head('8');
	mkdirSync(planted.clients, { recursive: true });
	const { list } = straw.world.files;
	straw.world.files.list = async (path) => [...(await list(path)), ...(path.endsWith('/clients') ? ['9.json'] : [])];
	const all = async () => (await findAllStops(search(straw.world, straw.layout))).targets.map(({ job }) => job);
	expect(await all()).toEqual(['1']);
	expect(straw.asked).toEqual([['1', '5']]);
	straw.world.files.isPrivate = async () => false;
	expect(await all()).toEqual([]);
});

it('none of an output folder that others could swap', async () => {
	const straw = world({ 1: {} }, { 1: 'running' });
	const folderOfAll = { path: '/lab', mode: 0o777, trusted: true, mine: true, groupIsMine: false };
	straw.world.files.wayTo = async () => [{ folder: folderOfAll, entryTrusted: true }];
	Object.assign(straw.world.scheduler, { cancelHint: (job: string) => `scancel ${job}` });
	const trouble = { kind: 'failed', hint: 'chmod go-w /lab; or end them yourself: scancel 1' };
	await expect(find(straw, '1')).rejects.toMatchObject(trouble);
	await expect(findAllStops(search(straw.world, straw.layout))).rejects.toMatchObject(trouble);
	expect(straw.asked).toEqual([]);
});
