import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	forNextHead,
	readSuccessor,
	renderSuccessor,
	submitsAtMs,
	successorAtEnd,
	successorOptions,
} from '../../src/core/succession.ts';

const MINUTE = 60_000;

describe('a successor is submitted', () => {
	it.each([
		['a day', 24 * 60, 10, 24 * 60 - 31.25],
		['ten minutes', 10, 2.5, 5],
		['two minutes', 2, 0.5, 1],
	])('in time for %s', (_, limit, lead, expected) => {
		expect(submitsAtMs(0, limit * MINUTE, lead * MINUTE)).toBe(expected * MINUTE);
	});

	it('never in the first half of a life: successors do not chase one another through the queue', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 65_535_000 }), (life, lead) => {
				expect(submitsAtMs(1_000, 1_000 + life, lead)).toBeGreaterThanOrEqual(1_000 + life / 2);
			}),
		);
	});
});

describe('its options', () => {
	it.each([
		[
			['-p', 'gpu', '--time=8:00:00'],
			['-p', 'gpu', '--time=8:00:00'],
		],
		[['--dependency=afterok:5', '--mem=4G'], ['--mem=4G']],
		[
			['-d', 'afterok:5', '-b', 'now+1hour', '-c', '2'],
			['-c', '2'],
		],
		[['-Dsub', '--begin', '16:00', '--deadline=now+2days'], []],
		[['--chdir=sub', '--site-plugin=x'], ['--site-plugin=x']],
	])('%j are %j', (given, expected) => {
		expect(successorOptions(given, 'before', '7')).toEqual(expected);
		expect(successorOptions(given, 'after', '7')).toEqual([...expected, '--dependency=afterany:7']);
	});
});

describe("at the head's end", () => {
	const LONG = 10 * MINUTE;
	it.each([
		['time limit', false, 0, 'submit'],
		['time limit', true, 0, 'keep'],
		['idle', true, LONG, 'cancel'],
		['idle', false, LONG, 'keep'],
		['stop', true, LONG, 'cancel'],
		['stop', false, LONG, 'keep'],
		['stopped', true, LONG, 'cancel'],
		['stopped', false, LONG, 'keep'],
		['Ray died', true, LONG, 'keep'],
		['Ray died', false, LONG, 'submit'],
		['Ray died', false, LONG - 1, 'keep'],
		['did not start', false, LONG, 'keep'],
		['replaced', true, LONG, 'keep'],
		['did not start', true, LONG, 'keep'],
	] as const)('%s, submitted %s, after %s ms: %s', (reason, submitted, livedMs, expected) => {
		expect(successorAtEnd(reason, submitted, livedMs)).toBe(expected);
	});
});

it("its workers' script names the next head, and nothing else is changed", () => {
	const script = (job: string) =>
		`#SBATCH --comment='rayslurm client of ${job}'\nrun --head=${job} --head=70 '--venv=/x7' -- 7\n`;
	expect(forNextHead(script('7'), '7', '12')).toBe(script('12'));
});

it('its record is read back, and nothing else is', () => {
	expect(readSuccessor(renderSuccessor('123'))).toBe('123');
	for (const text of ['', '{', 'null', '{}', '{"job":5}', '{"job":"../x"}', '{"job":"0"}']) {
		expect(readSuccessor(text)).toBeUndefined();
	}
});
