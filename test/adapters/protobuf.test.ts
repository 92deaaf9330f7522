import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	bytes,
	doublesByName,
	each,
	flag,
	int,
	message,
	one,
	read,
	text,
	texts,
	textsByName,
	write,
} from '../../src/adapters/ray/protobuf.ts';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const PLAIN = message({ count: int(1), name: text(2), id: bytes(3), isDone: flag(16) });
const RICH = message({
	inner: one(1, PLAIN),
	all: each(2, PLAIN),
	words: texts(3),
	labels: textsByName(4),
	sizes: doublesByName(5),
});

describe('a message of protobuf', () => {
	// By the encoding guide of protobuf, and by what its own C++ writes.
	it.each<[string, string, object]>([
		['a number', '08 96 01', { count: 150 }],
		['a number below zero, of 32 or of 64 bits', '08 ff ff ff ff ff ff ff ff ff 01', { count: -1 }],
		['a large number', '08 80 d0 95 ff bc 31', { count: 1700000000000 }],
		['the least number', '08 80 80 80 80 80 80 80 80 80 01', { count: -(2 ** 63) }],
		['the greatest number that is exact', '08 ff ff ff ff ff ff ff 0f', { count: Number.MAX_SAFE_INTEGER }],
		['a text', '12 07 74 65 73 74 69 6e 67', { name: 'testing' }],
		['a number of two bytes for a field', '80 01 01', { isDone: true }],
		['one field twice: the last counts', '08 01 08 02', { count: 2 }],
		['fields that nobody reads, of every kind', '50 01 59 0102030405060708 62 01 41 6d 01020304 08 05', { count: 5 }],
		['a known number of another kind', '0d 01020304 12 01 41', { name: 'A' }],
		['text that is no UTF-8', '12 01 ff', { name: '\ufffd' }],
	])('may hold %s', (_, sent, expected) => {
		expect(read(PLAIN, hex(sent))).toEqual({ count: 0, name: '', id: Buffer.alloc(0), isDone: false, ...expected });
	});

	it.each([
		['a number without an end', '08 ff ff ff ff ff ff ff ff ff ff 01'],
		['a number cut short', '08 96'],
		['a text cut short', '12 05 41'],
		['a length below zero', '12 ff ff ff ff ff ff ff ff ff 01'],
		['a field nobody reads, cut short', '59 01'],
		['a group', '0b'],
	])('is refused: %s', (_, sent) => {
		expect(() => read(PLAIN, hex(sent))).toThrow();
	});

	it('holds others, lists and maps; what is not there is empty', () => {
		const sent =
			'0a 02 08 07  12 02 08 01 12 00  1a 01 61 1a 00  22 06 0a 01 6b 12 01 76 22 00  2a 0c 0a 01 78 11 000000000000f03f';
		const empty = { count: 0, name: '', id: Buffer.alloc(0), isDone: false };
		expect(read(RICH, hex(sent))).toEqual({
			inner: { ...empty, count: 7 },
			all: [{ ...empty, count: 1 }, empty],
			words: ['a', ''],
			labels: { k: 'v', '': '' },
			sizes: { x: 1 },
		});
		expect(read(RICH, Buffer.alloc(0))).toEqual({ inner: undefined, all: [], words: [], labels: {}, sizes: {} });
		const odd = read(RICH, hex('22 10 0a 09 5f5f70726f746f5f5f 12 03 626164'));
		expect(Object.entries(odd.labels)).toEqual([['__proto__', 'bad']]);
	});

	it('is read as it was written', () => {
		const values = fc.record({
			count: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
			name: fc.string({ unit: 'grapheme' }),
			id: fc.uint8Array(),
			isDone: fc.boolean(),
		});
		fc.assert(
			fc.property(values, (sent) => {
				expect(read(PLAIN, write(PLAIN, sent))).toEqual({ ...sent, id: Buffer.from(sent.id) });
			}),
		);
	});

	it('of any bytes is read or refused, in time', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 400 }), (sent) => {
				try {
					read(RICH, sent);
				} catch (error) {
					expect(error).toBeInstanceOf(Error);
				}
			}),
		);
	});
});
