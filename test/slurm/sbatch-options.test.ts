// Our reading of sbatch's options against the sbatch of this machine. Every call is --test-only or fails: no job is made.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ReadOption, readOption } from '../../src/core/option-table.ts';
import { readOwnership, sbatchTimeSeconds } from '../../src/core/sbatch-options.ts';
import { SBATCH_TABLE } from '../../src/core/sbatch-table.ts';

const { missing } = inject('bed');

describe.skipIf(missing !== undefined)('sbatch itself', () => {
	let folder: string;
	let script: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'sbatch-options-'));
		script = join(folder, 'job.sh');
		writeFileSync(script, '#!/bin/bash\n');
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	/** What sbatch understood, by its own list of the options that were given. */
	function understood(words: readonly string[]): { options: Map<string, string>; refused: boolean } {
		const output = sbatch(['-vv', '--test-only', ...words, script]);
		const [, list] = /defined options\n([\s\S]*)end of defined options/.exec(output) ?? [];
		const lines = [...(list ?? '').matchAll(/^sbatch: (\S+) +: (.*)$/gm)];
		const options = new Map(lines.map(([, name = '', value = '']) => [name, value]));
		for (const name of ['verbose', 'test-only']) options.delete(name);
		return { options, refused: list === undefined };
	}

	it('knows our options by the same letters and takes values where we do', () => {
		const listed = [...sbatch(['--help']).matchAll(/^ +(?:-(\w),? +)?--([a-z-]+)(=?)/gm)];
		expect(listed.length).toBeGreaterThan(80);
		for (const [line, letter, name = '', equals] of listed) {
			expect(SBATCH_TABLE.long.has(name), line).toBe(true);
			if (letter !== undefined) expect(SBATCH_TABLE.short.get(letter), line).toBe(name);
			if (equals === '=') expect(SBATCH_TABLE.long.get(name), line).toBe('required');
		}
	});

	it('takes the next word as a value exactly where we do', () => {
		const known = [...SBATCH_TABLE.long].map(([name, takes]) => ({ name, takes, asked: askGetopt(name) }));
		const shared = known.filter(({ asked }) => asked.takes !== 'unknown');
		expect(shared.length).toBeGreaterThan(100);
		for (const { name, takes, asked } of shared) {
			expect({ name, required: takes === 'required' }).toEqual({ name, required: asked.takes === 'required' });
			// The table is one for all versions: a value that some sbatch allows, we allow.
			if (asked.takes === 'optional') expect(takes, name).toBe('optional');
			if (takes === 'none') expect(asked.takes, name).toBe('none');
		}
	});

	it('has no letter that we lack, nor the other way round', () => {
		for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789') {
			const output = sbatch(['--test-only', `-${letter}`]);
			const name = SBATCH_TABLE.short.get(letter);
			expect({ letter, known: !/invalid option/.test(output) }).toEqual({ letter, known: name !== undefined });
			if (name === undefined) continue;
			const required = SBATCH_TABLE.long.get(name) === 'required';
			expect({ letter, required: /requires an argument/.test(output) }).toEqual({ letter, required });
		}
	});

	it('reads an abbreviation as we do, or we refuse it', () => {
		const prefixes = [...SBATCH_TABLE.long.keys()].flatMap((name) => [name.slice(0, 3), name.slice(0, -1)]);
		let read = 0;
		for (const typed of new Set(prefixes)) {
			if (SBATCH_TABLE.long.has(typed)) continue;
			const asked = askGetopt(typed);
			const reading = readOption(SBATCH_TABLE, [`--${typed}`, 'x'], 0);
			if (asked.takes === 'unknown') continue; // an option of a newer Slurm
			if (asked.takes === 'ambiguous') expect(reading, typed).toMatchObject({ fault: 'ambiguous' });
			if (reading === undefined || 'fault' in reading) continue;
			read += 1;
			if (asked.name !== undefined) expect(reading.options[0]?.name).toBe(asked.name);
		}
		expect(read).toBeGreaterThan(60);
	});

	const typed = [
		...[
			'-p nowhere',
			'-pnowhere',
			'--part=nowhere',
			'--time 5',
			'-t 1:00',
			'-N 2',
			'-N2',
			'-H',
			'-HO',
			'-HON2',
			'-HN 2',
		],
		...[
			'--nice',
			'--nice=5',
			'-k',
			'-koff',
			'-Hkoff',
			'--exclusive',
			'--exclusive=user',
			'--comment --time=9',
			'--comment --',
		],
		...['-J -t9', '--mem=5G', '-c 2', '-c4', '-D /tmp', '--propagate', '--propagate=ALL', '-W', '--parsable', '--requ'],
		...['--signal USR1@9', '-C x.py', '--export ALL,A=b', '--dependency=afterany:1'],
	];

	it('understands any row of options as we do', () => {
		fc.assert(
			fc.property(fc.shuffledSubarray(typed, { maxLength: 6 }), (chosen) => {
				const words = chosen.flatMap((option) => option.split(' '));
				const { options, refused } = understood(words);
				expect(refused).toBe(false);
				const names = ourReading(words).map(({ name }) => name);
				expect([...options.keys()].sort()).toEqual([...new Set(names)].sort());
			}),
			{ numRuns: 40 },
		);
	});

	it('understands times as we do', () => {
		const fixed = [
			'90',
			'1-',
			'99:99',
			'99:99:99',
			'1-99',
			'0',
			'0:0',
			'00:30',
			'-1',
			'UNLIMITED',
			'infinite',
			'1:',
			':1',
			'5m',
			'',
			' 5',
		];
		const random = fc.string({ unit: fc.constantFrom(...'0159:-'), minLength: 1, maxLength: 7 });
		fc.assert(
			fc.property(
				// Of more days than a number holds sbatch makes something else.
				random.filter((text) => !text.startsWith('-') && !/^\d{5,}-/.test(text)),
				agreesOnTime,
			),
			{ numRuns: 60, examples: fixed.map((text) => [text]) },
		);
	});

	function agreesOnTime(text: string): void {
		const { options, refused } = understood([`--time=${text}`]);
		const ours = attempt(() => sbatchTimeSeconds(text));
		const printed = options.get('time');
		const theirs = refused || printed === undefined ? 'refused' : printedSeconds(printed);
		expect({ text, seconds: ours }).toEqual({ text, seconds: theirs });
	}

	it.each([
		'USR1',
		'usr1@60',
		'SIGUSR1@5',
		'10@7',
		'B:USR1@600',
		'R:USR1@9',
		'RB:USR1@9',
		'BR:10@9',
		'BUSR1@5',
		'@5',
		'USR1@70000',
		'USR1@5s',
		'0',
	])('understands --signal=%s as we do', (text) => {
		const { options, refused } = understood([`--signal=${text}`]);
		const ours = attempt(() => {
			const { leadSeconds, overlapsReservation } = readOwnership(ourReading(['--signal', text]), 'head');
			return { leadSeconds, overlaps: overlapsReservation === true };
		});
		const match = /^(?:(R?)B?:)?USR1(?:@(\d+))?$/.exec(options.get('signal') ?? '');
		const theirs = { leadSeconds: Number(match?.[2] ?? 60), overlaps: match?.[1] === 'R' };
		expect(ours).toEqual(refused ? 'refused' : theirs);
	});
});

/** getopt says in its complaints which option it took a word for, and whether that takes a value. */
function askGetopt(typed: string): {
	takes: 'none' | 'required' | 'optional' | 'ambiguous' | 'unknown';
	name?: string;
} {
	const alone = sbatch(['--test-only', `--${typed}`]);
	if (alone.includes('unrecognized option')) return { takes: 'unknown' };
	if (alone.includes('is ambiguous')) return { takes: 'ambiguous' };
	const [, required] = /option '--(.*)' requires an argument/.exec(alone) ?? [];
	if (required !== undefined) return { takes: 'required', name: required };
	const [, none] = /option '--(.*)' doesn't allow an argument/.exec(sbatch(['--test-only', `--${typed}=x`])) ?? [];
	return none === undefined ? { takes: 'optional' } : { takes: 'none', name: none };
}

function sbatch(words: readonly string[]): string {
	const { stdout, stderr, error } = spawnSync('sbatch', words, { input: '', encoding: 'utf8', timeout: 30_000 });
	if (error) throw error;
	return stdout + stderr;
}

function ourReading(words: readonly string[]): ReadOption[] {
	const options: ReadOption[] = [];
	for (let index = 0; index < words.length; ) {
		const reading = readOption(SBATCH_TABLE, words, index);
		if (!reading || 'fault' in reading) throw new Error(`not options of sbatch: ${words.slice(index).join(' ')}`);
		options.push(...reading.options);
		index = reading.next;
	}
	return options;
}

function attempt<T>(read: () => T): T | 'refused' {
	try {
		return read();
	} catch {
		return 'refused';
	}
}

function printedSeconds(printed: string): number {
	const [, d, h, m, s] = /^(?:(\d+)-)?(\d+):(\d+):(\d+)$/.exec(printed) ?? [];
	const seconds = ((Number(d ?? 0) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s);
	return printed === 'UNLIMITED' || seconds === 0 ? Number.POSITIVE_INFINITY : seconds;
}
