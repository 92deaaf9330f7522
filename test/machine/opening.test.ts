import { closeSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

let folder: string;
let path: string;
beforeEach(() => {
	vi.resetModules();
	folder = mkdtempSync(join(tmpdir(), 'opening-'));
	path = join(folder, 'file');
	writeFileSync(path, 'text');
});
afterEach(() => rmSync(folder, { recursive: true }));

const opening = () => import('../../src/adapters/opening.ts');

function isOpen(): boolean {
	const links = readdirSync('/proc/self/fd').map((name) => {
		try {
			return readlinkSync(`/proc/self/fd/${name}`);
		} catch {
			return '';
		}
	});
	return links.includes(path);
}

it('who has nobody to hear opens at once; all others in the background', async () => {
	const { openAtOnce, openedAtOnce, openForReading, namesIn } = await opening();
	expect(openedAtOnce(path)).toBeUndefined();
	closeSync(await openForReading(path));
	openAtOnce();
	const file = openedAtOnce(path);
	expect(isOpen()).toBe(true);
	closeSync(file ?? -1);
	expect(await namesIn(folder)).toEqual(['file']);
});

it('who has waited for some goes many ways at a time from then on', async () => {
	const { openAtOnce, openedAtOnce } = await opening();
	let seconds = 0;
	const clock = vi.spyOn(process, 'uptime').mockImplementation(() => {
		seconds += 0.001;
		return seconds;
	});
	openAtOnce();
	for (let time = 0; time < 3; time += 1) closeSync(openedAtOnce(path) ?? -1);
	expect(openedAtOnce(path)).toBeUndefined();
	clock.mockRestore();
});

it('many at a time are few at a time for the system', async () => {
	const { openForReading } = await opening();
	const before = readdirSync('/proc/self/fd').length;
	let most = 0;
	await Promise.all(
		Array.from({ length: 2_000 }, async () => {
			const file = await openForReading(path);
			most = Math.max(most, readdirSync('/proc/self/fd').length - before);
			closeSync(file);
		}),
	);
	expect(most).toBeLessThan(80);
});

it.each([true, false])(
	'what is not there is said, and a folder that is not there has no names (at once: %s)',
	async (atOnce) => {
		const { openAtOnce, openedAtOnce, openForReading, namesIn } = await opening();
		if (atOnce) openAtOnce();
		const none = join(folder, 'none');
		await expect((async () => openedAtOnce(none) ?? openForReading(none))()).rejects.toMatchObject({ code: 'ENOENT' });
		expect(await namesIn(none)).toEqual([]);
		expect(await namesIn('a\0b')).toEqual([]);
	},
);
