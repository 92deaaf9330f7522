import { describe, expect, it } from 'vitest';
import {
	isOptionWord,
	longName,
	type OptionTable,
	optionTrouble,
	ownOptionTable,
	readOption,
	shownWord,
} from '../../src/core/option-table.ts';

const TABLE: OptionTable = {
	long: new Map([
		['time', 'required'],
		['time-min', 'required'],
		['nodes', 'required'],
		['hold', 'none'],
		['overcommit', 'none'],
		['no-kill', 'optional'],
	]),
	short: new Map([
		['t', 'time'],
		['N', 'nodes'],
		['H', 'hold'],
		['O', 'overcommit'],
		['k', 'no-kill'],
	]),
	abbreviations: true,
};

describe('an option is read as getopt_long reads it', () => {
	it.each([
		{ words: ['--time=1', 'x'], options: [{ name: 'time', value: '1', words: ['--time=1'] }], next: 1 },
		{ words: ['--time', '1', 'x'], options: [{ name: 'time', value: '1', words: ['--time', '1'] }], next: 2 },
		{ words: ['--time='], options: [{ name: 'time', value: '', words: ['--time='] }], next: 1 },
		{ words: ['--time=a=b'], options: [{ name: 'time', value: 'a=b', words: ['--time=a=b'] }], next: 1 },
		{ words: ['--time', '--hold'], options: [{ name: 'time', value: '--hold', words: ['--time', '--hold'] }], next: 2 },
		{ words: ['--time', '--'], options: [{ name: 'time', value: '--', words: ['--time', '--'] }], next: 2 },
		{ words: ['--nod', '2'], options: [{ name: 'nodes', value: '2', words: ['--nod', '2'] }], next: 2 },
		{ words: ['--hol'], options: [{ name: 'hold', words: ['--hol'] }], next: 1 },
		{ words: ['--no-kill', 'off'], options: [{ name: 'no-kill', words: ['--no-kill'] }], next: 1 },
		{ words: ['--no-kill=off'], options: [{ name: 'no-kill', value: 'off', words: ['--no-kill=off'] }], next: 1 },
		{ words: ['-N2'], options: [{ name: 'nodes', value: '2', words: ['-N2'] }], next: 1 },
		{ words: ['-N', '2'], options: [{ name: 'nodes', value: '2', words: ['-N', '2'] }], next: 2 },
		{ words: ['-N=2'], options: [{ name: 'nodes', value: '=2', words: ['-N=2'] }], next: 1 },
		{ words: ['-koff'], options: [{ name: 'no-kill', value: 'off', words: ['-koff'] }], next: 1 },
		{ words: ['-k', 'off'], options: [{ name: 'no-kill', words: ['-k'] }], next: 1 },
		{
			words: ['-HON2', 'x'],
			options: [
				{ name: 'hold', words: ['-H'] },
				{ name: 'overcommit', words: ['-O'] },
				{ name: 'nodes', value: '2', words: ['-N2'] },
			],
			next: 1,
		},
		{
			words: ['-HN', '2'],
			options: [
				{ name: 'hold', words: ['-H'] },
				{ name: 'nodes', value: '2', words: ['-N', '2'] },
			],
			next: 2,
		},
		{
			words: ['-HkN2'],
			options: [
				{ name: 'hold', words: ['-H'] },
				{ name: 'no-kill', value: 'N2', words: ['-kN2'] },
			],
			next: 1,
		},
	])('$words', ({ words, options, next }) => {
		expect(readOption(TABLE, words, 0)).toEqual({ options, next });
	});

	it.each([
		{ words: ['--ti', '5'], fault: { fault: 'ambiguous', option: '--ti', candidates: ['time', 'time-min'] } },
		{ words: ['--tim=5'], fault: { fault: 'ambiguous', option: '--tim', candidates: ['time', 'time-min'] } },
		{ words: ['--time'], fault: { fault: 'missing-value', option: '--time' } },
		{ words: ['-t'], fault: { fault: 'missing-value', option: '-t' } },
		{ words: ['-HN'], fault: { fault: 'missing-value', option: '-N' } },
		{ words: ['--hold=x'], fault: { fault: 'unwanted-value', option: '--hold' } },
	])('$words is a fault', ({ words, fault }) => {
		expect(readOption(TABLE, words, 0)).toEqual(fault);
	});

	it.each(['-', '--', '', 'x', 'x=--time', '--HOLD', '--timer', '--=x', '-Z', '-HZ', '-H-', '—time'])(
		'%j is no option of the table',
		(word) => {
			expect(readOption(TABLE, [word, 'value'], 0)).toBeUndefined();
		},
	);

	it('begins where it is told, and nowhere behind the end', () => {
		expect(readOption(TABLE, ['x', '--hold'], 1)).toEqual({ options: [{ name: 'hold', words: ['--hold'] }], next: 2 });
		expect(readOption(TABLE, ['--hold'], 1)).toBeUndefined();
	});

	it('takes no abbreviations where the table has none', () => {
		expect(readOption({ ...TABLE, abbreviations: false }, ['--hol'], 0)).toBeUndefined();
	});
});

describe('our own options', () => {
	const own = ownOptionTable([
		{ name: 'wait', takes: 'none' },
		{ name: 'output-dir', takes: 'required' },
		{ name: 'follow', takes: 'none', short: 'f' },
	]);

	it.each([
		{ words: ['--wait'], name: 'wait' },
		{ words: ['--no-wait'], name: 'no-wait' },
		{ words: ['-f'], name: 'follow' },
		{ words: ['--output-dir', 'x'], name: 'output-dir', value: 'x' },
	])('$words', ({ words, name, value }) => {
		const option = value === undefined ? { name, words } : { name, value, words };
		expect(readOption(own, words, 0)).toEqual({ options: [option], next: words.length });
	});

	it.each(['--wai', '--no-output-dir', '--output'])('%s is none of them', (word) => {
		expect(readOption(own, [word, 'x'], 0)).toBeUndefined();
	});
});

describe('what is said', () => {
	it.each([
		[
			{ fault: 'missing-value', option: '--time' },
			"'--time' needs a value",
			'write it behind the option; --help says what it means',
		],
		[{ fault: 'unwanted-value', option: '--hold' }, "'--hold' takes no value", 'leave out what follows ='],
		[
			{ fault: 'ambiguous', option: '--ti', candidates: ['time', 'time-min'] },
			"'--ti' could be any of several options",
			'write one of --time, --time-min',
		],
	] as const)('%o', (fault, message, hint) => {
		const trouble = optionTrouble(
			fault.fault === 'ambiguous' ? { ...fault, candidates: [...fault.candidates] } : fault,
		);
		expect(trouble).toMatchObject({ kind: 'usage', message, hint });
	});

	it.each([
		['plain', "'plain'"],
		['two words', "'two words'"],
		['é', "'é'"],
		["it's", `"it's"`],
		['a\nb', String.raw`"a\nb"`],
		['\u001b[2J', String.raw`"\u001b[2J"`],
		['x'.repeat(100_000), `'${'x'.repeat(80)}…'`],
	])('shows %j on one line', (word, shown) => {
		expect(shownWord(word)).toBe(shown);
	});

	it.each([
		['-', false],
		['--', false],
		['', false],
		['x', false],
		['-x', true],
		['--x', true],
		['---', true],
	])('%j looks like an option: %s', (word, expected) => {
		expect(isOptionWord(word)).toBe(expected);
	});

	it.each([
		['--time', 'time'],
		['--time=5=6', 'time'],
		['--=x', ''],
	])('%j is named %j', (word, name) => {
		expect(longName(word)).toBe(name);
	});
});
