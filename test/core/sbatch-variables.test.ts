import { describe, expect, it } from 'vitest';
import { planJob } from '../../src/core/job-request.ts';
import { readOwnership, type SbatchOption } from '../../src/core/sbatch-options.ts';
import { HIDDEN_FROM_SBATCH, withVariables } from '../../src/core/sbatch-variables.ts';

const option = (name: string, value: string): SbatchOption => ({ name, value, words: [`--${name}`, value] });
const words = (environment: Record<string, string>, ...typed: SbatchOption[]) =>
	readOwnership(withVariables(environment, typed), 'head').passed;

describe('SBATCH_ variables', () => {
	it('are what the plan is made of: the lead is a quarter of their time', () => {
		const owned = readOwnership(withVariables({ SBATCH_TIMELIMIT: '10', SBATCH_MEM_PER_CPU: '1G' }, []), 'head');
		expect(planJob('head', owned, undefined)).toMatchObject({
			time: undefined,
			memory: undefined,
			signal: 'B:USR1@150',
		});
		expect(owned.passed).toEqual(['--mem-per-cpu=1G', '--time=10']);
	});

	it.each([
		[
			{ SBATCH_PARTITION: 'gpu', SBATCH_ACCOUNT: 'a b', SBATCH_QOS: 'q' },
			['--account=a b', '--partition=gpu', '--qos=q'],
		],
		[{ SBATCH_TIMELIMIT: '' }, []],
		[{ SBATCH_CONSTRAINT: 'ib', SBATCH_OUTPUT: 'x', SLURM_TIMELIMIT: '1', TIMELIMIT: '1' }, []],
	])('%j are %j', (environment, expected) => {
		expect(words(environment)).toEqual(expected);
	});

	it.each([
		['SBATCH_TIMELIMIT', option('time', '20'), ['--time=20']],
		['SBATCH_MEM_PER_NODE', option('mem-per-cpu', '2G'), ['--mem-per-cpu=2G']],
		['SBATCH_CPUS_PER_GPU', option('cpus-per-task', '4'), ['--cpus-per-task=4']],
	])('%s gives way to what is typed', (variable, typed, expected) => {
		expect(words({ [variable]: '1' }, typed)).toEqual(expected);
	});

	it('that rayslurm reads or owns are hidden from sbatch, others are not', () => {
		for (const name of ['TIMELIMIT', 'JOB_NAME', 'EXPORT', 'SIGNAL', 'OUTPUT', 'WAIT', 'ARRAY_INX', 'TEST_ONLY'])
			expect(HIDDEN_FROM_SBATCH).toContain(`SBATCH_${name}`);
		for (const name of ['WAIT_ALL_NODES', 'WAIT4SWITCH', 'CONSTRAINT', 'RESERVATION', 'GRES'])
			expect(HIDDEN_FROM_SBATCH).not.toContain(`SBATCH_${name}`);
	});
});
