import { describe, expect, it } from 'vitest';
import { failureWords } from '../../src/core/failure-words.ts';
import { Trouble } from '../../src/core/trouble.ts';

const wish = { cwd: '/home/me', json: true, colours: false, self: 'rayslurm 1 on Node 2' };
const missing = new Trouble('info-file-missing', 'Connection file not found: /home/me/outputs/ray_head_9.info', {
	hint: 'look: ls /home/me/outputs \x1b[2J',
});

describe('a failure', () => {
	it('is told in the same words to people and to programs', () => {
		const message = 'Connection file not found: outputs/ray_head_9.info';
		const hint = 'look: ls outputs [2J';
		const { out, err, code } = failureWords(missing, wish);
		expect(err).toBe(`ERROR: ${message}\n  → ${hint}\n`);
		expect(JSON.parse(out)).toEqual({ schemaVersion: 1, error: { code: 'info-file-missing', message, hint } });
		expect(out).toMatch(/^[^\n]+\n$/);
		expect(code).toBe(4);
	});

	it('is told to people alone unless JSON is asked for', () => {
		expect(failureWords(missing, { ...wish, json: false })).toMatchObject({ out: '', code: 4 });
		expect(failureWords(missing, { ...wish, colours: true }).err).toMatch(/^\x1b\[31mERROR:\x1b\[39m Conn/);
	});

	it('says beside it what was done all the same', () => {
		const half = new Trouble('no-such-job', 'No such job: 7', { facts: { cancelled: ['6'] } });
		expect(JSON.parse(failureWords(half, wish).out)).toEqual({
			...{ schemaVersion: 1, cancelled: ['6'] },
			error: { code: 'no-such-job', message: 'No such job: 7' },
		});
	});

	it.each([
		[new RangeError('too far'), 'RangeError: too far'],
		['thrown text', 'thrown text'],
		[undefined, 'undefined'],
	])('of our own is a bug: %s', (error, said) => {
		const { out, err, code } = failureWords(error, wish);
		const message = `rayslurm 1 on Node 2 met a bug of its own: ${said}`;
		expect(JSON.parse(out)).toEqual({ schemaVersion: 1, error: { code: 'bug', message } });
		expect(err).toContain(`rayslurm 1 on Node 2 met a bug of its own:\n${said}`);
		expect(code).toBe(1);
	});
});
