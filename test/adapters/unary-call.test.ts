// What a question meets at the other end, seen through the control store: every case ends in words, and in time.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { openControlStore } from '../../src/adapters/ray/control-store.ts';
import { bytes, message as messageOf, text, write } from '../../src/adapters/ray/protobuf.ts';
import { MAX_ANSWER_BYTES } from '../../src/adapters/ray/unary-call.ts';
import type { Answer } from '../../src/core/control-store.ts';
import {
	fail,
	framed,
	healthy,
	keep,
	listener,
	respond,
	saying,
	served,
	standIn,
	storeAt,
} from './control-store-stand-in.ts';
import { RAY } from './control-store-words.ts';

describe('an answer', () => {
	it('may come in pieces of any size', async () => {
		const body = framed(Buffer.from(RAY.nodes, 'base64'));
		await fc.assert(
			fc.asyncProperty(fc.integer({ min: 1, max: 40 }), async (pieceBytes) => {
				const server = await standIn((stream) => void respond(stream, body, { pieceBytes }));
				const store = openControlStore(server.address, async () => 'T');
				const answer = await store.nodes(1000);
				store.close();
				await server.close();
				return answer.kind === 'answered' && answer.value.length === 2;
			}),
			{ numRuns: 12 },
		);
	});

	it('may be large, and any text comes through', async () => {
		const nodeName = 'näme-'.repeat(200);
		const info = write(messageOf({ nodeName: text(12) }), { nodeName });
		const body = framed(Buffer.concat(Array(5000).fill(write(messageOf({ info: bytes(2) }), { info }))));
		expect(body.length).toBeGreaterThan(5_000_000);
		const server = await served((stream) => void respond(stream, body));
		const answer = await storeAt(server.address).nodes(5000);
		expect(answer.kind === 'answered' && answer.value.map((node) => node.nodeName)).toEqual(Array(5000).fill(nodeName));
	});

	const message = Buffer.from(RAY.nodes, 'base64');
	it.each<[string, Parameters<typeof standIn>[0], Answer<never> | RegExp]>([
		['fails without words', (s) => fail(s, 14), /^gRPC status 14$/],
		['fails with words', (s) => fail(s, 13, 'broke %'), /^gRPC status 13: broke %$/],
		[
			'fails in its trailers',
			(s) => void respond(s, framed(message), { trailers: { 'grpc-status': '2' } }),
			/status 2$/,
		],
		[
			'is not known to this Ray',
			(s) => fail(s, 12, 'no such method'),
			{ kind: 'unsupported', message: 'no such method' },
		],
		['is no by Ray itself', (s) => void respond(s, framed(Buffer.from('CgYIBxICbm8=', 'base64'))), /status 7: no$/],
		['has no status', (s) => void respond(s, framed(message), { trailers: {} }), /before an answer/],
		['has an empty body', (s) => void respond(s, Buffer.alloc(0)), /cut short/],
		['is cut short', (s) => void respond(s, framed(message).subarray(0, 40)), /cut short/],
		['is longer than it says', (s) => void respond(s, framed(message, { claimedBytes: 9 })), /more than one/],
		['is two', (s) => void respond(s, Buffer.concat([framed(message), framed(message)])), /more than one/],
		['is compressed', (s) => void respond(s, framed(message, { flag: 1 })), /compressed/],
		['claims to be huge', (s) => void respond(s, framed(message, { claimedBytes: MAX_ANSWER_BYTES + 1 })), /too long/],
		['is another message', (s) => void respond(s, framed(Buffer.from('ff'.repeat(9), 'hex'))), /makes no sense/],
		['is a web page', (s) => s.respond({ ':status': 200, 'content-type': 'text/html' }), /not gRPC/],
		['is not found', (s) => s.respond({ ':status': 404 }, { endStream: true }), /status 404/],
		['is a reset', (s) => s.close(2), /./],
		['is the end of the connection', (s) => s.session?.destroy(), /./],
		['is a good-bye', (s) => s.session?.goaway(2), /./],
	])('that %s is told in words', async (_, answer, expected) => {
		const server = await served(answer);
		const told = await storeAt(server.address).nodes(4000);
		expect(told).toEqual(
			expected instanceof RegExp ? { kind: 'silent', why: expect.stringMatching(expected) } : expected,
		);
	});

	it.each<[string, Parameters<typeof standIn>[0]]>([
		['comes', () => {}],
		['has a message', (s) => s.respond({ ':status': 200, 'content-type': 'application/grpc' })],
		[
			'ends',
			(s) => {
				s.respond({ ':status': 200, 'content-type': 'application/grpc' });
				s.write(framed(message));
			},
		],
	])('that never %s is waited for as long as was said', async (_, answer) => {
		const server = await served(answer);
		expect(await storeAt(server.address).nodes(60)).toEqual({ kind: 'silent', why: 'no answer within 60 ms' });
	});
});

describe('whoever listens', () => {
	const SETTINGS = Buffer.from('000000040000000000', 'hex');
	const HUGE_FRAME = Buffer.concat([SETTINGS, Buffer.from('ffffff000000000001', 'hex'), Buffer.alloc(100_000)]);
	it.each<[string, Parameters<typeof listener>[0], RegExp]>([
		['is silent', () => {}, /no answer within 100 ms/],
		['hangs up', (s) => s.destroy(), /cut|before an answer/],
		['ends politely', (s) => s.end(), /cut|before an answer/],
		['speaks HTTP/1.1', (s) => s.on('data', () => s.end('HTTP/1.1 400 Bad Request\r\n\r\n')), /does not speak gRPC/],
		['greets as sshd does', (s) => s.write('SSH-2.0-OpenSSH_9.2\r\n'), /does not speak gRPC/],
		['sends garbage', (s) => s.write(Buffer.alloc(100_000, 0xa5)), /does not speak gRPC/],
		['sends a frame of 16 MiB', (s) => s.write(HUGE_FRAME), /does not speak gRPC|no answer/],
		['resets the connection', (s) => s.on('data', () => s.resetAndDestroy()), /cut|before an answer/],
	])('%s: silent, in words, and in time', async (_, onSocket, why) => {
		const server = keep(await listener(onSocket));
		const store = storeAt(server.address);
		for (let again = 0; again < 2; again++) {
			expect(await store.serving(why.test('no answer within 100 ms') ? 100 : 4000)).toEqual({
				kind: 'silent',
				why: expect.stringMatching(why),
			});
		}
		await vi.waitFor(() => expect(server.connected()).toBe(0));
	});

	it('is nobody: told within milliseconds, as often as it is asked, until somebody is there', async () => {
		const first = await saying('CAE=');
		const { port, address } = first;
		await first.close();
		const store = storeAt(address);
		const started = performance.now();
		for (let n = 0; n < 40; n++) {
			expect(await store.serving(200)).toEqual({ kind: 'silent', why: 'nobody listens there' });
		}
		expect(performance.now() - started).toBeLessThan(1000);

		const later = keep(await standIn(healthy, port));
		expect(await store.serving(1000)).toEqual({ kind: 'answered', value: true });
		expect(later.connections()).toBe(1);
	});
});
