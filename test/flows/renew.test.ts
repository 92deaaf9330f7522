// A line of heads, from what a person types to what each head's own supervisor submits at its end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command } from '../../src/commands/head-submit.ts';
import type { Shell } from '../../src/commands/shell.ts';
import { parseClientRecord } from '../../src/core/client-record.ts';
import type { EndReason } from '../../src/core/end-reasons.ts';
import { parseHeadRecord } from '../../src/core/head-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import type { KnownState, Submission, World } from '../../src/core/world.ts';
import { watchClients } from '../../src/flows/census.ts';
import { renewHead } from '../../src/flows/renew-head.ts';
import { bringWorkersBack, recordWorkers } from '../../src/flows/submit-workers.ts';
import { strawWorld } from './straw-world.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const MINUTE = 60_000;

/** A head submitted with these words, the first of its line: job 7. */
async function submitted(...words: string[]) {
	const submissions: Submission[] = [];
	const cancelled: string[] = [];
	const said: string[] = [];
	const noted: unknown[] = [];
	const states = new Map<string, KnownState>();
	const straw = strawWorld({
		scheduler: {
			name: 'straw',
			check: async () => {},
			submit: async (submission: Submission) => String(6 + submissions.push(submission)),
			states: async (jobs: readonly string[]) =>
				new Map(jobs.map((job) => [job, states.get(job) ?? { kind: 'pending', reason: 'Priority' }])),
			cancel: async (jobs: readonly string[]) => void cancelled.push(...jobs),
			displaced: async () => false,
			limits: async () => undefined,
			submitCommand: () => [],
		},
		ray: { find: async () => ({ python: '/p', rayVersion: '2.60.0', pythonVersion: '3.11.7' }) },
		python: { noteUse: async (kept: unknown, use: object) => void noted.push({ kept, ...use }) },
		node: { job: async () => ({ jobId: '7', endsAtMs: 24 * 60 * MINUTE }) },
		self: ['node', 'x'],
		sparingSelf: ['node', 'x'],
		randomHex: () => String(submissions.length).padStart(2, 'a'),
		register: { add: async () => {}, heads: async () => [] },
		readInfo: async () => ({ kind: 'missing' }),
	} as unknown as Partial<World>);
	Object.assign(straw.world.log, { say: (text: string) => void said.push(text) });
	const err: string[] = [];
	await command({
		words,
		cwd: folder,
		environment: { HOME: folder },
		out: () => {},
		err: (text: string) => void err.push(text),
		world: async () => straw.world,
	} as unknown as Shell);
	const path = [...straw.files.keys()].find((each) => each.endsWith('/heads/7/head.json')) ?? '';
	const layout = layoutOf(path.slice(0, path.indexOf('/.rayslurm')));
	const head = layout.head('7');
	const renewal = await renewHead(straw.world, layout, '7', watchClients(straw.world, head), {
		how: 'before',
		leadMs: 1,
	});
	return {
		...{ submissions, cancelled, said, noted, states, straw, layout, renewal, err },
		/** Ends after so long. */
		async ends(reason: EndReason, afterMs: number) {
			await straw.world.clock.sleep(afterMs);
			return renewal.settle(reason);
		},
	};
}

describe('a head whose Ray dies before its successor was due', () => {
	it('submits it, once, and the next one is submitted as it was', async () => {
		const { submissions, ends, renewal, layout, straw } = await submitted('--name=tune', '--renew', '--mem=1G');
		expect(await ends('Ray died', 10 * MINUTE)).toBe('8');
		expect(await renewal.settle('Ray died')).toBe('8');
		expect(submissions).toHaveLength(2);
		expect(submissions[1]).toMatchObject({ script: submissions[0]?.script, options: ['--mem=1G'] });
		const record = parseHeadRecord(straw.files.get(layout.head('8').record) ?? '');
		expect(record).toMatchObject({ job: '8', name: 'tune', predecessor: '7', script: submissions[1]?.scriptPath });
	});

	it('submits none if it lived for less than ten minutes: what follows might die the same way', async () => {
		const { submissions, ends } = await submitted('--renew');
		expect(await ends('Ray died', 10 * MINUTE - 1)).toBeUndefined();
		expect(submissions).toHaveLength(1);
	});
});

it.each([
	['stopped', true, '8'],
	['stopped', false, undefined],
	['idle', true, undefined],
] as const)('%s, displaced by another job %s: the successor that waits is %s', async (reason, displaced, expected) => {
	const { ends, renewal, straw, cancelled } = await submitted('--renew');
	expect(await ends('Ray died', 20 * MINUTE)).toBe('8');
	straw.world.scheduler.displaced = async (job) => displaced && job === '7';
	expect(await renewal.settle(reason)).toBe(expected);
	expect(cancelled).toEqual(expected === undefined ? ['8'] : []);
});

describe('workers', () => {
	it('come with each head of the line', async () => {
		const { submissions, ends, layout, straw } = await submitted('--renew', '--workers=2', '--partition=p');
		expect(submissions).toHaveLength(2);
		expect(await ends('time limit', 20 * MINUTE)).toBe('9');
		const [, first, , second] = submissions;
		expect(first?.script).toContain(' --head=7 ');
		expect(second?.script).toBe(
			first?.script.replaceAll('--head=7', '--head=9').replaceAll('client of 7', 'client of 9'),
		);
		expect(second?.script).not.toBe(first?.script);
		expect(second?.options).toEqual(['--partition=p', '--array=1-2', '--dependency=after:9']);
		expect(parseClientRecord(straw.files.get(layout.head('9').clientRecord('10')) ?? '')).toMatchObject({
			array: '1-2',
		});
		expect(parseHeadRecord(straw.files.get(layout.head('9').record) ?? '')?.workers?.job).toBe('10');
	});

	it('are none where there were none', async () => {
		const { ends, submissions, straw, layout } = await submitted('--renew');
		await ends('time limit', MINUTE);
		await bringWorkersBack(straw.world, layout, '7');
		expect(submissions).toHaveLength(2);
	});

	it.each<[KnownState, string]>([
		[{ kind: 'ended', how: 'FAILED' }, '9'],
		[{ kind: 'gone' }, '9'],
		[{ kind: 'running', nodes: 'n' }, '9'],
		[{ kind: 'pending', reason: 'Priority' }, '8'],
		[{ kind: 'unknown', why: 'down' }, '8'],
	])('of a head that was put back into the queue are submitted again if they are %j', async (state, expected) => {
		const { submissions, states, layout, straw } = await submitted('--workers=2', '--partition=p');
		states.set('8', state);
		await bringWorkersBack(straw.world, layout, '7');
		expect(parseHeadRecord(straw.files.get(layout.head('7').record) ?? '')?.workers?.job).toBe(expected);
		expect(straw.files.has(layout.head('7').clientRecord(expected))).toBe(true);
		if (expected === '9')
			expect(submissions[2]).toMatchObject({
				script: submissions[1]?.script,
				options: ['--partition=p', '--array=1-2', '--dependency=after:7'],
			});
	});

	it('are left as they are where the scheduler cannot be asked, and that is said', async () => {
		const { submissions, layout, straw } = await submitted('--workers=2');
		Object.assign(straw.world.scheduler, { states: async () => Promise.reject(new Error('no squeue')) });
		await bringWorkersBack(straw.world, layout, '7');
		expect(submissions).toHaveLength(2);
		expect(straw.warnings).toEqual(['Head 7: its workers, job 8, are left as they are: no squeue']);
	});

	it('of a successor that nobody wants are taken back with it', async () => {
		const { ends, cancelled, renewal } = await submitted('--renew', '--workers=1');
		expect(await ends('time limit', MINUTE)).toBe('9');
		expect(await renewal.settle('stopped')).toBeUndefined();
		expect(cancelled).toEqual(['9', '10']);
	});

	it('that cannot be submitted are missed, and the head is there all the same', async () => {
		const { ends, straw, layout, submissions } = await submitted('--renew', '--workers=1');
		await recordWorkers(straw.world, layout, '7', { job: '8', script: '/elsewhere/x.sbatch', options: [] });
		expect(await ends('time limit', MINUTE)).toBe('9');
		expect(submissions).toHaveLength(3);
		expect(straw.warnings).toEqual(['Successor: its workers are not submitted: /elsewhere/x.sbatch is not there']);
	});
});

it.each<[KnownState, string | undefined, RegExp | undefined]>([
	[{ kind: 'ended', how: 'CANCELLED' }, undefined, /^Successor: 8 has ended already/],
	[{ kind: 'gone' }, undefined, /^Successor: 8 has ended already/],
	[{ kind: 'pending', reason: 'Priority' }, '8', undefined],
	[{ kind: 'unknown', why: 'down' }, '8', undefined],
])('whoever cancels the newest head ends the line: %j', async (state, expected, told) => {
	const { ends, renewal, states, said, submissions } = await submitted('--renew');
	expect(await ends('Ray died', 20 * MINUTE)).toBe('8');
	states.set('8', state);
	expect(await renewal.settle('time limit')).toBe(expected);
	expect(submissions).toHaveLength(2);
	expect(said.some((text) => told?.test(text))).toBe(told !== undefined);
});

it('a kept Ray environment is noted as used by each head, and by its workers', async () => {
	const { ends, noted, straw, layout } = await submitted('--renew', '--workers=1');
	await ends('time limit', MINUTE);
	expect(noted).toEqual([]);
	const path = layout.head('7').record;
	straw.files.set(path, (straw.files.get(path) ?? '').replace('{', '{"kept":"/k/2.60.0",'));
	straw.files.delete(layout.head('7').successor);
	const clients = watchClients(straw.world, layout.head('7'));
	const again = await renewHead(straw.world, layout, '7', clients, { how: 'before', leadMs: 1 });
	expect(await again.settle('time limit')).toBe('11');
	expect(noted).toMatchObject(['12', '11'].map((job) => ({ kept: { folder: '/k/2.60.0' }, scheduler: 'straw', job })));
});

it.each([
	[['--renew', '--time=UNLIMITED'], true],
	[['--renew', '--time=0'], true],
	[['--renew', '--time=60'], false],
	[['--time=UNLIMITED'], false],
])('that nothing is renewed without a limit is said: %j', async (words, expected) => {
	const { err } = await submitted(...words);
	expect(err.join('').includes('Note: without a time limit there is no end')).toBe(expected);
});
