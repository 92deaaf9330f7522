// What nghttp2 packs is the oracle, behind node's own server and client: it shortens letters wherever that pays.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packFields, unpackFields } from '../../src/adapters/ray/hpack.ts';
import { connectHttp2 } from '../../src/adapters/ray/http2.ts';

const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

describe('packed header fields', () => {
	// The first ones are RFC 7541's own examples (C.2 to C.6), with nothing that refers to a table of one's own.
	it.each<[string, string, Record<string, string>]>([
		[
			'spelt out, to be kept',
			'400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
			{ 'custom-key': 'custom-header' },
		],
		['with a name of the table', '040c 2f73 616d 706c 652f 7061 7468', { ':path': '/sample/path' }],
		['never to be kept', '1008 7061 7373 776f 7264 0673 6563 7265 74', { password: 'secret' }],
		['from the table', '82', { ':method': 'GET' }],
		['with short letters', '418c f1e3 c2e5 f23a 6ba0 ab90 f4ff', { ':authority': 'www.example.com' }],
		['of an answer', '4803 3330 3258 0770 7269 7661 7465', { ':status': '302', 'cache-control': 'private' }],
		['after a table of no size', '20 88', { ':status': '200' }],
	])('%s', (_, block, fields) => {
		expect(Object.fromEntries(unpackFields(hex(block)))).toEqual(fields);
	});

	it.each([
		['a table that was not offered', '3fe11f'],
		['a field of such a table', 'be'],
		['no field', '80'],
		['a name without an end', '00 05 61'],
		['a number without an end', '00 7f ff ff ff ff ff 01'],
		['a letter that is cut short', '00 01 61 81 fe'],
		['letters beyond the last', '00 01 61 84 ff ff ff ff'],
	])('are refused: %s', (_, block) => {
		expect(() => unpackFields(hex(block))).toThrow();
	});

	it('of any bytes are read or refused', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (block) => {
				try {
					unpackFields(Buffer.from(block));
				} catch (error) {
					expect(error).toBeInstanceOf(Error);
				}
			}),
		);
	});

	it('are read as they were packed', () => {
		const word = fc.string({ unit: fc.constantFrom(...PRINTABLE), maxLength: 400 });
		fc.assert(
			fc.property(fc.dictionary(word, word), (fields) => {
				expect(Object.fromEntries(unpackFields(packFields(Object.entries(fields))))).toEqual(fields);
			}),
		);
	});
});

describe('beside a server of nghttp2', () => {
	let heard: IncomingHttpHeaders = {};
	let answer: Record<string, string> = {};
	const server = createServer();
	server.on('stream', (stream, headers) => {
		heard = headers;
		stream.respond({ ':status': 200, ...answer }, { endStream: true });
	});
	let port = 0;
	beforeAll(async () => {
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		port = (server.address() as AddressInfo).port;
	});
	afterAll(() => server.close());

	it('every header that may be comes through, both ways', async () => {
		const connection = connectHttp2('127.0.0.1', port);
		const value = fc.string({ unit: fc.constantFrom(...PRINTABLE), maxLength: 300 }).map((text) => text.trim());
		await fc.assert(
			fc.asyncProperty(value, value, async (sent, replied) => {
				answer = { 'x-answer': replied };
				let fields: ReadonlyMap<string, string> = new Map();
				await new Promise<void>((resolve, reject) => {
					const question = {
						':method': 'POST',
						':scheme': 'http',
						':path': '/',
						':authority': 'here',
						'x-question': sent,
					};
					connection.ask(Object.entries(question), Buffer.alloc(0), {
						fields(some) {
							fields = some;
						},
						data() {},
						ended: (error) => (error ? reject(error) : resolve()),
					});
				});
				expect([heard['x-question'], fields.get('x-answer')]).toEqual([sent, replied]);
			}),
			{ numRuns: 300 },
		);
		connection.destroy();
	});
});
