// Frames as a server of HTTP/2 may send them, by hand: node's own server sends few of them.
import { describe, expect, it, vi } from 'vitest';
import { packFields } from '../../src/adapters/ray/hpack.ts';
import { connectHttp2 } from '../../src/adapters/ray/http2.ts';
import { framed, keep, listener, storeAt } from './control-store-stand-in.ts';

const DATA = 0;
const HEADERS = 1;
const RESET = 3;
const SETTINGS = 4;
const PUSH = 5;
const PING = 6;
const GOODBYE = 7;
const ROOM = 8;
const MORE = 9;
const END = 1;
const ACK = 1;
const LAST = 4;
const PADDED = 8;
const PRIORITY = 32;

function frame(kind: number, flags: number, id: number, payload: Uint8Array | string = ''): Buffer {
	const bytes = typeof payload === 'string' ? Buffer.from(payload.replaceAll(' ', ''), 'hex') : payload;
	const head = Buffer.alloc(9);
	head.writeUIntBE(bytes.length, 0, 3);
	head[3] = kind;
	head[4] = flags;
	head.writeUInt32BE(id, 5);
	return Buffer.concat([head, bytes]);
}

const padded = (bytes: Buffer) => Buffer.concat([Buffer.of(3), bytes, Buffer.alloc(3)]);
const HELLO = frame(SETTINGS, 0, 0);
const HEAD_FIELDS = packFields([
	[':status', '200'],
	['content-type', 'application/grpc'],
]);
const TAIL_FIELDS = packFields([['grpc-status', '0']]);
const HEAD = frame(HEADERS, LAST, 1, HEAD_FIELDS);
const TAIL = frame(HEADERS, LAST | END, 1, TAIL_FIELDS);
const SERVING = framed(Buffer.from('CAE=', 'base64'));
const BODY = frame(DATA, 0, 1, SERVING);
const LEAVE = (id: string, code = '00000000') => frame(GOODBYE, 0, 0, `${id}${code}`);

/** Says this as soon as it is asked, and hears what comes after. */
async function serverSaying(...frames: readonly Buffer[]) {
	const heard: Buffer[] = [];
	const server = keep(
		await listener((socket) => {
			socket.once('data', () => socket.write(Buffer.concat(frames)));
			socket.on('data', (bytes) => heard.push(bytes));
		}),
	);
	return { ...server, heard: () => Buffer.concat(heard) };
}

describe('an answer', () => {
	it.each<[string, readonly Buffer[]]>([
		['plain', [HELLO, HEAD, BODY, TAIL]],
		['before a word of more', [HELLO, HEAD, BODY, TAIL, frame(RESET, 0, 1, '00000000')]],
		[
			'filled up',
			[HELLO, frame(HEADERS, LAST | PADDED, 1, padded(HEAD_FIELDS)), frame(DATA, PADDED, 1, padded(SERVING)), TAIL],
		],
		[
			'with a place in line',
			[HELLO, frame(HEADERS, LAST | PRIORITY, 1, Buffer.concat([Buffer.alloc(5), HEAD_FIELDS])), BODY, TAIL],
		],
		[
			'whose head comes in parts',
			[
				HELLO,
				frame(HEADERS, 0, 1, HEAD_FIELDS.subarray(0, 7)),
				frame(MORE, 0, 1),
				frame(MORE, LAST, 1, HEAD_FIELDS.subarray(7)),
				BODY,
				TAIL,
			],
		],
		[
			'whose tail comes in parts',
			[
				HELLO,
				HEAD,
				BODY,
				frame(HEADERS, END, 1, TAIL_FIELDS.subarray(0, 3)),
				frame(MORE, LAST, 1, TAIL_FIELDS.subarray(3)),
			],
		],
		[
			'after a word that more is to come',
			[HELLO, frame(HEADERS, LAST, 1, packFields([[':status', '103']])), HEAD, BODY, TAIL],
		],
		['among frames of no kind we know', [HELLO, frame(77, 255, 1, 'ff'), HEAD, frame(200, 0, 0), BODY, TAIL]],
		['of another question beside it', [HELLO, frame(DATA, END, 9, 'ff'), HEAD, BODY, TAIL]],
		['before a good-bye', [HELLO, LEAVE('7fffffff'), HEAD, BODY, LEAVE('00000001'), TAIL]],
		['in empty pieces, too', [HELLO, HEAD, frame(DATA, 0, 1), BODY, frame(DATA, 0, 1), TAIL]],
	])('%s', async (_, frames) => {
		const { address } = await serverSaying(...frames);
		expect(await storeAt(address).serving(4_000)).toEqual({ kind: 'answered', value: true });
	});

	it.each<[string, readonly Buffer[], RegExp]>([
		['without a greeting', [HEAD, BODY, TAIL], /no greeting/],
		['in headers without an end', [HELLO, frame(HEADERS, 0, 1, HEAD_FIELDS), BODY], /without an end or a beginning/],
		[
			'in headers of two',
			[HELLO, frame(HEADERS, 0, 1, HEAD_FIELDS), frame(MORE, LAST, 3)],
			/without an end or a beginning/,
		],
		['in headers without a beginning', [HELLO, frame(MORE, LAST, 1, HEAD_FIELDS)], /without an end or a beginning/],
		['in ever more headers', [HELLO, frame(HEADERS, 0, 1), ...Array(50_000).fill(frame(MORE, 0, 1))], /too long/],
		['of nothing but filling', [HELLO, HEAD, frame(DATA, PADDED, 1, '05 0000')], /nothing but padding/],
		['to no question', [HELLO, frame(PUSH, LAST, 1, '00000002')], /to no question/],
		['that was broken off', [HELLO, HEAD, frame(RESET, 0, 1, '00000002')], /^it broke off \(HTTP\/2 error 2\)$/],
		['that was broken off without a reason', [HELLO, frame(RESET, 0, 1)], /does not speak gRPC/],
		['after the last one', [HELLO, LEAVE('00000000'), HEAD, BODY, TAIL], /cut/],
		[
			'of whoever ends in anger',
			[HELLO, LEAVE('00000001', '0000000b')],
			/^it ended the connection \(HTTP\/2 error 11\)$/,
		],
		[
			'whose status is no number',
			[HELLO, HEAD, BODY, frame(HEADERS, LAST | END, 1, packFields([['grpc-status', '']]))],
			/no number/,
		],
		[
			'that is only more to come',
			[HELLO, frame(HEADERS, LAST | END, 1, packFields([[':status', '103']]))],
			/before an answer/,
		],
	])('%s is none, in words and at once', async (_, frames, why) => {
		const { address } = await serverSaying(...frames);
		const began = performance.now();
		expect(await storeAt(address).serving(8_000)).toEqual({ kind: 'silent', why: expect.stringMatching(why) });
		expect(performance.now() - began).toBeLessThan(4_000);
	});
});

describe('the connection', () => {
	it('greets, takes any settings, and answers whoever asks whether it is there', async () => {
		const asked = await serverSaying(
			HELLO,
			frame(PING, 0, 0, '0102030405060708'),
			frame(PING, ACK, 0, 'ff'.repeat(8)),
			frame(SETTINGS, ACK, 0),
			HEAD,
			BODY,
			TAIL,
		);
		await storeAt(asked.address).serving(4_000);
		const said = () => asked.heard().toString('hex');
		await vi.waitFor(() => expect(said()).toContain(frame(PING, ACK, 0, '0102030405060708').toString('hex')));
		expect(asked.heard().toString('latin1')).toMatch(/^PRI \* HTTP\/2\.0\r\n\r\nSM\r\n\r\n/);
		expect(said().split(frame(SETTINGS, ACK, 0).toString('hex'))).toHaveLength(2);
		expect(said()).not.toContain('ff'.repeat(8));
	});

	it('is over with whoever asks for ever, and does not listen', async () => {
		const pings = Buffer.concat(Array(200_000).fill(frame(PING, 0, 0, '0102030405060708')));
		let taken = 0;
		const server = keep(
			await listener((socket) => {
				socket.once('data', () => {
					socket.pause();
					socket.write(HELLO);
					for (let times = 0; times < 8; times++) socket.write(pings, () => taken++);
				});
			}),
		);
		expect(await storeAt(server.address).serving(20_000)).toMatchObject({
			why: expect.stringMatching(/does not listen|cut/),
		});
	});

	it('asks for more room before there is none, and is left where it gives none', async () => {
		const chunk = frame(DATA, 0, 3, Buffer.alloc(16_384));
		const generous = await serverSaying(HELLO, ...Array(1_100).fill(chunk), HEAD, BODY, TAIL);
		await storeAt(generous.address).serving(8_000);
		await vi.waitFor(() => expect(generous.heard().toString('hex')).toMatch(/0000040800000000000100[0-9a-f]{4}/));

		const mean = await serverSaying(HELLO);
		const connection = connectHttp2('127.0.0.1', mean.port);
		const ask = () =>
			connection.ask([[':method', 'POST']], Buffer.alloc(16_000), { fields() {}, data() {}, ended() {} });
		for (let times = 0; times < 4; times++) {
			expect(connection.takesQuestions).toBe(true);
			ask();
		}
		expect(connection.takesQuestions).toBe(false);
		connection.destroy();

		const giving = await serverSaying(HELLO, frame(ROOM, 0, 0, '0000ffff'));
		const again = connectHttp2('127.0.0.1', giving.port);
		for (let times = 0; times < 4; times++)
			again.ask([[':method', 'POST']], Buffer.alloc(16_000), { fields() {}, data() {}, ended() {} });
		await vi.waitFor(() => expect(again.takesQuestions).toBe(true));
		again.destroy();
	});

	it('that takes no more questions is closed when the next is made, and all of them with the store', async () => {
		const server = await serverSaying(HELLO, HEAD, BODY, TAIL);
		const store = storeAt(server.address);
		expect(await store.drain('ab', 'idle', 'x'.repeat(30_000), 1, 1_000)).toMatchObject({ why: 'too long a question' });
		for (const _ of Array(10)) await store.drain('ab', 'idle', 'x'.repeat(12_000), 1, 20);
		await vi.waitFor(() => expect(server.connected()).toBeLessThanOrEqual(1));
		const left = [store.serving(5_000), store.drain('ab', 'idle', 'x', 1, 5_000)];
		store.close();
		await Promise.all(left);
		await vi.waitFor(() => expect(server.connected()).toBe(0));
	});

	it.each(['10.0.0.1:70000', ':6379', 'host', '127.0.0.1:0'])('to %s is not tried', async (address) => {
		expect(await storeAt(address).serving(1_000)).toMatchObject({ kind: 'silent' });
	});
});
