import { appendFile, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type OutputTail, tailOf } from '../../src/commands/output-tail.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'tail-'));
});
afterAll(() => rm(folder, { recursive: true }));
const open: OutputTail[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.close())));

function tail(name: string) {
	const pieces: Buffer[] = [];
	const path = join(folder, name);
	const output = tailOf(path, (bytes) => void pieces.push(Buffer.from(bytes)));
	open.push(output);
	return { path, tail: output, shown: () => Buffer.concat(pieces) };
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

it('shows nothing of a file that was shorter for one look, which a shared file system may tell', async () => {
	const { path, tail: output, shown } = tail('c.out');
	await writeFile(path, '123456');
	await output.show();
	await writeFile(path, 'x');
	expect(await output.show()).toBe(false);
	await writeFile(path, '12345678');
	expect(await output.show()).toBe(true);
	expect(shown().toString()).toBe('12345678');
});

it('begins anew with a file that was cut short', async () => {
	const { path, tail: output, shown } = tail('d.out');
	await writeFile(path, '123456');
	await output.show();
	await writeFile(path, 'new');
	await output.show();
	expect(await output.show()).toBe(true);
	expect(shown().toString()).toBe('123456new');
});

it('shows the rest of a file that was moved away, then the new one', async () => {
	const { path, tail: output, shown } = tail('e.out');
	await writeFile(path, 'a\n');
	await output.show();
	await appendFile(path, 'b\n');
	await rename(path, `${path}.1`);
	await appendFile(`${path}.1`, 'c\n');
	await writeFile(path, 'd\n');
	while (await output.show());
	await output.close();
	expect(shown().toString()).toBe('a\nb\nc\nd\n');
});

it.each([
	[0, ''],
	[1, 'c'],
	[2, 'b\nc'],
	[9, 'a\nb\nc'],
])('begins with the last %i lines, and goes on from there', async (lines, text) => {
	const pieces: Buffer[] = [];
	const path = join(folder, `lines-${lines}.out`);
	await writeFile(path, 'a\nb\nc');
	const output = tailOf(path, (bytes) => void pieces.push(Buffer.from(bytes)), { lines });
	await output.show();
	await appendFile(path, '\nd\n');
	await output.show();
	await output.close();
	expect(Buffer.concat(pieces).toString()).toBe(`${text}\nd\n`);
});

it('follows no link', async () => {
	const { path, tail: output } = tail('f.out');
	await writeFile(`${path}.secret`, 'secret');
	await symlink(`${path}.secret`, path);
	expect(await output.show()).toBe(false);
});
