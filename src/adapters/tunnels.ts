// Tunnels kept up beside a command: the system's ssh, which has no terminal to ask at, and which never outlives us, however
// we end.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { Writable } from 'node:stream';
import type { Tunnel, Tunnels } from '../core/tunnel.ts';
import { debug } from './log.ts';

const MOST_SAID = 4_000;

export const tunnels: Tunnels = { freePort, start };

async function freePort(wished: number): Promise<number> {
	return (await bound(wished)) ?? (await bound(0)) ?? wished;
}

function bound(port: number): Promise<number | undefined> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(undefined));
		server.listen(port, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
		});
	});
}

/** Ends the program when its standard input does, whose other end only we hold. */
const KEEPER = `
"$@" </dev/null 3<&- &
program=$!
{ read -r _; kill "$program"; } <&3 2>/dev/null &
watch=$!
wait "$program"
code=$?
kill "$watch" 2>/dev/null
exit "$code"
`;

function start(argv: readonly string[]): Tunnel {
	debug(`started: ${argv.map((word) => JSON.stringify(word)).join(' ')}`);
	// A group of its own: ctrl-C is for us, and we end it.
	const child = spawn('/bin/sh', ['-c', KEEPER, 'tunnel', ...argv], {
		stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
		detached: true,
	});
	const rope = child.stdio[3] as Writable;
	rope.on('error', () => {}); // It has ended first.
	let said = '';
	child.stderr?.on('data', (bytes) => {
		said = `${said}${bytes}`.slice(-MOST_SAID);
	});
	const ended = new Promise<{ code: number; said: string }>((resolve) => {
		const over = (code: number) => {
			rope.destroy();
			resolve({ code, said: said.trim() });
		};
		child.once('error', (error) => {
			said = error.message;
			over(127);
		});
		child.once('close', (code) => over(code ?? 255));
	});
	return {
		ended,
		async end() {
			rope.end();
			const late = setTimeout(() => killGroup(child.pid), 3_000);
			await ended;
			clearTimeout(late);
		},
	};
}

function killGroup(leader: number | undefined): void {
	try {
		if (leader !== undefined) process.kill(-leader, 'SIGKILL');
	} catch {
		// Gone by itself.
	}
}
