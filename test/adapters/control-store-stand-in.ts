// A small gRPC server for tests: answers as it is told and remembers what it was asked. It keeps no process alive.
import { createServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { openControlStore } from '../../src/adapters/ray/control-store.ts';

export interface Question {
	path: string;
	headers: IncomingHttpHeaders;
	/** Without the five bytes before it. */
	message: Buffer;
}

export interface StandIn {
	address: string;
	port: number;
	questions: Question[];
	/** Connections made to it so far. */
	connections(): number;
	/** Ends its connections as gRPC servers do that shut down in good order. */
	goodBye(): Promise<void>;
	close(): Promise<void>;
}

export async function standIn(
	answer: (stream: ServerHttp2Stream, question: Question) => void,
	port = 0,
): Promise<StandIn> {
	const questions: Question[] = [];
	const sessions: ServerHttp2Session[] = [];
	const server = createServer();
	server.on('session', (session) => {
		sessions.push(session);
		session.on('error', () => {});
		session.unref();
	});
	server.on('stream', (stream, headers) => {
		const body: Buffer[] = [];
		stream.on('error', () => {});
		stream.on('data', (chunk: Buffer) => body.push(chunk));
		stream.on('end', () => {
			const question = { path: headers[':path'] ?? '', headers, message: Buffer.concat(body).subarray(5) };
			questions.push(question);
			answer(stream, question);
		});
	});
	await listen(server, port);
	return {
		...addressOf(server),
		questions,
		connections: () => sessions.length,
		async goodBye() {
			await Promise.all(sessions.map((session) => new Promise<void>((resolve) => session.close(resolve))));
		},
		async close() {
			for (const session of sessions) session.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Something that listens and is no gRPC server. */
export async function listener(onSocket: (socket: Socket) => void) {
	const sockets: Socket[] = [];
	const server = createTcpServer((socket) => {
		sockets.push(socket);
		socket.on('error', () => {});
		socket.unref();
		// Unread, its end would not be seen.
		socket.resume();
		onSocket(socket);
	});
	await listen(server, 0);
	return {
		...addressOf(server),
		/** Sockets that neither side has closed. */
		connected: () => sockets.filter((socket) => !socket.destroyed).length,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function listen(server: Pick<Server, 'listen' | 'unref'>, port: number): Promise<void> {
	await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
	server.unref();
}

function addressOf(server: Pick<Server, 'address'>) {
	const { port } = server.address() as AddressInfo;
	return { port, address: `127.0.0.1:${port}` };
}

/** The five bytes, then the message. `claimedBytes` lies about its length. */
export function framed(message: Uint8Array, { flag = 0, claimedBytes = message.length } = {}): Buffer {
	const prefix = Buffer.alloc(5);
	prefix[0] = flag;
	prefix.writeUInt32BE(claimedBytes, 1);
	return Buffer.concat([prefix, message]);
}

/** A complete answer: its body in pieces of the given size, then the trailers. */
export async function respond(
	stream: ServerHttp2Stream,
	body: Uint8Array,
	{ pieceBytes = body.length, trailers = { 'grpc-status': '0' } as Record<string, string> } = {},
): Promise<void> {
	stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
	stream.on('wantTrailers', () => stream.sendTrailers(trailers));
	for (let at = 0; at < body.length && !stream.destroyed; at += pieceBytes) {
		const more = stream.write(body.subarray(at, at + pieceBytes));
		if (!more) await new Promise((resolve) => stream.once('drain', resolve).once('close', resolve));
		// Apart in time, so that they are frames of their own.
		if (pieceBytes < 64) await new Promise(setImmediate);
	}
	stream.end();
}

/** A failure without message and trailers, as gRPC servers send it. */
export function fail(stream: ServerHttp2Stream, code: number, message = ''): void {
	stream.respond(
		{ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(code), 'grpc-message': message },
		{ endStream: true },
	);
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
	await Promise.all(open.splice(0).map((one) => one.close()));
});

/** Closes it when the test is over. */
export function keep<T extends { close(): unknown }>(one: T): T {
	open.push(one);
	return one;
}

export const storeAt = (address: string, token: string | undefined = 'T') =>
	keep(openControlStore(address, async () => token));
export const served = async (answer: Parameters<typeof standIn>[0]) => keep(await standIn(answer));

export const healthy: Parameters<typeof standIn>[0] = (stream) =>
	void respond(stream, framed(Buffer.from('CAE=', 'base64')));

/** Answers with these bytes whatever is asked. */
export const saying = (base64: string) =>
	served((stream) => void respond(stream, framed(Buffer.from(base64, 'base64'))));
