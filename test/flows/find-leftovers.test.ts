import { expect, it } from 'vitest';
import { renderClientRecord } from '../../src/core/client-record.ts';
import type { Weight } from '../../src/core/files.ts';
import { renderHeadRecord } from '../../src/core/head-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { findLeftovers, findLostEntries } from '../../src/flows/find-leftovers.ts';
import { strawWorld } from './straw-world.ts';

const layout = layoutOf('/o');
const FILE: Weight = { kind: 'file', mine: true, isPrivate: false, bytes: 5, modifiedMs: 1, identity: 'x' };
const at = new Date(9_000).toISOString();

const asClient = (job: string, rendered: string) =>
	renderClientRecord({ job, arguments: [], rejoin: false, submitted: at, rendered });

/** odd: what is no plain file of mine. */
function world(paths: Record<string, string>, odd: Record<string, Partial<Weight>> = {}) {
	const straw = strawWorld({ scheduler: { name: 'slurm', title: 'Slurm' } } as never);
	for (const [path, text] of Object.entries(paths)) straw.files.set(path, text);
	const below = (folder: string) =>
		[...straw.files.keys(), ...Object.keys(odd)].filter((path) => path.startsWith(`${folder}/`));
	straw.world.files.list = async (folder) => [
		...new Set(below(folder).map((path) => path.slice(folder.length + 1).split('/')[0] ?? '')),
	];
	straw.world.files.weigh = async (path) => {
		if (odd[path] !== undefined) return { ...FILE, ...odd[path] };
		if (straw.files.has(path)) return FILE;
		return below(path).length > 0 ? { ...FILE, kind: 'folder', isPrivate: true } : undefined;
	};
	straw.world.files.exists = async (path) => below(path).length > 0;
	Object.assign(straw.world, {
		readInfo: async () => ({ kind: 'missing' }),
		register: {
			heads: async () => ['1', '5'].map((job) => ({ scheduler: 'slurm', job, name: undefined, outputDir: '/o' })),
		},
	});
	return straw.world;
}

it('finds what the layout names, and nothing else', async () => {
	const head = layout.head('1');
	const script = `${layout.scripts}/head-0123456789abcdef.sbatch`;
	const record = { scheduler: 'slurm', job: '1', name: undefined, submitted: at, script, options: [], typed: [] };
	const found = await findLeftovers(
		world({
			[script]: '',
			[`${layout.scripts}/mine.sh`]: '',
			[head.record]: renderHeadRecord(record),
			[head.events]: `${JSON.stringify({ at, step: 'ended', reason: 'idle', code: 0 })}\n`,
			[`${head.folder}/token-0-ab`]: '',
			[`${head.folder}/token-of-mine`]: '',
			[head.clientRecord('2')]: asClient('2', '/etc/passwd'),
			[head.clientEvents('2')]: `${JSON.stringify({ at, step: 'ended', reason: 'x', code: 143 })}\n`,
			'/o/.rayslurm/heads/notes/x': '',
			'/o/ray_head_1.info': '',
			'/o/ray_head_1.info.bak': '',
			[layout.stopRequest('3')]: '',
			'/o/slurm_logs/1-ray-head-ray.out': '',
			'/o/slurm_logs/results.out': '',
			'/o/slurm_logs/1-ray-logs/n/raylet.out': '',
			'/o/experiments/1-ray-head-ray.out': '',
		}),
		layout,
		{ logs: true },
	);
	expect(found.corners).toHaveLength(1);
	expect(found.corners[0]).toMatchObject({
		path: head.folder,
		head: { job: '1', saidEnd: true, endedAtMs: 9_000, script: { path: script } },
		clients: [{ job: '2', saidEnd: false, script: undefined }],
	});
	const paths = (things: readonly { path: string }[] = []) => things.map(({ path }) => path);
	expect(paths(found.corners[0]?.tokens)).toEqual([`${head.folder}/token-0-ab`]);
	expect(paths(found.infos)).toEqual(['/o/ray_head_1.info']);
	expect(paths(found.requests)).toEqual([layout.stopRequest('3')]);
	expect(paths(found.logs)).toEqual(['/o/slurm_logs/1-ray-head-ray.out', '/o/slurm_logs/1-ray-logs']);
	expect(found.registered.map(({ job, corner }) => [job, corner])).toEqual([
		['1', head.folder],
		['5', undefined],
	]);
});

it('leaves links, and what is not mine', async () => {
	const { folder } = layout.head('1');
	const found = await findLeftovers(
		world(
			{ '/o/slurm_logs/1-ray-head-ray.out': '' },
			{
				'/o/ray_head_1.info': { kind: 'other' },
				'/o/ray_head_2.info': { mine: false },
				'/o/slurm_logs': { kind: 'other' },
				[folder]: { kind: 'folder', mine: false },
				[layout.head('2').folder]: { kind: 'other' },
			},
		),
		layout,
		{ logs: true },
	);
	expect(found).toMatchObject({ corners: [], infos: [], logs: [] });
});

it("leaves another scheduler's, whose ids mean other jobs", async () => {
	const script = `${layout.scripts}/head-0123456789abcdef.sbatch`;
	const record = { scheduler: 'local', job: '1', name: undefined, submitted: at, script, options: [], typed: [] };
	const found = await findLeftovers(
		world({
			[script]: 'node rayslurm run-client --scheduler=local --output-dir=/o -- &\n',
			[layout.head('1').record]: renderHeadRecord(record),
			[layout.head('1').clientRecord('2')]: '{}',
			[`${layout.head('10.0.0.1_6379').clients}/3.json`]: asClient('3', script),
			'/o/ray_head_1.info': '',
			[layout.stopRequest('2')]: '',
			[layout.stopRequest('4')]: '',
			'/o/slurm_logs/3-ray-client-x.out': '',
		}),
		layout,
		{ logs: true },
	);
	expect(found).toMatchObject({
		corners: [],
		infos: [],
		logs: [],
		requests: [{ job: '4' }],
		registered: [{ job: '5' }],
	});
});

it('an empty corner is of no head that is known', async () => {
	const paths = { [`${layout.head('9').folder}/notes`]: '', [`${layout.head('8').clients}/7.json`]: '{}' };
	const { corners } = await findLeftovers(world(paths), layout, { logs: false });
	expect(corners.map(({ path, head }) => [path, head?.job])).toEqual([[layout.head('9').folder, undefined]]);
});

it('of a head whose record is lost, the scheduler is the one in the register', async () => {
	const life = (job: string, step: string) => ({
		[layout.head(job).events]: `${JSON.stringify({ at, step, reason: 'idle', code: 0 })}\n`,
	});
	const there = world({ ...life('1', 'ready'), ...life('2', 'ready'), ...life('3', 'ended') });
	const found = await findLeftovers(there, layout, { logs: false });
	// Of 2 nobody knows whose it is, and it may run; 3 has said its end.
	expect(found.corners.map(({ head }) => head?.job)).toEqual(['1', '3']);
	Object.assign(there.scheduler, { name: 'local' });
	expect((await findLeftovers(there, layout, { logs: false })).corners.map(({ head }) => head?.job)).toEqual(['3']);
});

it('entries whose output folder is not there lead nowhere', async () => {
	expect((await findLostEntries(world({}))).registered.map(({ job }) => job)).toEqual(['1', '5']);
	expect((await findLostEntries(world({ '/o/x': '' }))).registered).toEqual([]);
});

it('looks into no state folder that is not mine alone', async () => {
	const files = { [layout.head('1').events]: '', [layout.stopRequest('3')]: '' };
	const all = await findLeftovers(world(files), layout, { logs: false });
	expect([all.corners.length, all.requests.length]).toEqual([1, 1]);
	const theirs = world(files, { [layout.state]: { kind: 'folder', isPrivate: false } });
	expect(await findLeftovers(theirs, layout, { logs: false })).toMatchObject({ corners: [], requests: [] });
});
