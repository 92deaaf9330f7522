// Keeps one connection to an address for many calls, and makes a new one whenever the last has failed.
// A connection never keeps the process alive: only a call in flight does, by its timer.
import { partsOf } from '../../core/address.ts';
import { type Connection, connectHttp2 } from './http2.ts';
import { type CallEnd, type CallWords, unaryCall } from './unary-call.ts';

export interface Channel {
	call(words: CallWords): Promise<CallEnd>;
	close(): void;
}

interface Held {
	connection: Connection;
	calls: number;
	/** Takes no new calls; ends with its last one, so that one slow answer does not cut off the others. */
	condemned: boolean;
}

export function openChannel(address: string): Channel {
	const { host, port } = partsOf(address);
	const open = new Set<Held>();
	let held: Held | undefined;
	let closed = false;

	const condemn = (one: Held) => {
		one.condemned = true;
		if (one.calls > 0) return;
		one.connection.destroy();
		open.delete(one);
	};

	const take = (): Held => {
		if (held && !held.condemned && held.connection.takesQuestions) return held;
		if (held) condemn(held);
		held = { connection: connectHttp2(host, port), calls: 0, condemned: false };
		open.add(held);
		return held;
	};

	return {
		async call(words) {
			if (closed) return { kind: 'silent', why: 'the connection was closed by us' };
			if (host === '' || !(port > 0 && port < 65_536)) return { kind: 'silent', why: `${address} is no address` };
			const one = take();
			one.calls++;
			const end = await unaryCall(one.connection, address, words);
			one.calls--;
			// Silence may be a connection that is half dead (its host lost power): the next call tries anew.
			if (end.kind === 'silent') one.condemned = true;
			if (one.condemned) condemn(one);
			return end;
		},
		close() {
			closed = true;
			for (const { connection } of open) connection.destroy();
			open.clear();
		},
	};
}
