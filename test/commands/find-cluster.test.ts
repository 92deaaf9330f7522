// Which head a TARGET means, and whose: Slurm's and the local scheduler's ids are not the same ids.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCluster } from '../../src/commands/find-cluster.ts';
import { renderHeadRecord } from '../../src/core/head-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { RegisteredHead } from '../../src/core/register.ts';
import type { KnownState, World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';

let here: ReturnType<typeof layoutOf>;
beforeAll(() => {
	here = layoutOf(mkdtempSync(join(tmpdir(), 'rayslurm-test-')));
	mkdirSync(here.head('5').folder, { recursive: true });
});
afterAll(() => rmSync(here.outputDir, { recursive: true }));

const RUNS: KnownState = { kind: 'running', nodes: 'n' };
const head = (scheduler: string, job: string, outputDir = '/elsewhere', name?: string) => ({
	...{ scheduler, job, outputDir },
	name,
});

interface Known {
	readonly heads?: readonly RegisteredHead[];
	/** Below the workspace here: the scheduler of job 7. */
	readonly recorded?: string;
	readonly said?: string;
	readonly states?: Readonly<Record<string, KnownState>>;
	/** Cannot be asked on this machine. */
	readonly absent?: string;
}

async function find(word: string, { heads = [], recorded, said, states = {}, absent }: Known) {
	const worldOf = async (name: string): Promise<World> => {
		const asked = async (jobs: readonly string[]) => {
			if (name === absent) throw new Error(`${name} is not here`);
			return new Map(jobs.map((job): [string, KnownState] => [job, states[`${name} ${job}`] ?? { kind: 'gone' }]));
		};
		const straw = strawWorld({
			scheduler: { name, states: asked },
			register: { heads: async () => heads },
			readInfo: async () => ({ kind: 'missing' }),
		} as unknown as Partial<World>);
		const record = { job: '7', name: undefined, submitted: '', script: '', options: [], typed: [] };
		if (recorded !== undefined) {
			straw.files.set(here.head('7').record, renderHeadRecord({ scheduler: recorded, ...record }));
		}
		return straw.world;
	};
	const search = { cwd: '/', worldOf: said === undefined ? worldOf : undefined };
	const found = await findCluster(await worldOf(said ?? 'slurm'), here, word, search);
	const job = found.head.kind === 'job' ? found.head.job : '';
	return [found.world.scheduler.name, job, found.layout.outputDir === here.outputDir ? 'here' : found.layout.outputDir];
}

describe('a job id', () => {
	it.each([
		['nobody knows: of the usual scheduler, here', '8', {}, ['slurm', '8', 'here']],
		['that only a folder here knows', '5', {}, ['slurm', '5', 'here']],
		['recorded here: of that scheduler', '7', { recorded: 'local' }, ['local', '7', 'here']],
		[
			'recorded here, whoever else has one of that id',
			'7',
			{ recorded: 'local', heads: [head('slurm', '7'), head('local', '7')] },
			['local', '7', 'here'],
		],
		['elsewhere', '9', { heads: [head('local', '9', '/b')] }, ['local', '9', '/b']],
		[
			'of the scheduler that is said',
			'9',
			{ heads: [head('local', '9', '/b'), head('slurm', '9', '/a')], said: 'local' },
			['local', '9', '/b'],
		],
		[
			'recorded here for another scheduler than is said',
			'7',
			{ recorded: 'local', heads: [head('slurm', '7', '/a')], said: 'slurm' },
			['slurm', '7', '/a'],
		],
	])('%s', async (_, job, known, found) => {
		expect(await find(job, known)).toEqual(found);
	});

	it('that two have elsewhere is to be said more exactly', async () => {
		const heads = [head('slurm', '9', '/a'), head('local', '9', '/b')];
		await expect(find('9', { heads })).rejects.toMatchObject({
			kind: 'usage',
			message: "More than one head is job 9: slurm's in /a, local's in /b",
			hint: 'say which: --scheduler=slurm or --scheduler=local',
		});
	});
});

describe('a name', () => {
	const heads = [head('slurm', '900', '/a', 'tuning'), head('local', '3', '/b', 'tuning')];

	it.each([
		['means the newest that runs, by time and not by number', { 'slurm 900': RUNS, 'local 3': RUNS }, '3'],
		['means the one that runs', { 'slurm 900': RUNS }, '900'],
	])('%s', async (_, states, job) => {
		expect((await find('tuning', { heads, states }))[1]).toBe(job);
	});

	it('is looked up on this machine where Slurm is not here', async () => {
		expect(await find('tuning', { heads, states: { 'local 3': RUNS }, absent: 'slurm' })).toEqual(['local', '3', '/b']);
		await expect(find('tuning', { heads: heads.slice(0, 1), absent: 'slurm' })).rejects.toThrow('slurm is not here');
	});

	it('and the scheduler that is said', async () => {
		const states = { 'slurm 900': RUNS, 'local 3': RUNS };
		expect((await find('tuning', { heads, states, said: 'slurm' }))[1]).toBe('900');
	});

	it.each([
		['tuning', heads, /^nor is any other named tuning; start a head with/],
		['tuning', heads.slice(0, 1), /^start a head with/],
		['latest', heads, /^nor is any other; start a head with/],
	])('%s, of which none runs: the newest is named, and what there is beside it', async (word, all, hint) => {
		await expect(find(word, { heads: all })).rejects.toMatchObject({
			message: `Ray head node job ${all.length === 1 ? 900 : 3} is not running`,
			hint: expect.stringMatching(hint),
		});
	});

	it('that is mistyped brings the one that was meant to mind', async () => {
		await expect(find('tunign', { heads })).rejects.toMatchObject({ hint: 'did you mean tuning?' });
	});
});
