// A tunnel's program: it is told from its end, ended on request, and never outlives whoever started it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tunnels } from '../../src/adapters/tunnels.ts';
import { until } from '../testbed/until.ts';
import { bundle, start } from './child-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'tunnels-'));
afterAll(() => rmSync(folder, { recursive: true }));

function isAlive(pid: string): boolean {
	try {
		process.kill(Number(pid), 0);
		return true;
	} catch {
		return false;
	}
}

describe('a tunnel', () => {
	it('tells how it ended, with what it said', async () => {
		const tunnel = tunnels.start(['/bin/sh', '-c', 'echo "why not" >&2; exit 9']);
		expect(await tunnel.ended).toEqual({ code: 9, said: 'why not' });
		await tunnel.end();
	});

	it('gets its words as they are', async () => {
		const { ended } = tunnels.start(['/bin/sh', '-c', 'printf "%s|" "$@" >&2', 'x', '$(id)', "it's", '']);
		expect(await ended).toEqual({ code: 0, said: "$(id)|it's||" });
	});

	it('whose program is missing says so', async () => {
		const { code, said } = await tunnels.start(['no-such-ssh']).ended;
		expect([code, said]).toEqual([127, expect.stringContaining('no-such-ssh')]);
	});

	it('is gone when it was ended', async () => {
		const tunnel = tunnels.start(['/bin/sh', '-c', 'echo $$ >&2; exec sleep 60']);
		await tunnel.end();
		const { said } = await tunnel.ended;
		if (said !== '') expect(isAlive(said)).toBe(false);
	});

	it('goes with whoever started it, even if that one is killed', async () => {
		const program = bundle(
			`import { tunnels } from './src/adapters/tunnels.ts';
			tunnels.start(['/bin/sh', '-c', 'echo $$ > ${folder}/pid; exec sleep 60']);
			setInterval(() => {}, 1000);
			console.log('started');`,
			join(folder, 'starter.cjs'),
		);
		const child = start([process.execPath, program]);
		await child.line();
		const pid = await until('it runs', () => readFileSync(join(folder, 'pid'), 'utf8').trim());
		expect(isAlive(pid)).toBe(true);
		child.process.kill('SIGKILL');
		await until('it is gone', () => !isAlive(pid));
	});
});

it('a port that is free is taken, and of one that is not there is another', async () => {
	const free = await tunnels.freePort(0);
	expect(await tunnels.freePort(free)).toBe(free);
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(free, '127.0.0.1', resolve));
	expect(await tunnels.freePort(free)).not.toBe(free);
	server.close();
});
