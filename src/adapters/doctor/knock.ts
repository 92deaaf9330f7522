// Can a connection be made? One side listens and says a nonce and its clock to whoever comes; the other knocks.
import { connect, createServer, type Socket } from 'node:net';
import type { Knock, Listener } from '../../core/doctor/evidence.ts';

/** On a free port. Who does not ask for the nonce learns the time of day. */
export function listen(nonce: string): Promise<Listener> {
	return new Promise((resolve, reject) => {
		const open = new Set<Socket>();
		const server = createServer((socket) => {
			open.add(socket);
			socket.on('error', () => {}).on('close', () => open.delete(socket));
			socket.end(`${nonce} ${Date.now()}\n`);
		});
		server.once('error', reject);
		server.listen({ port: 0, host: '0.0.0.0' }, () => {
			const bound = server.address();
			const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
			resolve({
				port,
				close: () => {
					server.close();
					for (const socket of open) socket.destroy();
				},
			});
		});
	});
}

const WORDS: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'refused',
	EHOSTUNREACH: 'no way leads there',
	ENETUNREACH: 'no way leads there',
	ECONNRESET: 'broken off',
};

export function knock(address: string, port: number, nonce: string, limitMs: number): Promise<Knock> {
	return new Promise((resolve) => {
		const began = Date.now();
		let said = '';
		const socket = connect({ host: address, port });
		const timer = setTimeout(() => end({ kind: 'not-reached', why: `no answer in ${limitMs / 1000} s` }), limitMs);
		const end = (result: Knock) => {
			clearTimeout(timer);
			socket.destroy();
			resolve(result);
		};
		socket.setEncoding('latin1');
		socket.on('error', ({ code = '', message }: NodeJS.ErrnoException) =>
			end({ kind: 'not-reached', why: WORDS[code] ?? message }),
		);
		socket.on('data', (text: string) => {
			said = `${said}${text}`.slice(0, 200);
			if (!said.includes('\n')) return;
			const now = Date.now();
			const [word, clock] = said.trim().split(' ');
			if (word !== nonce) return end({ kind: 'not-reached', why: 'somebody else answers there' });
			end({ kind: 'reached', ms: now - began, aheadMs: Number(clock) - (began + now) / 2 });
		});
		socket.on('close', () => end({ kind: 'not-reached', why: 'closed without an answer' }));
	});
}
