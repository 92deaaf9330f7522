import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { command } from '../../src/commands/head-restart.ts';
import type { Shell } from '../../src/commands/shell.ts';
import { renderHeadRecord } from '../../src/core/head-record.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { renderSuccessor } from '../../src/core/succession.ts';
import { Trouble } from '../../src/core/trouble.ts';
import type { KnownState, Submission, World } from '../../src/core/world.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { folder, home, place, put, top, useFreshFolder } from './shell-in-folder.ts';

useFreshFolder();

/** Head 7 was submitted from /first with these words to sbatch; head 8, where it is there, was submitted to follow it. */
async function restart(states: Record<string, string>, { options = ['-c', '2'], words = ['7'], silent = false } = {}) {
	const layout = layoutOf(`${place}/outputs`);
	const head = layout.head('7');
	folder('home/project/deep/outputs');
	mkdirSync(head.clients, { recursive: true });
	put('home/project/deep/requirements.txt', '');
	const did: string[] = [];
	const said = { out: '', err: '' };
	const straw = strawWorld({
		scheduler: {
			name: 'slurm',
			title: 'Slurm',
			states: async (jobs: readonly string[]) =>
				new Map(jobs.map((job) => [job, { kind: states[job] ?? 'gone', nodes: 'n' } as KnownState])),
			check: async () => {},
			submitCommand: ({ options: all }: Submission) => ['sbatch', ...all],
			submit: async ({ options: all }: Submission) => {
				did.push(`submit ${all.join(' ')}`);
				return '9';
			},
			signal: async () => {
				if (silent) throw new Trouble('scheduler-silent', 'no answer');
				did.push('signal');
				states['7'] = 'ended';
			},
			cancel: async (jobs: readonly string[]) => void did.push(`cancel ${jobs}`),
		},
		queue: async (jobs: readonly string[]) => ({
			known: () => new Map(jobs.map((job) => [job, { kind: states[job] ?? 'gone', how: 'x' } as KnownState])),
			every: () => {},
			stop: () => {},
		}),
		register: { add: async () => {}, heads: async () => [] },
		python: { noteUse: async () => {} },
		randomHex: () => '0123456789abcdef',
	} as unknown as Partial<World>);
	const script = `${layout.scripts}/head-1.sbatch`;
	const record = {
		scheduler: 'slurm',
		job: '7',
		name: 't',
		submitted: 'x',
		script,
		options,
		typed: [],
		folder: '/first',
	};
	straw.files.set(head.record, renderHeadRecord(record));
	straw.files.set(script, 'x idle-watch --scheduler=slurm --y\n');
	straw.files.set(head.events, `${JSON.stringify({ at: 'x', step: 'running', incarnation: '0-a' })}\n`);
	if (states['8'] !== undefined) straw.files.set(head.successor, renderSuccessor('8'));
	if (states['5'] !== undefined) {
		put(head.clientRecord('5').slice(top.length + 1), '{}');
		straw.files.set(head.clientRecord('5'), '{}');
		straw.world.files.list = async (path) => (path === head.clients ? ['5.json'] : []);
	}
	const shell = {
		...{ words, cwd: place, environment: { HOME: home, PATH: '/usr/bin' }, stderrIsTerminal: false },
		out: (text: string) => {
			said.out += text;
		},
		err: (text: string) => {
			said.err += text;
		},
		world: async () => straw.world,
		interrupted: () => new Promise(() => {}),
	} as unknown as Shell;
	mkdirSync(`${top}/x`);
	const code = await command(shell).catch((error: unknown) => {
		if (!(error instanceof Trouble)) throw error;
		return { kind: error.kind, hint: error.hint, facts: error.facts };
	});
	return { code, did, ...said, files: straw.files, layout };
}

it('of an ended head: the same words, in the same folder, and nothing to wait for', async () => {
	const { code, did, out, files, layout } = await restart(
		{},
		{ options: ['-c', '2', '--begin=now+1hour', '-D', 'sub'] },
	);
	expect([code, out, did]).toEqual([0, 'Submitted head job 9\n', ['submit -c 2 --chdir=/first/sub']]);
	expect(files.get(layout.head('7').successor)).toBe(renderSuccessor('9'));
	expect(files.get(layout.head('9').record)).toContain('"predecessor":"7"');
});

it('of a running head: submitted first, to begin after it; then that one is stopped', async () => {
	const { code, did, err } = await restart({ 7: 'running' });
	expect([code, did]).toEqual([0, ['submit -c 2 --dependency=afterany:7 --chdir=/first', 'signal']]);
	expect(err).toContain('told to stop: head 7');
});

it('whose stop the scheduler does not take: the new one is taken back', async () => {
	const { code, did } = await restart({ 7: 'running' }, { silent: true });
	expect(code).toMatchObject({ kind: 'scheduler-silent', facts: { job: '9', predecessor: '7', stopped: false } });
	expect(did.at(-1)).toBe('cancel 9');
});

it.each([
	['that has not begun', { 7: 'pending' }, 'failed', 'rayslurm stop 7'],
	['that another follows already', { 7: 'running', 8: 'running' }, 'head-not-running', 'rayslurm head restart 8'],
	['that has ended, and is followed', { 8: 'pending' }, 'head-not-running', 'rayslurm head restart 8'],
	['of which nobody knows', { 7: 'unknown' }, 'scheduler-silent', 'nothing was stopped'],
])('not of a head %s', async (_, states, kind, hint) => {
	const { code, did } = await restart(states);
	expect(code).toMatchObject({ kind, hint: expect.stringContaining(hint) });
	expect(did).toEqual([]);
});

it('of a running head whose successor waits: that is taken back by the head', async () => {
	expect((await restart({ 7: 'running', 8: 'pending' })).code).toBe(0);
});

it('not of a client', async () => {
	const { code } = await restart({ 5: 'running' }, { words: ['5'] });
	expect(code).toMatchObject({ kind: 'usage', hint: 'its head: rayslurm head restart 7' });
});

it('as a dry run does nothing', async () => {
	const { code, did, out, err } = await restart({ 7: 'running' }, { words: ['7', '--dry-run'] });
	expect([code, did]).toEqual([0, []]);
	expect(out).toContain('# sbatch -c 2 --dependency=afterany:7 --chdir=/first\n');
	expect(err).toContain('Head 7 would be stopped first');
});
