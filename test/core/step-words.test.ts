import { describe, expect, it } from 'vitest';
import { BEGUN, insideWords, notStarted, steersSrun, stepNamed } from '../../src/core/step-words.ts';

const INSIDE = { job: '7', node: 'dws-01', name: 'exec-ab', cwd: '/p', terminal: false, program: ['ray', 'status'] };

describe('a program inside a job', () => {
	it('shares what the job has, and is the last of the words', () => {
		const words = insideWords(INSIDE);
		expect(words.slice(0, 4)).toEqual(['srun', '--jobid=7', '--job-name=exec-ab', '--nodelist=dws-01']);
		for (const word of ['--overlap', '--mem=0', '--ntasks=1', '--chdir=/p']) expect(words).toContain(word);
		expect(words.slice(-6)).toEqual(['/bin/sh', '-c', `echo '${BEGUN}' >&2; exec "$@"`, 'exec', 'ray', 'status']);
	});

	it('has a terminal where the person has one', () => {
		expect(insideWords({ ...INSIDE, terminal: true })).toEqual(expect.arrayContaining(['--pty', 'exec "$@"']));
		expect(insideWords(INSIDE)).not.toContain('--pty');
	});

	it('is found by its name alone, whatever other steps are called', () => {
		const answer = '7.0|bash\n7.1|exec-abc\n7.batch|exec-ab\n7.2|exec-ab\n';
		expect(stepNamed(answer, 'exec-ab')).toBe('7.2');
		expect(stepNamed(answer, 'exec')).toBeUndefined();
		expect(stepNamed('', 'exec-ab')).toBeUndefined();
	});
});

it.each([
	[
		'srun: error: Unable to confirm allocation for job 7: Unable to contact slurm controller (connect failure)',
		'silent',
	],
	['srun: error: Unable to create step for job 7: Socket timed out on send/recv operation', 'silent'],
	['srun: error: Unable to confirm allocation for job 7: Invalid job id specified', 'over'],
	['srun: error: Unable to create step for job 7: Job/step already completing or completed', 'over'],
	['srun: error: Unable to create step for job 7: Memory required by task is not available', 'not yet'],
	['srun: error: Unable to create step for job 7: Requested node configuration is not available', undefined],
	['srun: error: dws-01: task 0: Exited with exit code 1', undefined],
	['Unable to confirm allocation for job 7: Invalid job id specified', undefined],
])('%s: %s', (line, why) => {
	expect(notStarted(line)).toBe(why);
});

it('habits of the person, or of the job they sit in, do not steer it; the cluster that is meant does', () => {
	expect(['SLURM_JOB_ID', 'SRUN_DEBUG', 'SLURM_MEM_PER_CPU', 'PMI_RANK'].every(steersSrun)).toBe(true);
	expect(['SLURM_CONF', 'PATH', 'RAY_ADDRESS'].some(steersSrun)).toBe(false);
});
