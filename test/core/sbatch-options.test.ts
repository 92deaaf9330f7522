import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReadOption, readOption } from '../../src/core/option-table.ts';
import { readOwnership, sbatchTimeSeconds } from '../../src/core/sbatch-options.ts';
import { SBATCH_TABLE } from '../../src/core/sbatch-table.ts';
import { Trouble } from '../../src/core/trouble.ts';

function sbatch(...words: string[]): ReadOption[] {
	const options: ReadOption[] = [];
	for (let index = 0; index < words.length; ) {
		const reading = readOption(SBATCH_TABLE, words, index);
		if (!reading || 'fault' in reading) throw new Error(`not sbatch options: ${words.join(' ')}`);
		options.push(...reading.options);
		index = reading.next;
	}
	return options;
}

describe('the table', () => {
	it('names every letter by an option it has', () => {
		for (const name of SBATCH_TABLE.short.values()) expect(SBATCH_TABLE.long.has(name)).toBe(true);
	});
});

describe('what rayslurm takes over', () => {
	it('is told, merged options are taken out, all else is passed on', () => {
		const owned = readOwnership(
			sbatch(
				...['-t', '90', '--part=gpu', '-HON2', '--dependency', 'afterok:1', '--comment=hello', '--export=ALL,A=1'],
				...['-J', 'mine', '-D', '/tmp', '--array=1-3', '--signal=USR1@30', '--parsable', '-W', '--nice', '-C', '-x'],
			),
			'client',
		);
		expect(owned).toMatchObject({
			leadSeconds: 30,
			dependency: 'afterok:1',
			comment: 'hello',
			exported: 'ALL,A=1',
			jobName: 'mine',
			timeLimit: '90',
			nodes: '2',
			partition: 'gpu',
			chdir: '/tmp',
			array: '1-3',
		});
		expect(owned.passed).toEqual([
			...['-t', '90', '--partition=gpu', '-H', '-O', '-N2', '-D', '/tmp', '--array=1-3', '--nice', '-C', '-x'],
		]);
		expect(['hold', 'wait', 'parsable', 'constraint', 'nodes'].map(owned.has)).toEqual([true, true, true, true, true]);
		expect(owned.has('exclusive')).toBe(false);
	});

	it('is nothing where nothing is given', () => {
		const { has, ...rest } = readOwnership([], 'head');
		expect(rest).toEqual({ passed: [] });
		expect(has('time')).toBe(false);
	});

	it('counts the last of several', () => {
		const owned = readOwnership(sbatch('--time=1', '-t2', '--comment', 'a', '--comment='), 'head');
		expect(owned).toMatchObject({ timeLimit: '2', comment: '', passed: ['--time=1', '-t2'] });
	});

	it('passes long options as one word that means the same', () => {
		fc.assert(
			fc.property(fc.constantFrom(...SBATCH_TABLE.long), fc.string(), ([name, takes], value) => {
				const words =
					takes === 'none' ? [`--${name}`] : takes === 'optional' ? [`--${name}=${value}`] : [`--${name}`, value];
				const options = sbatch(...words);
				let passed: string[];
				try {
					({ passed } = readOwnership(options, 'client'));
				} catch (error) {
					expect(error).toBeInstanceOf(Trouble); // refused, or no signal of ours
					return;
				}
				if (passed.length === 0) return; // merged
				expect(passed).toHaveLength(1);
				expect(sbatch(...passed)).toMatchObject(options.map(({ words: _, ...rest }) => rest));
			}),
		);
	});
});

describe('what rayslurm refuses', () => {
	it.each([
		['-o', 'x', '--output-dir'],
		['--error', 'x', '--output-dir'],
		['--wrap', 'x', '--dry-run'],
		['-M', 'x', 'log in'],
		['--cluster', 'x', 'log in'],
	])('%s %s', (option, value, hint) => {
		expect(refusal(sbatch(option, value), 'client')).toMatchObject({
			kind: 'usage',
			hint: expect.stringContaining(hint),
		});
	});

	it.each([
		['--test-only', '--dry-run'],
		['--help', '--help'],
		['--usage', '--help'],
		['-V', '--help'],
	])('%s', (option, hint) => {
		expect(refusal(sbatch(option), 'head')).toMatchObject({ kind: 'usage', hint: expect.stringContaining(hint) });
	});

	it('an array of heads, not of clients', () => {
		expect(refusal(sbatch('-a', '1-2'), 'head')).toMatchObject({ message: expect.stringContaining('--array') });
		expect(readOwnership(sbatch('-a', '1-2'), 'client')).toMatchObject({ array: '1-2', passed: ['-a', '1-2'] });
	});

	it.each(['--uid=0', '--gid=0', '--input=x', '--get-user-env'])('%s is passed on', (word) => {
		expect(readOwnership(sbatch(word), 'head').passed).toEqual([word]);
	});
});

describe('--signal', () => {
	it.each([
		['USR1', 60],
		['USR1@600', 600],
		['B:USR1@60', 60],
		['b:sigusr1@1', 1],
		['10@65535', 65_535],
		['BUSR1@5', 5],
		[':USR1@5', 5],
	])('%s leads by %d s', (value, leadSeconds) => {
		const { has, ...rest } = readOwnership(sbatch('--signal', value), 'head');
		expect(rest).toEqual({ leadSeconds, passed: [] });
	});

	it.each(['R:USR1@60', 'RB:USR1@60', 'BR:10@60', 'rb:SIGUSR1@60'])('%s may overlap a reservation', (value) => {
		expect(readOwnership(sbatch('--signal', value), 'head')).toMatchObject({
			leadSeconds: 60,
			overlapsReservation: true,
		});
	});

	it.each([
		'0',
		'0@60',
		'USR2@60',
		'TERM',
		'KILL@9',
		'',
		'B:',
		'USR1@',
		'USR1@0',
		'USR1@65536',
		'USR1@1m',
		'SIG10',
		'110@5',
	])('%j is refused', (value) => {
		expect(refusal(sbatch('--signal', value), 'head')).toMatchObject({
			kind: 'usage',
			hint: expect.stringContaining('--signal=USR1@SECONDS'),
		});
	});
});

describe("sbatch's times", () => {
	it.each([
		['90', 5400],
		['1:30', 120],
		['00:30', 60],
		['1:30:00', 5400],
		['1-', 86_400],
		['1-2', 93_600],
		['1-2:3', 93_780],
		['1-2:3:4', 93_840],
		['99:99', 6060],
		['99:99:99', 362_460],
		['35791394', 2_147_483_640],
	])('%s is %d s', (text, seconds) => {
		expect(sbatchTimeSeconds(text)).toBe(seconds);
	});

	it.each(['infinite', 'UNLIMITED', 'Unlimited', '-1', '0', '0:0', '0-0', '00:00:00'])('%s is no limit', (text) => {
		expect(sbatchTimeSeconds(text)).toBe(Number.POSITIVE_INFINITY);
	});

	it.each([
		'',
		' 5',
		'5 ',
		'5\n',
		'-',
		'-2',
		'1:',
		':1',
		'1::2',
		'1-:2',
		'1-2-3',
		'1:2:3:4',
		'1-2:',
		'5m',
		'1.5',
		'+5',
		'inf',
		'35791395',
		'٣',
	])('%j is refused', (text) => {
		expect(() => sbatchTimeSeconds(text)).toThrowError(expect.objectContaining({ kind: 'usage' }));
	});

	it('names the option it was given to', () => {
		expect(() => sbatchTimeSeconds('x', '--time-min')).toThrowError("--time-min: not a time of sbatch's: 'x'");
	});
});

function refusal(options: ReadOption[], role: 'head' | 'client'): unknown {
	try {
		readOwnership(options, role);
	} catch (error) {
		return error;
	}
	return undefined;
}
