import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tailOf } from '../../src/commands/output-tail.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'tail-'));
});
afterAll(() => rm(folder, { recursive: true }));

function tail(name: string) {
	const pieces: Buffer[] = [];
	const path = join(folder, name);
	return { path, tail: tailOf(path, (bytes) => pieces.push(Buffer.from(bytes))), shown: () => Buffer.concat(pieces) };
}

it('shows each byte once, in order, whenever it comes', async () => {
	const { path, tail: output, shown } = tail('a.out');
	expect(await output.show()).toBe(false);
	const pieces = ['', 'a', '', 'é'.slice(0, 1), '\0\r\n', '🦀'].map((text) => Buffer.from(text));
	// A letter may come in two halves.
	pieces.push(Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1), Buffer.from([0xff, 0xfe]));
	for (const piece of pieces) {
		await appendFile(path, piece);
		expect(await output.show()).toBe(piece.length > 0);
		expect(await output.show()).toBe(false);
	}
	expect(shown()).toEqual(Buffer.concat(pieces));
});

it('shows a long file in pieces of a bounded size', async () => {
	const { path, tail: output, shown } = tail('b.out');
	const text = Buffer.alloc(2_500_000, 'line\n');
	await writeFile(path, text);
	const shows: boolean[] = [];
	do shows.push(await output.show());
	while (shows.at(-1));
	expect(shows).toEqual([true, true, true, false]);
	expect(shown().equals(text)).toBe(true);
});

it('shows nothing of a file that became shorter, until it is longer again', async () => {
	const { path, tail: output, shown } = tail('c.out');
	await writeFile(path, '123456');
	await output.show();
	await writeFile(path, 'x');
	expect(await output.show()).toBe(false);
	await writeFile(path, '12345678');
	expect(await output.show()).toBe(true);
	expect(shown().toString()).toBe('12345678');
});
