// Keeps one HTTP/2 session to an address for many calls, and makes a new one whenever the last has failed.
// A session never keeps the process alive: only a call in flight does, by its timer.
import { type ClientHttp2Session, connect } from 'node:http2';
import { type CallEnd, type CallWords, unaryCall } from './unary-call.ts';

export interface Channel {
	call(words: CallWords): Promise<CallEnd>;
	close(): void;
}

interface Held {
	session: ClientHttp2Session;
	calls: number;
	/** Takes no new calls; ends with its last one, so that one slow answer does not cut off the others. */
	condemned: boolean;
}

export function openChannel(address: string): Channel {
	const origin = new URL(`http://${address}`);
	let held: Held | undefined;
	let closed = false;

	const condemn = (one: Held) => {
		one.condemned = true;
		if (one.calls === 0) one.session.destroy();
	};

	const take = (): Held => {
		if (held && !held.condemned && !held.session.destroyed && !held.session.closed) return held;
		const session = connect(origin, { settings: { enablePush: false } });
		const fresh: Held = { session, calls: 0, condemned: false };
		// Each call hears of the failure by its own stream.
		session.on('error', () => condemn(fresh));
		session.unref();
		held = fresh;
		return fresh;
	};

	return {
		async call(words) {
			if (closed) return { kind: 'silent', why: 'the connection was closed by us' };
			const one = take();
			one.calls++;
			const end = await unaryCall(one.session, words);
			one.calls--;
			// Silence may be a connection that is half dead (its host lost power): the next call tries anew.
			if (end.kind === 'silent') one.condemned = true;
			if (one.condemned) condemn(one);
			return end;
		},
		close() {
			closed = true;
			held?.session.destroy();
			held = undefined;
		},
	};
}
