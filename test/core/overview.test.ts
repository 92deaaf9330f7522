import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	formOf,
	OVERVIEW_HEADER,
	type OverviewRow,
	parseOverview,
	parsePending,
	renderRow,
} from '../../src/core/overview.ts';

const row: OverviewRow = {
	jobId: '12345',
	runId: '12345-0-abc',
	script: 'experiments/tune.py',
	arguments: ['--lr', '1e-3', 'a "b", c'],
	head: '12300',
	started: '2025-10-28T10:30:00+00:00',
	ended: '2025-10-28T10:31:00+00:00',
	exitCode: 0,
};
const awkward = fc
	.array(
		fc.constantFrom(
			'"',
			'""',
			',',
			'\n',
			'\r',
			'\r\n',
			' ',
			'a',
			'=1+1',
			'\\',
			'[',
			']',
			'é',
			'\u2028',
			'😀',
			'\ufeff',
			'\t',
			';',
			"'",
		),
		{ maxLength: 8 },
	)
	.map((parts) => parts.join(''));
const rows = fc.record({
	jobId: fc.nat().map(String),
	runId: awkward,
	script: awkward,
	arguments: fc.array(awkward, { maxLength: 4 }),
	head: awkward,
	started: awkward,
	ended: awkward,
	exitCode: fc.nat({ max: 255 }),
});

it('is the header of the contract', () => {
	expect(OVERVIEW_HEADER).toBe('job_id,run_id,script,arguments,head,started,ended,exit_code');
});

describe('renderRow', () => {
	it('writes a row', () => {
		expect(renderRow(row)).toBe(
			'12345,12345-0-abc,experiments/tune.py,"[""--lr"",""1e-3"",""a \\""b\\"", c""]",12300,2025-10-28T10:30:00+00:00,2025-10-28T10:31:00+00:00,0',
		);
	});

	it('quotes where a reader might trim', () => {
		expect(renderRow({ ...row, script: ' a.py' }).split(',')[2]).toBe('" a.py"');
	});

	it('leaves the code out where nobody saw it', () => {
		const { exitCode: _, ...unseen } = row;
		expect(renderRow({ ...unseen, ended: '' })).toMatch(/,2025-10-28T10:30:00\+00:00,,$/);
	});

	it("is what Python's csv and json read back", () => {
		const program = `
import csv, io, json, sys
texts = json.load(sys.stdin)
print(json.dumps([[dict(r, arguments=json.loads(r["arguments"])) for r in csv.DictReader(io.StringIO(t, newline=""))] for t in texts]))`;
		fc.assert(
			fc.property(fc.array(fc.array(rows, { maxLength: 4 }), { minLength: 60, maxLength: 60 }), (files) => {
				const texts = files.map((each, index) => {
					const eol = index % 2 === 0 ? '\n' : '\r\n';
					return [OVERVIEW_HEADER, ...each.map((one) => renderRow(one)), ''].join(eol);
				});
				const read = execFileSync('python3', ['-c', program], { input: JSON.stringify(texts), encoding: 'utf8' });
				expect(JSON.parse(read)).toEqual(
					files.map((each) =>
						each.map((one) => ({
							job_id: one.jobId,
							run_id: one.runId,
							script: one.script,
							arguments: one.arguments,
							head: one.head,
							started: one.started,
							ended: one.ended,
							exit_code: String(one.exitCode),
						})),
					),
				);
			}),
			{ numRuns: 2, endOnFailure: true },
		);
	});
});

describe('parseOverview', () => {
	it('reads back what was written', () => {
		fc.assert(
			fc.property(fc.array(rows, { maxLength: 5 }), (each) => {
				const text = [OVERVIEW_HEADER, ...each.map((one) => renderRow(one)), ''].join('\n');
				expect(parseOverview(text)).toEqual(each);
			}),
		);
	});

	it('passes over what is no row, and a quote that is never closed', () => {
		const text = `${OVERVIEW_HEADER}\n\n${renderRow(row)}\nmy own notes\n1,2,3,{},5,6,7,8\n"torn`;
		expect(parseOverview(text)).toEqual([row]);
	});
});

describe('formOf', () => {
	const swapped = 'run_id,job_id,notes,script,arguments,head,started,ended,exit_code';
	it.each([
		['ours', `${OVERVIEW_HEADER}\nx`, { eol: '\n', strange: false }],
		[
			'saved by a spreadsheet',
			`\ufeff"job_id",run_id,script,arguments,head,started,ended,exit_code\r\n`,
			{ eol: '\r\n', strange: false },
		],
		['with moved and added columns', `${swapped}\n`, { columns: swapped.split(','), strange: false }],
		[
			'with a renamed column',
			`${OVERVIEW_HEADER.replace('ended', 'finished')}\n`,
			{ columns: OVERVIEW_HEADER.split(','), strange: true },
		],
		['without a header', `${renderRow(row)}\n`, { columns: OVERVIEW_HEADER.split(','), strange: true }],
	])('of a file %s', (_, text, expected) => {
		expect(formOf(text)).toMatchObject(expected);
	});

	it('puts values under the names the file has', () => {
		const text = `${swapped}\n${renderRow(row, formOf(`${swapped}\n`).columns)}\n`;
		expect(text).toContain('\n12345-0-abc,12345,,experiments/tune.py,');
		expect(parseOverview(text)).toEqual([row]);
	});
});

describe('parsePending', () => {
	const { ended: _ended, exitCode: _exitCode, ...run } = row;
	it.each([run, { ...run, ended: 'x' }, row])('reads %j', (pending) => {
		expect(parsePending(JSON.stringify(pending))).toEqual(pending);
	});
	it.each([
		'',
		'null',
		'[]',
		'{}',
		'{"jobId":"1"}',
		JSON.stringify({ ...run, arguments: 'x' }),
		JSON.stringify({ ...run, ended: 1 }),
	])('refuses %s', (text) => {
		expect(parsePending(text)).toBeUndefined();
	});
});
