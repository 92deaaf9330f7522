// One question and one answer over gRPC, on a connection that is given: no library, because Ray needs so little of it.
// Promises: resolves once, within the time given, whatever the other side does; never rejects; leaves no timer and no question.
import type { HeaderField } from './hpack.ts';
import { type Connection, NOT_HTTP2 } from './http2.ts';

export type CallEnd =
	| { kind: 'message'; bytes: Uint8Array }
	/** gRPC's own words for a failure: https://grpc.io/docs/guides/status-codes */
	| { kind: 'status'; code: number; message: string }
	| { kind: 'silent'; why: string };

export interface CallWords {
	/** `/package.Service/Method`. */
	path: string;
	message: Uint8Array;
	timeoutMs: number;
	token?: string | undefined;
}

/** A control store with ten thousand pending shapes answers with a few MiB; more than this is not an answer. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** A flag (1: compressed) and the length, big-endian, before every message. */
const PREFIX_BYTES = 5;
const OK = 0;
/** Of another's message, in characters. */
const MAX_WORDS = 1000;
/** gRPC allows eight digits. */
const MAX_TIMEOUT_MS = 99_999_999;

export function unaryCall(connection: Connection, authority: string, words: CallWords): Promise<CallEnd> {
	const timeoutMs = Math.min(Math.max(1, Math.ceil(words.timeoutMs)), MAX_TIMEOUT_MS);
	return new Promise((resolve) => {
		const answer = new AnswerReader();
		let giveUp = () => {};
		const end = (result: CallEnd) => {
			clearTimeout(timer);
			resolve(result);
			giveUp();
		};
		const endIf = (wrong: string | undefined) => wrong !== undefined && end({ kind: 'silent', why: wrong });
		const timer = setTimeout(
			() => endIf(`${connection.isConnecting ? 'no connection' : 'no answer'} within ${timeoutMs} ms`),
			timeoutMs,
		);
		try {
			giveUp = connection.ask(fieldsOf(words, authority, timeoutMs), frame(words.message), {
				fields: (fields) => endIf(answer.fields(fields)),
				data: (chunk) => endIf(answer.add(chunk)),
				ended: (error) => end(error === undefined ? answer.end() : { kind: 'silent', why: inWords(error) }),
			});
		} catch (error) {
			endIf(inWords(error instanceof Error ? error : new Error(String(error))));
		}
	});
}

function fieldsOf({ path, token }: CallWords, authority: string, timeoutMs: number): readonly HeaderField[] {
	return [
		[':method', 'POST'],
		[':scheme', 'http'],
		[':path', path],
		[':authority', authority],
		['te', 'trailers'],
		['content-type', 'application/grpc'],
		['grpc-accept-encoding', 'identity'],
		['grpc-timeout', `${timeoutMs}m`],
		...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as const]),
	];
}

function frame(message: Uint8Array): Buffer {
	const prefix = Buffer.alloc(PREFIX_BYTES);
	prefix.writeUInt32BE(message.length, 1);
	return Buffer.concat([prefix, message]);
}

/** Gathers one message from however many pieces it comes in, and the status from wherever it stands. */
class AnswerReader {
	private begun = false;
	private readonly prefix = Buffer.alloc(PREFIX_BYTES);
	private message = Buffer.alloc(0);
	private receivedBytes = 0;
	private ended: { code: number; message: string } | undefined;

	/** These return what is wrong, if anything is. */
	fields(fields: ReadonlyMap<string, string>): string | undefined {
		const status = fields.get(':status') ?? '';
		// More is to come.
		if (/^1\d\d$/.test(status)) return undefined;
		if (!this.begun) {
			this.begun = true;
			if (status !== '200') return `it speaks HTTP, not gRPC (status ${status})`;
			if (!/^application\/grpc($|[+;])/.test(fields.get('content-type') ?? '')) return 'it speaks HTTP, not gRPC';
		}
		// A failure may come without a message and without trailers: then the status stands in the head.
		const code = fields.get('grpc-status');
		if (code === undefined) return undefined;
		if (!/^\d{1,9}$/.test(code)) return 'its status is no number';
		this.ended = { code: Number(code), message: decodeMessage(fields.get('grpc-message') ?? '') };
		return undefined;
	}

	/** Copied: a piece of one byte would keep the whole of what was read with it. */
	add(chunk: Buffer): string | undefined {
		const inPrefix = chunk.copy(this.prefix, this.receivedBytes);
		const known = this.receivedBytes;
		this.receivedBytes += chunk.length;
		if (known < PREFIX_BYTES && this.receivedBytes >= PREFIX_BYTES) {
			if (this.prefix[0] !== 0) return 'a compressed answer, which was not asked for';
			const bytes = this.prefix.readUInt32BE(1);
			if (bytes > MAX_ANSWER_BYTES) return `an answer of ${bytes} bytes, which is too long`;
			this.message = Buffer.allocUnsafeSlow(bytes);
		}
		if (this.receivedBytes > PREFIX_BYTES + this.message.length && this.receivedBytes > PREFIX_BYTES)
			return 'more than one answer to one question';
		chunk.copy(this.message, Math.max(0, known - PREFIX_BYTES), inPrefix);
		return undefined;
	}

	end(): CallEnd {
		if (this.ended === undefined) return { kind: 'silent', why: 'the connection ended before an answer' };
		if (this.ended.code !== OK) return { kind: 'status', ...this.ended };
		if (this.receivedBytes !== PREFIX_BYTES + this.message.length) {
			return { kind: 'silent', why: 'the answer was cut short' };
		}
		return { kind: 'message', bytes: this.message };
	}
}

/** grpc-message is percent-encoded UTF-8; a wrong encoding is shown as it came. Whoever listens wrote it: no control characters. */
function decodeMessage(text: string): string {
	let decoded = text;
	try {
		decoded = decodeURIComponent(text);
	} catch {}
	return decoded.slice(0, MAX_WORDS).replace(/\p{Cc}/gu, ' ');
}

function inWords(error: NodeJS.ErrnoException): string {
	switch (error.code) {
		case 'ECONNREFUSED':
			return 'nobody listens there';
		case 'ECONNRESET':
		case 'EPIPE':
			return 'the connection was cut';
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
		case 'EHOSTDOWN':
			return `no way to get there (${error.code})`;
		case NOT_HTTP2:
			return `it does not speak gRPC (${error.message})`;
		default:
			return error.message;
	}
}
