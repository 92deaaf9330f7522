// The way to a folder, as it is on this machine.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { wayTo } from '../../src/adapters/own-ground.ts';
import { faultsOf } from '../../src/core/own-ground.ts';

const isRoot = process.getuid?.() === 0;
const STRANGER = 65_534;
let top: string;
beforeEach(() => {
	top = realpathSync(mkdtempSync(join(tmpdir(), 'ground-')));
});
afterEach(() => rmSync(top, { recursive: true }));

function folder(name: string, mode = 0o755, owner?: number, group?: number): string {
	const path = join(top, name);
	mkdirSync(path, { recursive: true });
	if (owner !== undefined || group !== undefined) chownSync(path, owner ?? 0, group ?? 0);
	chmodSync(path, mode);
	return path;
}

const faults = async (name: string) =>
	faultsOf(await wayTo(`${top}/${name}`)).map(({ folder: { path }, why }) => `${path.slice(top.length)} ${why}`);

it('is mine below a folder of mine in /tmp', async () => {
	folder('project/outputs');
	expect(await faults('project/outputs/slurm_logs')).toEqual([]);
});

it('of a folder that is not there ends at the nearest that is', async () => {
	folder('open', 0o777);
	expect(await faults('open/project/outputs')).toEqual(['/open everybody']);
	folder('held', 0o1777);
	expect(await faults('held/project/outputs')).toEqual([]);
});

it('goes on through links, and through what they lead to', async () => {
	folder('open/scratch', 0o755);
	chmodSync(join(top, 'open'), 0o777);
	folder('project');
	symlinkSync('../open/scratch', join(top, 'project/outputs'));
	expect(await faults('project/outputs/slurm_logs')).toEqual(['/open everybody']);
	symlinkSync(join(top, 'open/scratch'), join(top, 'project/absolute'));
	expect(await faults('project/absolute')).toEqual(['/open everybody']);
	folder('far/in');
	symlinkSync('far/in', join(top, 'near'));
	expect(await faults('near/../../open')).toEqual(['/open everybody']);
	symlinkSync('round', join(top, 'round'));
	expect(await faults('round/outputs')).toEqual([]);
});

it('of one that others may fill, sticky or not, is none of mine', async () => {
	folder('project/outputs/slurm_logs', 0o777);
	expect(await faults('project/outputs/slurm_logs')).toEqual(['/project/outputs/slurm_logs everybody']);
});

it.skipIf(!isRoot)("is not mine through somebody else's folder, nor through their link in a sticky one", async () => {
	folder('theirs/project', 0o755);
	chownSync(join(top, 'theirs'), STRANGER, 0);
	expect(await faults('theirs/project')).toEqual(['/theirs not mine']);
	folder('tmp', 0o1777);
	folder('project');
	symlinkSync('../project', join(top, 'tmp/link'));
	expect(await faults('tmp/link')).toEqual([]);
	rmSync(join(top, 'tmp/link'));
	const theirs = join(top, 'tmp/link');
	symlinkSync('../project', theirs);
	(await import('node:fs')).lchownSync(theirs, STRANGER, STRANGER);
	expect(await faults('tmp/link')).toEqual(['/tmp everybody']);
});

it.skipIf(!isRoot)('of a group is mine where the group is mine alone', async () => {
	folder('own', 0o2775, 0, 0);
	expect(await faults('own/outputs')).toEqual([]); // The group of this user has this user's name.
	folder('shared', 0o2775, 0, STRANGER);
	expect(await faults('shared/outputs')).toEqual(['/shared group']);
	folder('unknown', 0o775, 0, 987_654);
	expect(await faults('unknown/outputs')).toEqual(['/unknown group']);
});
