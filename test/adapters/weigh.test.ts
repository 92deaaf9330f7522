import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	renameSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { removeWeighed, weigh } from '../../src/adapters/weigh.ts';

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
	expect(await weigh(folder, 'all below')).toMatchObject({
		...{ kind: 'folder', mine: true, isPrivate: false, bytes: 7, modifiedMs: 5e12 },
	});
	chmodSync(folder, 0o700);
	expect(await weigh(folder, 'itself')).toMatchObject({ isPrivate: true });
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

const weighed = async (path: string) => (await weigh(path, 'all below'))?.identity ?? expect.fail(path);
let count = 0;
/** state/7/deep/file, with a link to what is dear beside it. */
function made() {
	count += 1;
	const place = join(top, `place-${count}`);
	const state = join(place, 'state');
	const dear = join(place, 'dear');
	for (const folder of [join(state, '7', 'deep'), join(dear, '7', 'deep')]) {
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, 'file'), '');
	}
	symlinkSync(join(dear, '7'), join(state, '7', 'link'));
	return { place, state, path: join(state, '7'), dear, dearFile: join(dear, '7', 'deep', 'file') };
}

it('what was weighed is removed, with what is below and not where links lead', async () => {
	const { state, path, dearFile } = made();
	await removeWeighed(path, await weighed(path));
	expect([existsSync(path), existsSync(state), existsSync(dearFile)]).toEqual([false, true, true]);
	const link = join(state, 'link');
	symlinkSync(dearFile, link);
	await removeWeighed(link, await weighed(link));
	expect([existsSync(link), existsSync(dearFile)]).toEqual([false, true]);
	await removeWeighed(path, 'gone by itself');
	await removeWeighed(join(path, 'deep'), 'its folder, too');
});

it.each<readonly [string, (all: ReturnType<typeof made>) => void]>([
	[
		'its folder is a link now',
		({ state, dear }) => {
			renameSync(state, `${state}-away`);
			symlinkSync(dear, state);
		},
	],
	[
		'its folder is another',
		({ state, dear }) => {
			renameSync(state, `${state}-away`);
			renameSync(dear, state);
			symlinkSync(state, dear);
		},
	],
	[
		'it is a link',
		({ path, dear }) => {
			renameSync(path, `${path}-away`);
			symlinkSync(join(dear, '7'), path);
		},
	],
	[
		'it was moved to a folder of the same name',
		({ state, path, place }) => {
			renameSync(path, join(place, '7'));
			renameSync(state, `${state}-away`);
			mkdirSync(state);
			renameSync(join(place, '7'), path);
		},
	],
])('not removed: %s', async (_, swap) => {
	const all = made();
	const identity = await weighed(all.path);
	swap(all);
	await expect(removeWeighed(all.path, identity)).rejects.toThrow('no longer what it was');
	expect([existsSync(all.dearFile), existsSync(all.path)]).toEqual([true, true]);
});
