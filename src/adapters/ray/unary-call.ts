// One question and one answer over gRPC, on an HTTP/2 session that is given: no library, because Ray needs so little of it.
// Promises: resolves once, within the time given, whatever the other side does; never rejects; leaves no timer and no stream.
import {
	type ClientHttp2Session,
	constants,
	type IncomingHttpHeaders,
	type IncomingHttpStatusHeader,
} from 'node:http2';

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
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** A flag (1: compressed) and the length, big-endian, before every message. */
const PREFIX_BYTES = 5;
const OK = 0;
/** Of another's message, in characters. */
const MAX_WORDS = 1000;
/** gRPC allows eight digits. */
const MAX_TIMEOUT_MS = 99_999_999;

export function unaryCall(session: ClientHttp2Session, words: CallWords): Promise<CallEnd> {
	const timeoutMs = Math.min(Math.max(1, Math.ceil(words.timeoutMs)), MAX_TIMEOUT_MS);
	return new Promise((resolve) => {
		const stream = open(session, words, timeoutMs);
		if (stream instanceof Error) return resolve({ kind: 'silent', why: inWords(stream) });

		const answer = new AnswerReader();
		const end = (result: CallEnd) => {
			clearTimeout(timer);
			resolve(result);
			if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
		};
		const timer = setTimeout(() => {
			end({ kind: 'silent', why: `${session.connecting ? 'no connection' : 'no answer'} within ${timeoutMs} ms` });
		}, timeoutMs);

		stream.on('response', (headers) => {
			const wrong = answer.head(headers);
			if (wrong) end({ kind: 'silent', why: wrong });
		});
		stream.on('trailers', (headers) => answer.status(headers));
		stream.on('data', (chunk: Buffer) => {
			const wrong = answer.add(chunk);
			if (wrong) end({ kind: 'silent', why: wrong });
		});
		// Stays attached after the end: a stream that fails late must not throw.
		stream.on('error', (error) => end({ kind: 'silent', why: inWords(error) }));
		stream.on('close', () => end(answer.end()));
		stream.end(frame(words.message));
	});
}

function open(session: ClientHttp2Session, words: CallWords, timeoutMs: number) {
	try {
		return session.request({
			':method': 'POST',
			':path': words.path,
			'content-type': 'application/grpc',
			te: 'trailers',
			'grpc-accept-encoding': 'identity',
			'grpc-timeout': `${timeoutMs}m`,
			...(words.token === undefined ? {} : { authorization: `Bearer ${words.token}` }),
		});
	} catch (error) {
		return error instanceof Error ? error : new Error(String(error));
	}
}

function frame(message: Uint8Array): Buffer {
	const prefix = Buffer.alloc(PREFIX_BYTES);
	prefix.writeUInt32BE(message.length, 1);
	return Buffer.concat([prefix, message]);
}

/** Gathers one message from however many pieces it comes in, and the status from wherever it stands. */
class AnswerReader {
	private chunks: Buffer[] = [];
	private receivedBytes = 0;
	private messageBytes: number | undefined;
	private ended: { code: number; message: string } | undefined;

	/** These return what is wrong, if anything is. */
	head(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): string | undefined {
		if (headers[':status'] !== 200) return `it speaks HTTP, not gRPC (status ${headers[':status']})`;
		if (!/^application\/grpc($|[+;])/.test(headers['content-type'] ?? '')) return 'it speaks HTTP, not gRPC';
		// A failure may come without a message and without trailers: then the status stands here.
		this.status(headers);
		return undefined;
	}

	status(headers: IncomingHttpHeaders): void {
		const code = headers['grpc-status'];
		if (code === undefined) return;
		this.ended = { code: Number(code), message: decodeMessage(String(headers['grpc-message'] ?? '')) };
	}

	add(chunk: Buffer): string | undefined {
		this.chunks.push(chunk);
		this.receivedBytes += chunk.length;
		if (this.messageBytes === undefined && this.receivedBytes >= PREFIX_BYTES) {
			this.chunks = [Buffer.concat(this.chunks)];
			const [prefix] = this.chunks as [Buffer];
			if (prefix[0] !== 0) return 'a compressed answer, which was not asked for';
			this.messageBytes = prefix.readUInt32BE(1);
			if (this.messageBytes > MAX_ANSWER_BYTES) return `an answer of ${this.messageBytes} bytes, which is too long`;
		}
		if (this.receivedBytes > PREFIX_BYTES + (this.messageBytes ?? 0)) return 'more than one answer to one question';
		return undefined;
	}

	end(): CallEnd {
		if (this.ended === undefined) return { kind: 'silent', why: 'the connection ended before an answer' };
		if (this.ended.code !== OK) return { kind: 'status', ...this.ended };
		if (this.receivedBytes !== PREFIX_BYTES + (this.messageBytes ?? 0)) {
			return { kind: 'silent', why: 'the answer was cut short' };
		}
		return { kind: 'message', bytes: Buffer.concat(this.chunks).subarray(PREFIX_BYTES) };
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
	// A stream that waited for its connection is cancelled; why there was none stands in the cause.
	if (error.code === 'ERR_HTTP2_STREAM_CANCEL' && error.cause instanceof Error) return inWords(error.cause);
	switch (error.code) {
		case 'ECONNREFUSED':
			return 'nobody listens there';
		case 'ECONNRESET':
		case 'EPIPE':
		case 'ERR_HTTP2_STREAM_CANCEL':
			return 'the connection was cut';
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
		case 'EHOSTDOWN':
			return `no way to get there (${error.code})`;
		case 'ERR_HTTP2_ERROR':
		case 'ERR_HTTP2_SESSION_ERROR':
			return `it does not speak gRPC (${error.message})`;
		default:
			return error.message;
	}
}
