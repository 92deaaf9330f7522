import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { weigh } from '../../src/adapters/weigh.ts';

const top = mkdtempSync(join(tmpdir(), 'weigh-'));
afterAll(() => rmSync(top, { recursive: true }));

it('a folder weighs what is below it, and links weigh nothing', async () => {
	const far = join(top, 'far');
	mkdirSync(far);
	writeFileSync(join(far, 'large'), 'x'.repeat(1_000));
	const folder = join(top, 'folder');
	mkdirSync(join(folder, 'deep'), { recursive: true });
	writeFileSync(join(folder, 'deep', 'file'), 'x'.repeat(7));
	symlinkSync(far, join(folder, 'link'));
	utimesSync(join(folder, 'deep', 'file'), 5_000_000_000, 5_000_000_000);
	expect(await weigh(folder, 'all below')).toEqual({ kind: 'folder', mine: true, bytes: 7, modifiedMs: 5e12 });
	expect(await weigh(folder, 'itself')).toMatchObject({ kind: 'folder', bytes: 0 });
	expect(await weigh(join(folder, 'link'), 'all below')).toMatchObject({ kind: 'other', bytes: 0 });
	expect(await weigh(join(folder, 'deep', 'file'), 'itself')).toMatchObject({ kind: 'file', bytes: 7 });
	expect(await weigh(join(top, 'nothing'), 'itself')).toBeUndefined();
});

it.skipIf(process.geteuid?.() !== 0)('is not mine when anything below is not', async () => {
	const folder = join(top, 'mixed');
	mkdirSync(folder);
	const { chownSync } = await import('node:fs');
	writeFileSync(join(folder, 'theirs'), '');
	expect(await weigh(folder, 'all below')).toMatchObject({ mine: true });
	chownSync(join(folder, 'theirs'), 12_345, 12_345);
	expect(await weigh(folder, 'all below')).toMatchObject({ mine: false });
});
