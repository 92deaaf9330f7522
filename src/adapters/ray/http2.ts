// A connection of HTTP/2 (RFC 9113) as a client of gRPC uses it: short questions, answers of any length, many at once. By hand
// because node:http2 takes longer to load than the control store takes to answer, and every `status` waits for that.
// It never keeps the process alive. A question ends with one call of `ended`, once its answer or the connection is over; how
// long that may take is the asker's to say.
import { connect, type Socket } from 'node:net';
import { type HeaderField, packFields, unpackFields } from './hpack.ts';

export interface Heard {
	/** The answer's head, and its tail where there is one. */
	fields(fields: ReadonlyMap<string, string>): void;
	data(chunk: Buffer): void;
	/** With why, where the other side has not said the answer to its end. */
	ended(error?: NodeJS.ErrnoException): void;
}

export interface Connection {
	readonly isConnecting: boolean;
	/** May it be asked more? */
	readonly takesQuestions: boolean;
	/** Gives what gives the question up: nothing more is heard of it then, its end neither. */
	ask(fields: readonly HeaderField[], body: Buffer, heard: Heard): () => void;
	destroy(): void;
}

export const NOT_HTTP2 = 'ERR_NOT_HTTP2';

const FRAME = {
	DATA: 0,
	HEADERS: 1,
	RST_STREAM: 3,
	SETTINGS: 4,
	PUSH_PROMISE: 5,
	PING: 6,
	GOAWAY: 7,
	WINDOW_UPDATE: 8,
	CONTINUATION: 9,
};
const END_STREAM = 0x1;
const ACK = 0x1;
const END_HEADERS = 0x4;
const PADDED = 0x8;
const WITH_PRIORITY = 0x20;
const CANCEL = 8;

const HEAD_BYTES = 9;
/** What either side may send in one frame, unless it is told of more. */
const MAX_FRAME_BYTES = 16_384;
const MAX_FIELDS_FRAMES = 4;
/** Of replies to pings that the other side does not take. */
const MAX_UNTAKEN_BYTES = 2 ** 20;
const GREATEST = 2 ** 31 - 1;
const FIRST_WINDOW = 65_535;
/** Answers are to come without waiting for us: their room is made anew long before it is used up. */
const ROOM_AGAIN_BYTES = 2 ** 24;

/** No pushing, no table of headers, and room for whatever comes. */
const SETTINGS = [0x2, 0, 0x1, 0, 0x4, GREATEST];

export function connectHttp2(host: string, port: number): Connection {
	const socket = connect({ host, port, noDelay: true });
	socket.unref();
	return new Http2(socket);
}

class Http2 implements Connection {
	readonly #socket: Socket;
	readonly #heard = new Map<number, Heard>();
	#lastId = -1;
	#rest: Buffer = Buffer.alloc(0);
	/** Fields that go on in the next frame. */
	#begun: { readonly id: number; readonly flags: number; readonly parts: readonly Buffer[] } | undefined;
	#isGreeted = false;
	#isLeaving = false;
	#received = 0;
	/** What may still be sent: nobody waits for room here, a new connection has it. */
	#window = FIRST_WINDOW;

	constructor(socket: Socket) {
		this.#socket = socket;
		socket.on('data', (bytes: Buffer) => this.#read(bytes));
		socket.on('error', (error) => this.#over(error));
		socket.on('end', () => this.#over(cut()));
		socket.on('close', () => this.#over(cut()));
		const settings = Buffer.alloc(SETTINGS.length * 3);
		for (let at = 0; at < SETTINGS.length; at += 2) {
			settings.writeUInt16BE(SETTINGS[at] ?? 0, at * 3);
			settings.writeUInt32BE(SETTINGS[at + 1] ?? 0, at * 3 + 2);
		}
		socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
		this.#send(FRAME.SETTINGS, 0, 0, settings);
		this.#send(FRAME.WINDOW_UPDATE, 0, 0, number(GREATEST - FIRST_WINDOW));
	}

	get isConnecting(): boolean {
		return this.#socket.connecting;
	}

	get takesQuestions(): boolean {
		return !this.#isLeaving && !this.#socket.destroyed && this.#window > MAX_FRAME_BYTES && this.#lastId < GREATEST - 2;
	}

	ask(fields: readonly HeaderField[], body: Buffer, heard: Heard): () => void {
		const block = packFields(fields);
		if (block.length > MAX_FRAME_BYTES || body.length > MAX_FRAME_BYTES) throw new Error('too long a question');
		this.#lastId += 2;
		const id = this.#lastId;
		this.#heard.set(id, heard);
		this.#window -= body.length;
		this.#send(FRAME.HEADERS, END_HEADERS, id, block);
		this.#send(FRAME.DATA, END_STREAM, id, body);
		return () => {
			if (this.#heard.delete(id)) this.#send(FRAME.RST_STREAM, 0, id, number(CANCEL));
			this.#leaveIfDone();
		};
	}

	destroy(): void {
		this.#over(cut());
	}

	#send(kind: number, flags: number, id: number, payload: Buffer): void {
		if (this.#socket.destroyed) return;
		const head = Buffer.alloc(HEAD_BYTES);
		head.writeUIntBE(payload.length, 0, 3);
		head[3] = kind;
		head[4] = flags;
		head.writeUInt32BE(id, 5);
		this.#socket.write(Buffer.concat([head, payload]));
	}

	#over(error: Error): void {
		this.#isLeaving = true;
		this.#socket.destroy();
		const left = [...this.#heard.values()];
		this.#heard.clear();
		for (const heard of left) heard.ended(error);
	}

	#leaveIfDone(): void {
		if (this.#isLeaving && this.#heard.size === 0) this.#socket.destroy();
	}

	#end(id: number, error?: Error): void {
		const heard = this.#heard.get(id);
		this.#heard.delete(id);
		heard?.ended(error);
		this.#leaveIfDone();
	}

	#read(bytes: Buffer): void {
		try {
			let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
			while (rest.length >= HEAD_BYTES && !this.#socket.destroyed) {
				const length = rest.readUIntBE(0, 3);
				if (length > MAX_FRAME_BYTES) throw new Error('a frame that is too long');
				if (rest.length < HEAD_BYTES + length) break;
				const [kind = 0, flags = 0] = rest.subarray(3);
				const id = rest.readUInt32BE(5) & GREATEST;
				this.#take(kind, flags, id, rest.subarray(HEAD_BYTES, HEAD_BYTES + length));
				rest = rest.subarray(HEAD_BYTES + length);
			}
			this.#rest = rest;
		} catch (error) {
			this.#over(Object.assign(error instanceof Error ? error : new Error(String(error)), { code: NOT_HTTP2 }));
		}
	}

	#take(kind: number, flags: number, id: number, payload: Buffer): void {
		if (!this.#isGreeted && kind !== FRAME.SETTINGS) throw new Error('no greeting of HTTP/2');
		this.#isGreeted = true;
		const goesOn = kind === FRAME.CONTINUATION;
		if (goesOn !== (this.#begun !== undefined) || (goesOn && id !== this.#begun?.id))
			throw new Error('headers without an end or a beginning');
		if (this.#socket.writableLength > MAX_UNTAKEN_BYTES) throw new Error('it asks, and does not listen');
		const isAnswered = (flags & ACK) !== 0;
		if (kind === FRAME.DATA) this.#takeData(flags, id, payload);
		else if (kind === FRAME.HEADERS) {
			this.#takeFields(id, flags, flags, [unpadded(flags, payload).subarray(flags & WITH_PRIORITY ? 5 : 0)]);
		} else if (this.#begun !== undefined) {
			this.#takeFields(id, this.#begun.flags, flags, [...this.#begun.parts, payload]);
		} else if (kind === FRAME.RST_STREAM) {
			this.#end(id, new Error(`it broke off (HTTP/2 error ${payload.readUInt32BE(0)})`));
		} else if (kind === FRAME.GOAWAY) this.#takeLeave(payload);
		else if (kind === FRAME.PUSH_PROMISE) throw new Error('an answer to no question');
		else if (kind === FRAME.WINDOW_UPDATE && id === 0) this.#window += payload.readUInt32BE(0);
		else if (kind === FRAME.SETTINGS && !isAnswered) this.#send(FRAME.SETTINGS, ACK, 0, Buffer.alloc(0));
		else if (kind === FRAME.PING && !isAnswered) this.#send(FRAME.PING, ACK, 0, payload);
		// Of other kinds there may be any, and none of them is for us.
	}

	#takeData(flags: number, id: number, payload: Buffer): void {
		this.#received += payload.length;
		if (this.#received >= ROOM_AGAIN_BYTES) {
			this.#send(FRAME.WINDOW_UPDATE, 0, 0, number(this.#received));
			this.#received = 0;
		}
		this.#heard.get(id)?.data(unpadded(flags, payload));
		if (flags & END_STREAM) this.#end(id);
	}

	#takeFields(id: number, flags: number, lastFlags: number, parts: readonly Buffer[]): void {
		if (parts.length > MAX_FIELDS_FRAMES) throw new Error('headers that are too long');
		this.#begun = lastFlags & END_HEADERS ? undefined : { id, flags, parts };
		if (this.#begun !== undefined) return;
		this.#heard.get(id)?.fields(unpackFields(Buffer.concat(parts)));
		if (flags & END_STREAM) this.#end(id);
	}

	/** Questions that it has not begun to answer will have none; with an error, none at all. */
	#takeLeave(payload: Buffer): void {
		const lastId = payload.readUInt32BE(0) & GREATEST;
		const code = payload.readUInt32BE(4);
		if (code !== 0) this.#over(new Error(`it ended the connection (HTTP/2 error ${code})`));
		this.#isLeaving = true;
		for (const id of [...this.#heard.keys()]) if (id > lastId) this.#end(id, cut());
		this.#leaveIfDone();
	}
}

function unpadded(flags: number, payload: Buffer): Buffer {
	if (!(flags & PADDED)) return payload;
	const padding = payload.readUInt8(0);
	if (padding >= payload.length) throw new Error('a frame of nothing but padding');
	return payload.subarray(1, payload.length - padding);
}

function number(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

function cut(): Error {
	return Object.assign(new Error('the connection was cut'), { code: 'ECONNRESET' });
}
