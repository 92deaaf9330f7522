// The senses of doctor on this very machine: folders as they are, limits, and connections between two sockets.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtFolder } from '../../../src/adapters/doctor/folder.ts';
import { knock, listen } from '../../../src/adapters/doctor/knock.ts';
import { lookAtLimits } from '../../../src/adapters/doctor/limits.ts';
import { senses } from '../../../src/adapters/doctor/senses.ts';

let top: string;
beforeAll(() => {
	top = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterAll(() => rmSync(top, { recursive: true }));

describe('a folder', () => {
	it('that is there: whose, its mode, its room; nothing is left in it', async () => {
		const path = join(top, 'there');
		mkdirSync(path);
		chmodSync(path, 0o1777);
		const seen = await lookAtFolder(path);
		expect(seen).toMatchObject({ path, nearest: path, mode: 0o1777, mine: true, isLink: false, writeError: undefined });
		expect(seen.freeBytes).toBeGreaterThan(0);
		expect(seen.used).toBeGreaterThan(0);
		expect(seen.mount?.type).toMatch(/\w/);
		expect(readdirSync(path)).toEqual([]);
	});

	it('that is not there is not made: the nearest above it is looked at', async () => {
		const path = join(top, 'no', 'such');
		expect(await lookAtFolder(path)).toMatchObject({ path, nearest: top });
		expect(existsSync(join(top, 'no'))).toBe(false);
	});

	it('that is a link is known for one', async () => {
		const path = join(top, 'link');
		symlinkSync(top, path);
		expect(await lookAtFolder(path)).toMatchObject({ isLink: true });
	});

	it('that cannot be written to says why', async () => {
		const seen = await lookAtFolder('/proc');
		expect(seen.writeError).toMatch(/\(E\w+\)|ENOENT/);
	});
});

describe('a knock', () => {
	it('is answered with the nonce and the clock', async () => {
		const listener = await listen('nonce');
		const answer = await knock('127.0.0.1', listener.port, 'nonce', 2_000);
		expect(answer).toMatchObject({ kind: 'reached' });
		expect(Math.abs((answer as { aheadMs: number }).aheadMs)).toBeLessThan(1_000);
		expect(await knock('127.0.0.1', listener.port, 'other', 2_000)).toEqual({
			kind: 'not-reached',
			why: 'somebody else answers there',
		});
		listener.close();
		expect(await knock('127.0.0.1', listener.port, 'nonce', 2_000)).toEqual({ kind: 'not-reached', why: 'refused' });
	});

	it('at who never answers ends in time', async () => {
		const server = createServer(() => {});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as { port: number };
		expect(await knock('127.0.0.1', port, 'nonce', 100)).toEqual({ kind: 'not-reached', why: 'no answer in 0.1 s' });
		server.close();
	});
});

it('limits of this process', async () => {
	const { limits, threads } = await lookAtLimits();
	expect(limits.openFilesHard).toBeGreaterThan(0);
	expect(threads).toBeGreaterThan(1);
});

it('programs that are not in PATH', async () => {
	expect(await senses.missing(['sh', 'no-such-program'])).toEqual(['no-such-program']);
});
