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

it('who has nobody to hear opens at once', async () => {
	const { openAtOnce, openForReading, namesIn } = await opening();
	openAtOnce();
	const coming = openForReading(path);
	expect(isOpen()).toBe(true);
	closeSync(await coming);
	expect(await namesIn(folder)).toEqual(['file']);
});

it('who has waited for some goes many ways at a time from then on', async () => {
	const { openAtOnce, openForReading } = await opening();
	let seconds = 0;
	const clock = vi.spyOn(process, 'uptime').mockImplementation(() => (seconds += 0.001));
	openAtOnce();
	for (let time = 0; time < 3; time += 1) closeSync(await openForReading(path));
	const asked = clock.mock.calls.length;
	closeSync(await openForReading(path));
	expect(clock.mock.calls.length).toBe(asked);
	clock.mockRestore();
});

it.each([true, false])(
	'what is not there is said, and a folder that is not there has no names (at once: %s)',
	async (atOnce) => {
		const { openAtOnce, openForReading, namesIn } = await opening();
		if (atOnce) openAtOnce();
		await expect(openForReading(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
		expect(await namesIn(join(folder, 'none'))).toEqual([]);
	},
);
