import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendLine, ensurePrivateFolder, readOwn, readOwnEnd, writeAtomically } from '../../src/adapters/files.ts';
import { layoutOf } from '../../src/core/layout.ts';
import { explain } from '../../src/flows/explain.ts';
import { strawWorld } from '../flows/straw-world.ts';
import { bundle, start } from './child-program.ts';

const isRoot = process.geteuid?.() === 0;
let folder: string;
let path: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	path = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (each: string) => statSync(each).mode & 0o777;
const failed = (message: string) =>
	expect.objectContaining({ kind: 'failed', message: expect.stringContaining(message) });

describe('readOwnEnd', () => {
	it('reads the end of a file of any size, and all of a small one', async () => {
		writeFileSync(path, 'the end');
		expect(await readOwnEnd(path, 3)).toBe('end');
		expect(await readOwnEnd(path, 4096)).toBe('the end');
	});

	it('opens nothing but a file: no link, no FIFO, no folder', async () => {
		symlinkSync('/etc/passwd', path);
		execFileSync('mkfifo', [join(folder, 'pipe')]);
		for (const each of [path, join(folder, 'pipe'), folder, join(folder, 'none')])
			expect(await readOwnEnd(each, 10)).toBeUndefined();
	});

	it.runIf(isRoot)("does not read another's", async () => {
		writeFileSync(path, 'theirs');
		chownSync(path, 12_345, 12_345);
		expect(await readOwnEnd(path, 10)).toBeUndefined();
	});

	it('lets a job with a log of more than 8 MB say why it died', async () => {
		const layout = layoutOf(folder);
		mkdirSync(layout.slurmLogs);
		writeFileSync(join(layout.slurmLogs, '7-ray-client-a.err'), `${'x'.repeat(9_000_000)}\nValueError: too long\n`);
		const { world } = strawWorld();
		const files = { ...world.files, list: async (name: string) => readdirSync(name), readEnd: readOwnEnd };
		const lines = await explain({ ...world, files }, layout, { job: '7', state: 'ended', exitCode: 1 });
		expect(lines.at(-1)).toBe('  ValueError: too long');
	});
});

describe('writeAtomically', () => {
	it('writes for the owner alone, and replaces', async () => {
		writeFileSync(path, 'old', { mode: 0o644 });
		await writeAtomically(path, 'new ✓\n');
		expect(readFileSync(path, 'utf8')).toBe('new ✓\n');
		expect(modeOf(path)).toBe(0o600);
		await writeAtomically(path, 'for all', 0o644);
		expect(modeOf(path)).toBe(0o644);
		expect(readdirSync(folder)).toEqual(['file']);
	});

	it('replaces a link, and leaves alone what it led to', async () => {
		const other = join(folder, 'other');
		writeFileSync(other, 'theirs');
		symlinkSync(other, path);
		await writeAtomically(path, 'mine');
		expect([readFileSync(path, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['mine', 'theirs']);
	});

	it('says that the folder is gone', async () => {
		await expect(writeAtomically(join(folder, 'gone', 'file'), 'x')).rejects.toEqual(
			failed('/gone/file: its folder is not there (ENOENT)'),
		);
	});

	it('leaves nothing beside when the name is a folder', async () => {
		mkdirSync(path);
		await expect(writeAtomically(path, 'x')).rejects.toEqual(failed('Cannot write'));
		expect(readdirSync(folder)).toEqual(['file']);
	});

	it.skipIf(!isRoot)('keeps the old file on a full and on a read-only file system', async () => {
		// In a mount namespace of its own, so nothing of it can be left behind.
		const program = bundle(
			`import { writeAtomically, appendLine } from './src/adapters/files.ts';
			import { readFileSync, readdirSync } from 'node:fs';
			import { execFileSync } from 'node:child_process';
			(async () => {
				const path = process.argv[2] + '/file';
				const tried = (writing) => writing.then(() => 'written', (error) => error.message);
				await writeAtomically(path, 'old');
				console.log(await tried(writeAtomically(path, 'x'.repeat(400_000))));
				await appendLine(path, 'a line');
				console.log(await tried(appendLine(path, 'x'.repeat(400_000))));
				execFileSync('mount', ['-o', 'remount,ro', process.argv[2]]);
				console.log(await tried(writeAtomically(path, 'new')));
				console.log(JSON.stringify([readFileSync(path, 'utf8'), readdirSync(process.argv[2])]));
			})();`,
			join(folder, 'writer.cjs'),
		);
		const disk = join(folder, 'disk');
		mkdirSync(disk);
		const words = ['--mount', 'sh', '-c', `mount -t tmpfs -o size=64k none "$1" && exec "$2" "$3" "$1"`, 'sh'];
		const output = execFileSync('unshare', [...words, disk, process.execPath, program], { encoding: 'utf8' });
		expect(output.split('\n')).toEqual([
			`Cannot write ${disk}/file: no space is left there (ENOSPC)`,
			`Cannot write ${disk}/file: no space is left there (ENOSPC)`,
			`Cannot write ${disk}/file: the file system is read-only (EROFS)`,
			'["old\\na line\\n",["file"]]',
			'',
		]);
	});

	it('is never read torn', async () => {
		const program = bundle(
			`import { writeAtomically } from './src/adapters/files.ts';
			(async () => {
				for (let round = 0; round < 150; round++) {
					await writeAtomically(process.argv[2], String(round % 10).repeat(20_000));
					if (round === 0) console.log('begun');
				}
				process.exit(0);
			})();`,
			join(folder, 'writer.cjs'),
		);
		const writer = start([process.execPath, program, path]);
		await writer.line();
		let over = false;
		void writer.ended.then(() => {
			over = true;
		});
		let reads = 0;
		for (; !over; reads += 1) {
			const file = await readOwn(path, 65_536);
			expect(file.ok && /^(\d)\1{19999}$/.test(file.text)).toBe(true);
		}
		expect(reads).toBeGreaterThan(20);
		expect(readdirSync(folder).sort()).toEqual(['file', 'writer.cjs']);
	});
});

describe('appendLine', () => {
	it('makes the file, then adds', async () => {
		await appendLine(path, 'one');
		await appendLine(path, 'two');
		expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
		expect(modeOf(path)).toBe(0o600);
	});

	it('ends a line that an earlier write left torn', async () => {
		writeFileSync(path, 'one\ntw');
		await appendLine(path, 'three');
		expect(readFileSync(path, 'utf8')).toBe('one\ntw\nthree\n');
	});

	it('follows no link and waits for no FIFO', async () => {
		const other = join(folder, 'other');
		symlinkSync(other, path);
		await expect(appendLine(path, 'x')).rejects.toEqual(failed('it is a symbolic link'));
		expect(existsSync(other)).toBe(false);
		execFileSync('mkfifo', [other]);
		await expect(appendLine(other, 'x')).rejects.toEqual(failed('it is not a regular file'));
	});
});

describe('ensurePrivateFolder', () => {
	it('makes it 0700, and accepts it the next time', async () => {
		await ensurePrivateFolder(path);
		await ensurePrivateFolder(path);
		expect(modeOf(path)).toBe(0o700);
	});

	it.each([0o755, 0o770, 0o1777, 0o500])('refuses a mode of %o, and does not change it', async (mode) => {
		mkdirSync(path);
		chmodSync(path, mode);
		await expect(ensurePrivateFolder(path)).rejects.toEqual(failed('must be private to you, but its mode is 0'));
		expect(modeOf(path)).toBe(mode & 0o777);
	});

	it('accepts one that hands its group on', async () => {
		mkdirSync(path);
		chmodSync(path, 0o2700);
		await ensurePrivateFolder(path);
	});

	it('refuses a link, a file and a folder whose parent is missing', async () => {
		mkdirSync(join(folder, 'real'), { mode: 0o755 });
		symlinkSync(join(folder, 'real'), path);
		await expect(ensurePrivateFolder(path)).rejects.toEqual(failed('it is a symbolic link'));
		expect(modeOf(join(folder, 'real'))).toBe(0o755);
		writeFileSync(join(folder, 'plain'), '');
		await expect(ensurePrivateFolder(join(folder, 'plain'))).rejects.toEqual(failed('it is not a folder'));
		await expect(ensurePrivateFolder(join(folder, 'a', 'b'))).rejects.toEqual(failed('Cannot make the folder'));
	});

	it.skipIf(!isRoot)("refuses somebody else's", async () => {
		mkdirSync(path, { mode: 0o700 });
		chownSync(path, 12_345, 12_345);
		await expect(ensurePrivateFolder(path)).rejects.toEqual(failed('it belongs to uid 12345'));
	});
});

describe('readOwn', () => {
	it('reads what is mine', async () => {
		writeFileSync(path, 'text ✓\n', { mode: 0o644 });
		expect(await readOwn(path, 100)).toEqual({ ok: true, text: 'text ✓\n' });
	});

	it('keeps a byte order mark, for the reader to judge', async () => {
		writeFileSync(path, '\ufeffx');
		expect(await readOwn(path, 100)).toEqual({ ok: true, text: '\ufeffx' });
	});

	const faults: [string, string, () => unknown][] = [
		['missing', 'nothing', () => {}],
		[
			'link',
			'a link to a good file',
			() => {
				writeFileSync(join(folder, 'good'), 'x');
				symlinkSync(join(folder, 'good'), path);
			},
		],
		['link', 'a link to nowhere', () => symlinkSync('/nowhere', path)],
		['not-a-file', 'a folder', () => mkdirSync(path)],
		['not-a-file', 'a FIFO nobody writes to', () => execFileSync('mkfifo', [path])],
		[
			'not-a-file',
			'a socket',
			() =>
				new Promise((resolve) =>
					createServer()
						.unref()
						.listen(path, () => resolve(0)),
				),
		],
		[
			'writable-by-others',
			'a file the group may write',
			() => {
				writeFileSync(path, 'x');
				chmodSync(path, 0o660);
			},
		],
		[
			'writable-by-others',
			'a file all may write',
			() => {
				writeFileSync(path, 'x');
				chmodSync(path, 0o602);
			},
		],
		['too-large', 'one byte too many', () => writeFileSync(path, 'x'.repeat(101))],
		['too-large', 'far too many', () => writeFileSync(path, 'x'.repeat(300_000))],
		['binary', 'bytes that are not UTF-8', () => writeFileSync(path, Buffer.from([0x41, 0xff, 0xfe]))],
	];
	it.each(faults)('says %s of %s', async (reason, _, make) => {
		await make();
		expect(await readOwn(path, 100)).toMatchObject({ ok: false, reason });
	});

	it('says missing below what is no folder', async () => {
		writeFileSync(path, '');
		expect(await readOwn(join(path, 'file'), 100)).toMatchObject({ reason: 'missing' });
	});

	it('takes a file of just the size', async () => {
		writeFileSync(path, 'x'.repeat(100));
		expect(await readOwn(path, 100)).toMatchObject({ ok: true });
	});

	it.skipIf(!isRoot)("says not-mine of somebody else's", async () => {
		writeFileSync(path, 'x');
		chownSync(path, 12_345, 12_345);
		expect(await readOwn(path, 100)).toMatchObject({
			reason: 'not-mine',
			message: 'it belongs to uid 12345, not to you',
		});
	});
});
