import { describe, expect, it } from 'vitest';
import { type JobEntry, parseEntry } from '../../src/core/job-entry.ts';
import { whyWaitsIn } from '../../src/core/why-waits.ts';

const machine = { cpus: 8, memoryMb: 16_384, gpus: 2 };

function why(waiting: string, ...others: readonly string[]) {
	const [job, ...rest] = [waiting, ...others].map((text) => parseEntry(text) as JobEntry);
	if (job === undefined) throw new Error(waiting);
	return whyWaitsIn([job, ...rest], machine)(job);
}

describe('a job of this machine waits', () => {
	it('for CPUs: so many are free, these hold the others, and that ends one of them', () => {
		expect(
			why(
				'20.pending.Resources.c4.m10',
				'12.running.1-0-.c5.m10.rhead.jtune',
				'14.running.1-0-.c1.m10.jother',
				'11.ended.COMPLETED-0-1.c8.m10.jover',
				'21.pending.Priority.c4.m10.jbehind',
			),
		).toEqual({
			words: 'waits for 4 CPUs: 2 of 8 are free; head 12 (tune) holds 5; job 14 (other) holds 1',
			todo: 'rayslurm stop 12, or ask for less with -c',
		});
	});

	it.each([
		['a script', '12.running.1-0-.c8.m10.jx', 'none is free; job 12 (x) holds 8', 'rayslurm local cancel 12'],
		['one that ends already', '12.ending.1-0-.c8.m10.rclient', 'none is free; client 12 holds 8', undefined],
	])('for %s that has all of them', (_, holder, words, end) => {
		const share = 'let jobs share CPUs with --local-cpus';
		expect(why('20.pending.Resources.c1.m10', holder)).toEqual({
			words: `waits for 1 CPU: ${words}`,
			todo: end === undefined ? share : `${end}, or ${share}`,
		});
	});

	it('as a client for what its head has, which is not to be ended for it', () => {
		const todo = (...holders: readonly string[]) => why('20.pending.Resources.c4.m10.rclient', ...holders)?.todo;
		const head = '12.running.1-0-.c7.m10.rhead';
		expect(todo(head)).toBe('ask for less with -c, or let jobs share CPUs with --local-cpus');
		expect(todo(head, '13.running.1-0-.c1.m10.rclient')).toBe(
			'rayslurm stop 13, or let jobs share CPUs with --local-cpus',
		);
	});

	it('for the end of what is ending, where that is all', () => {
		const waits = why('20.pending.Resources.c1.m9000', '12.ending.1-0-.c1.m16384.jx');
		expect(waits).toEqual({ words: 'waits for 8.8 GB of memory: none is free; job 12 (x) holds 16.0 GB' });
	});

	it('for memory, and for GPUs', () => {
		expect(why('20.pending.Resources.c1.m12288', '12.running.1-0-.c1.m8192.jx')).toEqual({
			words: 'waits for 12.0 GB of memory: 8.0 GB of 16.0 GB are free; job 12 (x) holds 8.0 GB',
			todo: 'rayslurm local cancel 12, or ask for less with --mem',
		});
		expect(why('20.pending.Resources.c1.m1.g2', '12.running.1-0-0.c1.m1.g1.rclient.jx')?.words).toBe(
			'waits for 2 GPUs: 1 of 2 is free; client 12 (x) holds 1',
		);
	});

	it('behind the first in line, for the same', () => {
		const waits = why('21.pending.Priority.c1.m1', '20.pending.Resources.c8.m1.jfirst', '12.running.1-0-.c1.m1.jx');
		expect(waits?.words).toMatch(/^behind job 20 \(first\), which waits for 8 CPUs: 7 of 8 are free; job 12/);
		expect(waits?.todo).toBe('rayslurm local cancel 20 takes that one out of the line');
	});

	it('and of many that hold a little, the largest are named', () => {
		const few = [3, 1, 2, 4, 5].map((id) => `${id}.running.1-0-.c${id === 4 ? 2 : 1}.m1`);
		expect(why('20.pending.Resources.c8.m1', ...few)?.words).toBe(
			'waits for 8 CPUs: 2 of 8 are free; job 4 holds 2; job 1 holds 1; job 2 holds 1, and 2 more',
		);
	});

	it('and that is all there is to say where it has room by now, or waits for something else', () => {
		expect(why('20.pending.Resources.c4.m1')).toBeUndefined();
		expect(why('20.pending.Dependency.c4.m1', '12.running.1-0-.c8.m1')).toBeUndefined();
	});
});
