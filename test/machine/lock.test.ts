import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../src/adapters/lock.ts';
import { type Holder, parseHolder, renderHolder } from '../../src/core/holder.ts';
import { bundle, start } from './child-program.ts';

let folder: string;
let path: string;
let program: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rayslurm-test-'));
	// hold: takes the lock and sits on it. count: adds to a number in a file, which loses counts unless it is alone.
	program = bundle(
		`import { withLock } from './src/adapters/lock.ts';
		import { readFileSync, writeFileSync } from 'node:fs';
		const [, , what, path, rounds] = process.argv;
		process.stdin.resume().on('end', () => process.exit(0));
		const wish = { job: '7', waitMs: 10_000 };
		if (what === 'hold') withLock(path, wish, () => new Promise(() => console.log('held')));
		if (what === 'count') (async () => {
			console.log('ready');
			await new Promise((resolve) => process.stdin.once('data', resolve));
			for (let round = 0; round < Number(rounds); round++) {
				const locked = await withLock(path, wish, async () => {
					const count = Number(readFileSync(path + '.count', 'utf8'));
					await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
					writeFileSync(path + '.count', String(count + 1));
				});
				if (!locked.held) console.log('not held');
			}
			console.log('done');
		})();`,
		join(folder, 'locker.cjs'),
	);
});
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;
beforeEach(() => {
	number += 1;
	path = join(folder, `lock-${number}`);
});
const left = () => readdirSync(folder).filter((name) => name.startsWith(`lock-${number}`));
const wish = { job: '1', waitMs: 0 };

/** A holder as this process would be one, changed. */
async function holder(change: Partial<Holder>): Promise<Holder> {
	const taken = await withLock(path, wish, async () => parseHolder(readlinkSync(path)));
	if (!taken.held || !taken.value) throw new Error('no holder');
	return { ...taken.value, ...change };
}

describe('withLock', () => {
	it('runs the action, returns its value, and leaves nothing', async () => {
		expect(await withLock(path, wish, async () => 5)).toEqual({ held: true, value: 5 });
		expect(left()).toEqual([]);
	});

	it('leaves nothing when the action fails', async () => {
		await expect(withLock(path, wish, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(left()).toEqual([]);
	});

	it('names a holder that is alive after a bounded wait, and does not take its lock', async () => {
		const child = start([process.execPath, program, 'hold', path]);
		expect(await child.line()).toBe('held');
		const began = performance.now();
		const refused = await withLock(path, { job: '1', waitMs: 60, isGone: () => true }, async () => 5);
		expect(refused).toMatchObject({ held: false, holder: { job: '7', pid: child.process.pid } });
		expect(performance.now() - began).toBeLessThan(600);
		child.process.kill('SIGKILL');
		await child.ended;
		expect(left()).toHaveLength(1);
		expect(await withLock(path, wish, async () => 5)).toEqual({ held: true, value: 5 });
		expect(left()).toEqual([]);
	});

	it.each<[string, Partial<Holder>, boolean, boolean]>([
		['whose number another process has now', { startTime: '1' }, false, true],
		['from before this machine was started', { bootId: 'x' }, false, true],
		['on another host', { host: 'elsewhere', pid: 1 }, false, false],
		['on another host, whose job is over', { host: 'elsewhere', pid: 1 }, true, true],
		['in a container of this host', { pidSpace: 'pid:[1]' }, false, false],
	])('asks about a holder %s', async (_, change, gone, expected) => {
		const other = await holder({ job: '9', nonce: 'cccccccc', ...change });
		symlinkSync(renderHolder(other), path);
		const asked: string[] = [];
		const isGone = (each: Holder) => asked.push(each.job) > 0 && gone;
		const locked = await withLock(path, { job: '1', waitMs: 20, isGone }, async () => 5);
		expect(locked.held).toBe(expected);
		expect(asked).toEqual('host' in change || 'pidSpace' in change ? ['9'] : []);
		rmSync(path, { force: true });
	});

	it('takes nothing away that is no lock of ours', async () => {
		writeFileSync(path, 'precious');
		expect(await withLock(path, { ...wish, isGone: () => true }, async () => 5)).toEqual({
			held: false,
			holder: undefined,
		});
		expect(readFileSync(path, 'utf8')).toBe('precious');
	});

	it('leaves alone a lock that changed hands while it asked about the holder before', async () => {
		const next = renderHolder(await holder({ nonce: 'eeeeeeee' }));
		symlinkSync(renderHolder(await holder({ host: 'elsewhere', nonce: 'cccccccc' })), path);
		const isGone = () => {
			rmSync(path);
			symlinkSync(next, path);
			return true;
		};
		expect(await withLock(path, { job: '1', waitMs: 20, isGone }, async () => 5)).toMatchObject({ held: false });
		expect(readlinkSync(path)).toBe(next);
	});

	it('removes a remover that died', async () => {
		const dead = await holder({ startTime: '1', nonce: 'cccccccc' });
		symlinkSync(renderHolder(dead), path);
		symlinkSync(renderHolder({ ...dead, nonce: 'dddddddd' }), `${path}-cccccccc`);
		expect(await withLock(path, { job: '1', waitMs: 200 }, async () => 5)).toEqual({ held: true, value: 5 });
		expect(left()).toEqual([]);
	});

	it('lets one in at a time, also while a dead holder is cleared away', async () => {
		const dead = await holder({ startTime: '1', nonce: 'cccccccc' });
		symlinkSync(renderHolder(dead), path);
		writeFileSync(`${path}.count`, '0');
		const children = [1, 2, 3, 4].map(() => start([process.execPath, program, 'count', path, '20']));
		for (const child of children) expect(await child.line()).toBe('ready');
		for (const child of children) child.process.stdin?.write('go');
		for (const child of children) expect(await child.line()).toBe('done');
		for (const child of children) child.process.stdin?.end();
		expect(readFileSync(`${path}.count`, 'utf8')).toBe('80');
		expect(left()).toEqual([`lock-${number}.count`]);
	});
});
