import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseClientRecord, renderClientRecord } from '../../src/core/client-record.ts';

const text = fc.string({ unit: 'binary' });
const record = fc.record(
	{
		...{ job: text, script: text, arguments: fc.array(text), rejoin: fc.boolean(), submitted: text, array: text },
		takenOut: fc.oneof(text, fc.constant(true as const)),
	},
	{ requiredKeys: ['job', 'arguments', 'rejoin', 'submitted'] },
);

it('what was registered is read back, on one line', () => {
	fc.assert(
		fc.property(record, (record) => {
			const line = renderClientRecord(record);
			expect(line.indexOf('\n')).toBe(line.length - 1);
			expect(parseClientRecord(line)).toEqual(record);
		}),
	);
});

it('anything else is no record, or one of plain words', () => {
	const hostile = fc.oneof(
		fc.string(),
		fc.json(),
		fc.record({ job: fc.anything(), arguments: fc.anything(), submitted: fc.anything() }).map((each) => {
			try {
				return JSON.stringify(each) ?? '';
			} catch {
				return '';
			}
		}),
	);
	fc.assert(
		fc.property(hostile, (text) => {
			const record = parseClientRecord(text);
			if (record === undefined) return;
			expect([record.job, record.submitted, ...record.arguments].every((word) => typeof word === 'string')).toBe(true);
			expect(typeof record.rejoin).toBe('boolean');
		}),
	);
});

it.each([
	'',
	'{',
	'null',
	'[]',
	'{"job":7,"arguments":[],"submitted":""}',
	'{"job":"7","arguments":[],"rejoin":true}',
	'{"job":"7","arguments":["a",1],"submitted":"x"}',
	'{"job":"7","arguments":"a","submitted":"x"}',
])('%s is none', (text) => {
	expect(parseClientRecord(text)).toBeUndefined();
});

it('only what says so rejoins', () => {
	const rejoins = (word: string) =>
		parseClientRecord(`{"job":"7","arguments":[],"submitted":"x","rejoin":${word}}`)?.rejoin;
	expect(rejoins('true')).toBe(true);
	for (const word of ['false', '1', '"true"', 'null', '[]']) expect(rejoins(word)).toBe(false);
});
