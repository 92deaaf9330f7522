// What every scheduler must do, whoever it is: one suite, run against each. A job leaves its words in files of its folder.
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { sbatchValue } from '../../src/core/quote.ts';
import type { KnownState } from '../../src/core/world.ts';
import { describeReal, person, until } from '../testbed/bed.ts';
import { Probe } from './probe.ts';

const alice = person('alice');

describeReal('a scheduler', () => {
	describe.concurrent('slurm', () => {
		suite(new Probe(alice, 'slurm'));
	});
	describe.concurrent('local', () => {
		// Processors enough for all of these jobs beside each other.
		suite(new Probe(alice, 'local', { RAYSLURM_LOCAL_CPUS: '64' }), hostname().split('.')[0]);
	});
});

/** Says `up`, then waits for signals, which it writes down; sleeps in pieces, so that a trap runs soon. */
const WAITS = (name = 'said') => [
	`trap 'echo USR1 >>${name}' USR1`,
	`trap 'echo TERM >>${name}; exit 9' TERM`,
	`echo up >>${name}`,
	'for ((i = 0; i < 1200; i++)); do sleep 0.1; done',
];

const waitsForAnother = (state: KnownState) => state.kind === 'pending' && state.reason === 'Dependency';

function suite(scheduler: Probe, host = 'dws-*'): void {
	const isUp = (file: string) => until(`${file} is there`, () => existsSync(file), { timeoutMs: 60_000 });

	describe('a job', () => {
		it('has an id, larger than those before', async () => {
			const first = await scheduler.submit(['true']);
			const second = await scheduler.submit(['true']);
			expect(first.job).toMatch(/^[1-9]\d*$/);
			expect(Number(second.job)).toBeGreaterThan(Number(first.job));
		});

		it('runs, says where and until when, and ends well', async () => {
			const { job, file } = await scheduler.submit(['touch up', 'until [ -e go ]; do sleep 0.1; done']);
			await isUp(file('up'));
			const state = await scheduler.state(job);
			expect(state.kind).toBe('running');
			if (state.kind === 'running') {
				expect(state.nodes).toMatch(/^[\w.-]+$/);
				expect(state.secondsLeft).toBeGreaterThan(200);
				expect(state.secondsLeft).toBeLessThanOrEqual(300);
				expect(state.ends).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
			}
			await alice.write(file('go'), '');
			expect(await scheduler.ended(job)).toEqual({ kind: 'ended', how: 'COMPLETED', exitCode: 0 });
		});

		it('that fails has failed', async () => {
			const { job } = await scheduler.submit(['exit 7']);
			const { how, exitCode = 7 } = await scheduler.ended(job);
			expect([how, exitCode]).toEqual(['FAILED', 7]);
		});

		it('that is not known is gone; it and a known one are told apart in one question', async () => {
			expect(await scheduler.state('99999999')).toEqual({ kind: 'gone' });
			const { job } = await scheduler.submit(['true']);
			const states = await scheduler.states([job, '99999999']);
			expect(states.get('99999999')).toEqual({ kind: 'gone' });
			expect(states.get(job)?.kind).not.toBe('gone');
		});
	});

	describe('signals', () => {
		it('reach the batch shell, and nobody else', async () => {
			const child = `bash -c '${WAITS('child').join('\n').replaceAll("'", `'"'"'`)}' &`;
			const { job, file, read } = await scheduler.submit([child, ...WAITS()]);
			await isUp(file('said'));
			await isUp(file('child'));
			await scheduler.signal('USR1', job);
			await until('the batch shell has heard', () => read('said').includes('USR1'));
			await scheduler.signal('USR1', job);
			await until('it has heard twice', () => read('said').match(/USR1/g)?.length === 2);
			expect(read('child')).toBe('up\n');
			expect((await scheduler.state(job)).kind).toBe('running');
			await scheduler.cancel(job);
		});

		it('of a cancellation reach every process; the job counts as cancelled', async () => {
			const child = `setsid bash -c '${WAITS('child').join('\n').replaceAll("'", `'"'"'`)}' &`;
			// The batch shell's end is that of all: it stays until the child has had its say.
			const stays = "trap 'echo TERM >>said; until grep -q TERM child; do sleep 0.05; done; exit 9' TERM";
			const { job, file, read } = await scheduler.submit([child, ...WAITS().with(1, stays)]);
			await isUp(file('said'));
			await isUp(file('child'));
			await scheduler.cancel(job);
			const { how } = await scheduler.ended(job);
			expect(how).toBe('CANCELLED');
			expect(read('said')).toBe('up\nTERM\n');
			expect(read('child')).toBe('up\nTERM\n');
		});

		it('come before the time limit and at it', async () => {
			const options = ['--time=1', '--signal=B:USR1@20'];
			const { job, read } = await scheduler.submit(WAITS(), options);
			const { how } = await scheduler.ended(job, 150_000);
			expect(how).toBe('TIMEOUT');
			expect(read('said')).toBe('up\nUSR1\nTERM\n');
		});
	});

	describe('dependencies', () => {
		it('after: begins when the other has begun', async () => {
			const gate = await scheduler.submit(['until [ -e go ]; do sleep 0.1; done']);
			const first = await scheduler.submit(WAITS(), [`--dependency=afterok:${gate.job}`]);
			const second = await scheduler.submit(['touch ran'], [`--dependency=after:${first.job}`]);
			await until('it waits', () => scheduler.state(second.job), { is: waitsForAnother });
			await alice.write(gate.file('go'), '');
			expect(await scheduler.ended(second.job)).toMatchObject({ how: 'COMPLETED' });
			expect((await scheduler.state(first.job)).kind).toBe('running');
			await scheduler.cancel(first.job);
		});

		it('afterok: waits, and begins when the other has ended well', async () => {
			const first = await scheduler.submit(['until [ -e go ]; do sleep 0.1; done']);
			const second = await scheduler.submit(['touch ran'], [`--dependency=afterok:${first.job}`]);
			await until('it waits', () => scheduler.state(second.job), { is: waitsForAnother });
			expect(existsSync(second.file('ran'))).toBe(false);
			await alice.write(first.file('go'), '');
			expect(await scheduler.ended(second.job)).toMatchObject({ how: 'COMPLETED' });
			expect(existsSync(second.file('ran'))).toBe(true);
		});

		it('of several all are to be met; a failure meets afterany, and never afterok', async () => {
			const good = await scheduler.submit(['true']);
			const bad = await scheduler.submit(['exit 1']);
			const any = await scheduler.submit(['touch ran'], [`--dependency=afterany:${bad.job},afterok:${good.job}`]);
			const never = await scheduler.submit(['touch ran'], [`--dependency=afterok:${good.job}:${bad.job}`]);
			expect(await scheduler.ended(any.job)).toMatchObject({ how: 'COMPLETED' });
			await until('it will never run', () => scheduler.state(never.job), {
				is: (state) => state.kind === 'pending' && state.reason === 'DependencyNeverSatisfied',
				timeoutMs: 60_000,
			});
			await scheduler.cancel(never.job);
			expect((await scheduler.ended(never.job)).how).toBe('CANCELLED');
			expect(existsSync(never.file('ran'))).toBe(false);
		});
	});

	describe('an array', () => {
		it('runs each task once, with its index', async () => {
			const line = 'echo "$SLURM_ARRAY_JOB_ID $SLURM_ARRAY_TASK_ID $SLURM_JOB_ID" >"task-$SLURM_ARRAY_TASK_ID"';
			const { job, file, read } = await scheduler.submit([line], ['--array=1-5:2', '--output=o-%A-%a']);
			await scheduler.ended(job);
			const tasks = [1, 3, 5].map((index) => read(`task-${index}`).trim().split(' '));
			expect(tasks.map(([array, index]) => [array, index])).toEqual([1, 3, 5].map((index) => [job, String(index)]));
			expect(new Set(tasks.map(([, , id]) => id)).size).toBe(3);
			expect([1, 3, 5].filter((index) => existsSync(file(`o-${job}-${index}`)))).toEqual([1, 3, 5]);
		});

		it('is alive as long as one task is, and is cancelled as a whole', async () => {
			const { job, file } = await scheduler.submit(
				['[ "$SLURM_ARRAY_TASK_ID" = 1 ] && exit 0', ...WAITS('said-$SLURM_ARRAY_TASK_ID')],
				['--array=1-3'],
			);
			await isUp(file('said-2'));
			await isUp(file('said-3'));
			expect((await scheduler.state(job)).kind).toBe('running');
			await scheduler.cancel(job);
			expect((await scheduler.ended(job)).how).toBe('CANCELLED');
		});
	});

	describe('what a job is given', () => {
		it('files where it says, named as it says', async () => {
			const lines = ['#SBATCH --job-name=name', '#SBATCH --output=sub/%x-%j-%%.out', 'pwd', 'echo oh >&2'];
			const folder = `${await alice.workspace()}/deep er`;
			await alice.write(`${folder}/sub/x`, '');
			const { job } = await scheduler.submit(lines, [`--chdir=${folder}`, '--error=sub/%N']);
			await scheduler.ended(job);
			const said = await alice.run(['cat', `${folder}/sub/name-${job}-%.out`]);
			expect(said.stdout).toBe(`${folder}\n`);
			const errors = await alice.run(['bash', '-c', `cat ${host}`], { cwd: `${folder}/sub` });
			expect(errors.stdout).toBe('oh\n');
		});

		it('its variables', async () => {
			const { job, file, read } = await scheduler.submit(['env -0 >env'], ['--job-name=my job'], {
				SAID: 'a "b"\n$c',
				RAY_ADDRESS: '1.2.3.4:5',
				SLURM_JOB_ID: '4711',
				RAYSLURM_DEBUG: '1',
			});
			await scheduler.ended(job);
			const variables = new Map(
				read('env')
					.split('\0')
					.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
			);
			const folder = file('').replace(/\/$/, '');
			expect(variables.get('SAID')).toBe('a "b"\n$c');
			expect(variables.has('RAY_ADDRESS')).toBe(false);
			expect(variables.has('RAYSLURM_DEBUG')).toBe(false);
			expect(variables.get('SLURM_JOB_ID')).toBe(job);
			expect(variables.get('SLURM_JOB_NAME')).toBe('my job');
			expect(variables.get('SLURM_CPUS_PER_TASK')).toBe('1');
			expect(variables.get('SLURM_CPUS_ON_NODE')).toBe('1');
			expect(variables.get('SLURM_MEM_PER_NODE')).toBe('50');
			expect(variables.get('SLURM_SUBMIT_DIR')).toBe(folder);
			expect(variables.get('SLURM_JOB_NODELIST')).toBe(variables.get('SLURMD_NODENAME'));
			expect(variables.get('SLURM_JOB_NUM_NODES')).toBe('1');
		});

		it.each([`it's "so" \\ and # so`, 'a  b', "'quoted'"])('its name: %s', async (name) => {
			const line = `#SBATCH --job-name=${sbatchValue(name)}`;
			const { job, read } = await scheduler.submit([line, 'printf %s "$SLURM_JOB_NAME" >name']);
			await scheduler.ended(job);
			expect(read('name')).toBe(name);
		});

		it('what the command line says, where the script says otherwise', async () => {
			const { job, read } = await scheduler.submit(
				['#SBATCH --job-name=script', '#SBATCH --mem=60M', 'echo "$SLURM_JOB_NAME $SLURM_MEM_PER_NODE" >said'],
				['-J', 'line', '--mem=70M'],
			);
			await scheduler.ended(job);
			expect(read('said')).toBe('line 70\n');
		});
	});

	it('refuses what can never be given', async () => {
		await expect(scheduler.submit(['true'], ['--mem=100T'])).rejects.toMatchObject({ kind: 'failed' });
	});
}
