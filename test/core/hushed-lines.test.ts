import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hushing, saysTaskEnd, saysToldToEnd } from '../../src/core/hushed-lines.ts';

const passedOn = (chunks: readonly string[]) => {
	const lines = hushing(saysTaskEnd);
	return chunks.map((chunk) => lines.more(chunk)).join('') + lines.rest();
};
const END = 'srun: error: dws-01: task 0: Exited with exit code 7\n';

describe('what a command inside a job says', () => {
	it("comes through without srun's word on its end", () => {
		expect(passedOn([`a\n${END}b`])).toBe('a\nb');
		expect(passedOn(['srun: error: dws-01: task 0: Terminated'])).toBe('');
	});

	it("keeps srun's own troubles", () => {
		const trouble = 'srun: error: Unable to confirm allocation for job 12: Invalid job id specified\n';
		expect(passedOn([trouble])).toBe(trouble);
		expect(passedOn(['srun: error: Unable to'])).toBe('srun: error: Unable to');
	});

	it('comes at once, but for what may still be such a line', () => {
		const lines = hushing(saysTaskEnd);
		expect(lines.more('50 %\r')).toBe('50 %\r');
		expect(lines.more(END)).toBe(END); // In the middle of a line it is the command's own.
		expect(lines.more('sru')).toBe('');
		expect(lines.more('b\n')).toBe('srub\n');
	});

	it('is the same however it is cut', () => {
		const texts = fc.array(fc.constantFrom('a', '\n', END, 'srun: ', 'srun: error: x\n', 'sr', '\r', 'srun: b\n'));
		fc.assert(
			fc.property(texts, fc.array(fc.nat(30), { maxLength: 8 }), (parts, cuts) => {
				const whole = parts.join('');
				const chunks: string[] = [];
				let left = whole;
				for (const cut of cuts) {
					chunks.push(left.slice(0, cut));
					left = left.slice(cut);
				}
				expect(passedOn([...chunks, left])).toBe(passedOn([whole]));
			}),
		);
	});
});

it('a step that is told to end says so, and who told it knows', () => {
	expect(saysToldToEnd('slurmstepd-dws-01: error: *** STEP 7.9 ON dws-01 CANCELLED AT 2026-11-21T17:11:17 ***')).toBe(
		true,
	);
	expect(
		saysToldToEnd(
			'slurmstepd-dws-01: error: *** STEP 7.9 ON dws-01 CANCELLED AT 2026-11-21T17:11:17 DUE TO TIME LIMIT ***',
		),
	).toBe(false);
	expect(saysTaskEnd('slurmstepd: error: execve(): x')).toBe(false);
});
