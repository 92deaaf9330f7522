import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tokenReader } from '../../src/adapters/token-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	path = join(folder, 'token');
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(mode: number): void {
	writeFileSync(path, 'x');
	chmodSync(path, mode);
}

describe('a token', () => {
	it('is read anew each time, and is none where no file is', async () => {
		expect(await tokenReader(undefined)()).toBeUndefined();
		const read = tokenReader(path);
		expect(await read()).toBeUndefined();
		writeFileSync(path, 'one', { mode: 0o600 });
		expect(await read()).toBe('one');
		writeFileSync(path, 'two');
		expect(await read()).toBe('two');
		rmSync(path);
		expect(await read()).toBeUndefined();
	});

	it.each([
		['a link', () => symlinkSync('/etc/hostname', path), /: it is a symbolic link$/],
		['writable by others', () => put(0o666), /: others may write to it/],
	])('in a file that is %s is refused, with the path', async (_, make, message) => {
		make();
		await expect(tokenReader(path)()).rejects.toMatchObject({
			kind: 'info-file-invalid',
			message: expect.stringMatching(message),
		});
		await expect(tokenReader(path)()).rejects.toThrow(path);
	});

	it('that was good stays while its file cannot be read', async () => {
		const read = tokenReader(path);
		writeFileSync(path, 'one', { mode: 0o600 });
		await read();
		chmodSync(path, 0o666);
		expect(await read()).toBe('one');
	});
});
